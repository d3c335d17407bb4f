"""What search is to the catalogue, whichever engine does it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.errors import Unavailable
from chassis.money import Money
from services.catalog.labels.compared import UnitPriceView

DEEPEST = 10_000  # Hits beyond which nobody turns pages.


class SearchUnavailable(Unavailable):
    """Whoever asked may try again; what was to be written is tried again by itself."""

    code, title = "search_unavailable", "Search does not answer just now"

    def __init__(self) -> None:
        super().__init__("Please try again in a few seconds.", headers={"Retry-After": "5"})


class Sort(StrEnum):
    RELEVANCE = "relevance"
    CHEAPEST = "price"
    DEAREST = "-price"
    NEWEST = "newest"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the globe, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many kilometres of a place, as the crow flies."""

    place: Place
    radius_km: float


class FoundCoop(BaseModel):
    model_config = ConfigDict(frozen=True)

    slug: str
    name: str


class Hit(BaseModel):
    """A product as lists show it; it rides in the index, so that a hit costs no question to the database.

    The index holds it as the very JSON the API answers with. On `back_order` is what is sold though none is left.
    `unit_price` is that of the variant whose price is shown, the cheapest.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    slug: str
    title: str
    price: Money
    price_max: Money
    compare_at: Money | None
    coop: FoundCoop
    category: str
    picture: str
    in_stock: bool
    back_order: bool = False
    unit_price: UnitPriceView | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed product on its way into the index. `description` is plain text, `created` in milliseconds.

    `above` are the categories above its own. `country` and `place` are the co-op's; `place` is None where nobody knows
    where it is. `codes` are its variants' article numbers and GTINs.
    """

    hit: Hit
    coop_id: UUID
    category_name: str
    tags: Sequence[str]
    description: str
    created: int
    country: str = ""
    certifications: Sequence[str] = ()
    place: Place | None = None
    codes: Sequence[str] = ()
    above: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """`categories` are one and then all below it, None for all; prices in minor units; pages count from one.

    Of several co-ops (slugs), countries or certifications any one will do; of none, whichever. Who asks for the
    nearest first says of what by `near`.
    """

    text: str = ""
    categories: Sequence[str] | None = None
    coops: Sequence[str] = ()
    countries: Sequence[str] = ()
    certifications: Sequence[str] = ()
    near: Near | None = None
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    limit: int = 24
    hidden_coops: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """`hits` are `Hit`s as JSON. A facet's own filter does not narrow its own counts.

    `distances` are kilometres, one for each hit, where the question was near something. `meant` is the question as it
    was probably meant, where it finds more so. `estimated` names what is counted in about: `total`, or a facet.
    """

    total: int
    hits: Sequence[bytes]
    categories: Mapping[str, int]
    coops: Mapping[tuple[str, str], int]
    countries: Mapping[str, int]
    certifications: Mapping[str, int]
    in_stock: int
    lowest: int | None
    highest: int | None
    distances: Sequence[float] = ()
    meant: str | None = None
    estimated: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody who has begun to type may go on to: `words` to search for, and goods by their title."""

    words: Sequence[str]
    hits: Sequence[bytes]


class SearchEngine(Protocol):
    """Finds and keeps products. Any number of processes may ask; only one writes at a time."""

    waits: ClassVar[bool]
    """Whether an answer is waited for, as over a network: then a thread asks, and nobody else waits with it."""

    def search(self, question: Question) -> Findings:
        """What fits, best first; sees everything written two seconds ago, by whichever process."""
        ...

    def suggest(self, begun: str, *, limit: int, hidden_coops: Collection[UUID] = ()) -> Suggestion:
        """At most `limit` of each, best first."""
        ...

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """Puts these in, instead of what there was of them, and takes those out; durable on return. Blocks."""
        ...

    def count(self) -> int:
        """How many products the index holds."""
        ...

    def known(self) -> set[UUID]:
        """Every product the index holds, to compare with what it should. With a million it takes seconds."""
        ...

    def complete(self) -> None:
        """To be called when it holds all it should: what was filled beside the index in use takes its place."""
        ...
