"""Levels of stock and the journal that explains them, as a co-op's desk shows them."""

from datetime import datetime

from storefront.wire.reading import Wire


class Level(Wire):
    variant_id: str
    product_id: str
    title: str
    options: dict[str, str] = {}
    policy: str = "deny"
    on_hand: int | None = None
    reserved: int = 0
    available: int | None = None
    version: int = 0

    @property
    def name(self) -> str:
        return " · ".join([self.title, " / ".join(self.options.values())]) if self.options else self.title


class Entry(Wire):
    at: datetime
    change: str
    on_hand_change: int
    reserved_change: int
    on_hand: int | None = None
    reserved: int = 0
    available: int | None = None


class Sum(Wire):
    """All changes of one kind together."""

    change: str
    times: int = 1
    on_hand_change: int = 0
    reserved_change: int = 0


class Explanation(Wire):
    """The last entry that says how many there are, and what came of it since: together they are the level."""

    counted: Entry | None = None
    since: tuple[Sum, ...] = ()
