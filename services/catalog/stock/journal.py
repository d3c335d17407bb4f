"""The journal of stock: for every change of a level a row that says what it was, and what is left after it.

Whoever changes a level writes its rows in the same statement, or in the same transaction with the row locked: the
changes of a variant add up to its level at every moment (`check`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.rows import Blank
from services.catalog.base import Base
from services.catalog.product import Variant


class Change(StrEnum):
    """What changed a level. The cause is an order for the first four, an import, or whoever told it to us."""

    RESERVED = "reserved"
    RELEASED = "released"
    SOLD = "sold"
    PUT_BACK = "put_back"
    IMPORTED = "imported"
    EDITED = "edited"
    COUNTED = "counted"
    ADJUSTED = "adjusted"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Cause:
    """By what, and by which of them, a level is changed."""

    change: Change
    id: UUID | None


class StockEntry(Base):
    """`on_hand`, `reserved` and `version` are the variant's after the change; entries of one variant keep their order.

    No foreign key to the variant: what happened stays on record whatever becomes of the product.
    """

    __tablename__ = "stock_journal"

    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    # Marked, so that many are inserted by one statement: what is part of a key of two is not taken for counted up.
    entry: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True, autoincrement=True)
    change: Mapped[str] = mapped_column(String)
    cause: Mapped[UUID | None]
    on_hand_change: Mapped[int] = mapped_column(BigInteger)
    reserved_change: Mapped[int] = mapped_column(BigInteger)
    on_hand: Mapped[int | None] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


_ENTRY = Blank(StockEntry)

# To follow an UPDATE of variants in its own statement. `moves` tells what was done (variant_id, change, cause,
# on_hand_change, reserved_change), `changed` the rows as they are afterwards. Several orders may move one variant at
# once: each entry then tells the level as if they had come one after the other.
WRITE_MOVES = """
    INSERT INTO stock_journal (variant_id, change, cause, on_hand_change, reserved_change, on_hand, reserved, version)
    SELECT variant_id, change, cause, CASE WHEN on_hand IS NULL THEN 0 ELSE on_hand_change END, reserved_change,
           on_hand - coalesce(sum(on_hand_change) OVER later, 0),
           reserved - coalesce(sum(reserved_change) OVER later, 0), stock_version
    FROM moves JOIN changed USING (variant_id)
    WINDOW later AS (PARTITION BY variant_id ORDER BY cause ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ORDER BY cause
"""


def put(variant: Variant, on_hand: int | None, cause: Cause) -> StockEntry | None:
    """Sets what stands on the shelf; the entry to be written with it, or None where nothing changes.

    Call it with the variant's row locked, or new.
    """
    before = variant.on_hand
    if on_hand == before:
        return None
    variant.on_hand = on_hand
    variant.stock_version += 1
    return _ENTRY.filled(
        variant_id=variant.variant_id,
        change=cause.change,
        cause=cause.id,
        on_hand_change=(on_hand or 0) - (before or 0),
        reserved_change=0,
        on_hand=on_hand,
        reserved=variant.reserved,
        version=variant.stock_version,
    )


def counted(variant: Variant, count: int) -> int:
    """What stands on the shelf after so many were counted there: what was sold before it came is owed first."""
    return count + min(0, variant.on_hand or 0)
