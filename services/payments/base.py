"""The declarative base of the payments database."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    # Money is minor units: 32 bits end at 21 million euro.
    type_annotation_map = {datetime: DateTime(timezone=True), int: BigInteger}


def one_of(states: type[StrEnum]) -> Enum:
    """A column that holds one of these states by its value, which the database checks too."""
    return Enum(
        states,
        native_enum=False,
        create_constraint=True,
        length=16,
        name="state",
        values_callable=lambda known: [state.value for state in known],
    )
