"""The declarative base of the orders database."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    # Money is minor units: 32 bits end at 21 million euro.
    type_annotation_map = {datetime: DateTime(timezone=True), int: BigInteger}
