"""A search as the page's address holds it, and the same search with something changed."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from storefront.forms import whole_number
from storefront.money import minor_units

SORTS: Final = (
    ("relevance", "Best match"),
    ("nearest", "Nearest first"),
    ("price", "Price, lowest first"),
    ("-price", "Price, highest first"),
    ("newest", "Newest"),
)
ANY_DISTANCE: Final = "20000"
RADII: Final = (
    ("10", "10 km"),
    ("25", "25 km"),
    ("50", "50 km"),
    ("100", "100 km"),
    ("250", "250 km"),
    ("500", "500 km"),
    (ANY_DISTANCE, "any distance"),
)
USUAL_RADIUS: Final = "100"
# Of these any one of several will do; of the others there is one, here with what its chip says.
SEVERAL: Final = ("coop", "country", "certification")
ONE_OF: Final = {"min": "From {}", "max": "Up to {}", "in_stock": "In stock"}
KINDS: Final = (
    ("category", "the kind"),
    ("coop", "the co-op"),
    ("country", "the country"),
    ("certification", "the certification"),
    ("min", "the lowest price"),
    ("max", "the highest price"),
    ("in_stock", "“in stock only”"),
    ("near", "the place"),
)
NAMES: Final = (
    "q", "category", "coop", "country", "certification", "min", "max", "in_stock", "near", "radius", "sort", "page",
)  # fmt: skip
LONGEST: Final = {"q": 200}
LONGEST_ELSE: Final = 100
MOST_CHOICES: Final = 50
LAST_PAGE: Final = 10_000


class Asked:
    """Every answer of the form, by its field; blank where there is none."""

    def __init__(self, answers: Mapping[str, Sequence[str]]) -> None:
        self._answers = {name: tuple(answers[name]) for name in NAMES if answers.get(name)}

    @classmethod
    def of(cls, query: QueryParams) -> "Asked":
        return cls({name: _kept(name, query.getlist(name)) for name in NAMES})

    def __getitem__(self, name: str) -> str:
        return next(iter(self.several(name)), "")

    def several(self, name: str) -> tuple[str, ...]:
        return self._answers.get(name, ())

    @property
    def radius_km(self) -> str:
        return self["radius"] if self["radius"] in dict(RADII) else USUAL_RADIUS

    @property
    def sorted_by(self) -> str:
        """Nobody is nearest to nowhere."""
        by = self["sort"] if self["sort"] in dict(SORTS) else ""
        return "" if by == "nearest" and not self["near"] else by

    def params(self, currency: str) -> dict[str, str | int | Sequence[str] | None]:
        """As the API is asked."""
        return {
            "q": self["q"],
            "category": self["category"],
            **{name: self.several(name) for name in SEVERAL},
            "min_price": minor_units(self["min"], currency),
            "max_price": minor_units(self["max"], currency),
            "in_stock": "true" if self["in_stock"] else None,
            "near": self["near"],
            "radius_km": self.radius_km if self["near"] else None,
            "sort": self.sorted_by,
            "page": min(max(1, whole_number(self["page"]) or 1), LAST_PAGE),
        }

    @property
    def filters(self) -> list[tuple[str, str]]:
        """What narrows the search, one by one."""
        return [(name, value) for name, _ in KINDS for value in self.several(name)]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What narrows the search, kind by kind, with what people call it."""
        return [(name, label) for name, label in KINDS if self[name]]

    def instead(self, **changed: str | int) -> "Asked":
        """With other answers; the pages start anew."""
        return Asked(self._answers | {"page": ()} | {name: (str(value),) for name, value in changed.items()})

    def without(self, name: str, value: str | None = None) -> "Asked":
        """Without one of several choices, or without any answer there."""
        left = tuple(one for one in self.several(name) if value is not None and one != value)
        return Asked(self._answers | {"page": (), name: left})

    @property
    def everywhere(self) -> "Asked":
        """The words alone."""
        return Asked({"q": self.several("q")})

    @property
    def address(self) -> str:
        pairs = [(name, value) for name in NAMES for value in self.several(name)]
        return f"/search?{urlencode(pairs)}" if pairs else "/search"


def _kept(name: str, values: Sequence[str]) -> list[str]:
    kept = (value.strip()[: LONGEST.get(name, LONGEST_ELSE)] for value in values)
    return list(dict.fromkeys(value for value in kept if value))[: MOST_CHOICES if name in SEVERAL else 1]
