"""What a basket comes to: goods and delivery per co-op, and one total. Pure sums over what the price book said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from uuid import UUID


class LineProblem(StrEnum):
    """Why a line can no longer be bought."""

    WITHDRAWN = "withdrawn"
    COOP_UNAVAILABLE = "coop_unavailable"
    COOP_PAUSED = "coop_paused"


@dataclass(frozen=True, slots=True)
class CoopCard:
    id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What `per` of it costs, as a kilogram, so that packs of any size can be compared."""

    price: int
    per: str


@dataclass(frozen=True, slots=True)
class PricedLine:
    variant_id: UUID
    product_id: UUID
    coop: CoopCard
    slug: str
    title: str
    variant_title: str
    picture: str | None
    quantity: int
    unit_price: int
    problem: LineProblem | None
    delivery: int | None  # what this line's co-op asks for the whole consignment; None: it does not deliver there
    policy: str | None = None  # set where it is sold though none is left
    available_from: date | None = None
    lead_days: int | None = None
    back_on: date | None = None  # the day on which a co-op on holiday sells again, where it has named one
    compared: Compared | None = None
    withdrawal_exception: str | None = None  # why it cannot be sent back for a change of mind, if so

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class PricedConsignment:
    coop: CoopCard
    lines: Sequence[PricedLine]
    delivery: int | None

    @property
    def goods(self) -> int:
        return sum(line.total for line in self.lines if line.problem is None)

    @property
    def delivers(self) -> bool:
        return self.delivery is not None


@dataclass(frozen=True)
class PricedBasket:
    owner: UUID
    country: str
    currency: str
    lines: Sequence[PricedLine]

    @cached_property
    def consignments(self) -> list[PricedConsignment]:
        """One per co-op, in the order in which their goods came into the basket; stale lines cost nothing."""
        by_coop: dict[UUID, list[PricedLine]] = {}
        for line in self.lines:
            by_coop.setdefault(line.coop.id, []).append(line)
        return [PricedConsignment(lines[0].coop, lines, _delivery(lines)) for lines in by_coop.values()]

    @property
    def stale(self) -> list[PricedLine]:
        return [line for line in self.lines if line.problem is not None]

    @property
    def goods(self) -> int:
        return sum(consignment.goods for consignment in self.consignments)

    @property
    def delivery(self) -> int:
        """Of those that deliver; checkout waits until all do."""
        return sum(consignment.delivery or 0 for consignment in self.consignments)

    @property
    def total(self) -> int:
        return self.goods + self.delivery

    @property
    def can_checkout(self) -> bool:
        return bool(self.lines) and not self.stale and all(part.delivers for part in self.consignments)


def _delivery(lines: Sequence[PricedLine]) -> int | None:
    """Nothing is asked for a consignment in which nothing can be bought any more."""
    return lines[0].delivery if any(line.problem is None for line in lines) else 0
