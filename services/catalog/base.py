"""The declarative base of the catalogue's tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
