"""What every format has in common: the rows of one product become a draft, or are told why not, one by one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

import orjson

from services.catalog.assortment.draft import PartDraft, ProductDraft, ProductState, VariantDraft, told_apart_by
from services.catalog.formats import values
from services.catalog.formats.label_cells import said
from services.catalog.formats.layout import Reading, Row
from services.catalog.formats.measured import Measured
from services.catalog.formats.named_picture import NamedPicture, drafts_of
from services.catalog.formats.values import BadValue
from services.catalog.imports.problem import Problem, rejection, warning
from services.catalog.stock.policy import Supply

T = TypeVar("T")

MOST_TAGS = 50
# A product travels whole in one fact and stands on one page. The first is Shopify's own bound, the second is bytes of
# what the variants are called, as JSON: with their ids and prices the fact still travels.
MOST_VARIANTS = 2_048
MOST_TOLD = 400_000


@dataclass(slots=True)
class Group:
    """All rows of one product, in the file's order; `key` is the product's external id."""

    key: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a group: a draft unless all of it was rejected; `rejected` are the numbers of rows not taken."""

    product: ProductDraft | None
    problems: Sequence[Problem]
    rejected: frozenset[int]


class Rejected(Exception):
    """A row cannot be imported, for these reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].reason)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Told:
    """What the rows say of the product itself."""

    title: str
    description: str
    categories: Sequence[str]
    tags: Sequence[str]
    state: ProductState


@dataclass(frozen=True, slots=True)
class Stock:
    """`tracked` without a quantity leaves the count as it is, no `supply` the policy."""

    tracked: bool
    quantity: int | None = None
    supply: Supply | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    price: int
    compare_at: int | None = None


def counted(quantity: str) -> Stock:
    """Blank: sold without a count."""
    return Stock(tracked=True, quantity=values.quantity(quantity)) if quantity else Stock(tracked=False)


class ProductReader(ABC):
    """Reads the rows of one product. A format says which rows are variants, and what their cells mean."""

    key_field: ClassVar[str]
    option_field: ClassVar[str]

    def __init__(self, group: Group, reading: Reading, currency: str) -> None:
        self.group = group
        self.currency = currency
        self._reading = reading
        self._seen: dict[str, int] = {}
        self._told = 0
        self._warnings: list[Problem] = []

    @abstractmethod
    def head(self) -> Row:
        """The row that tells of the product itself."""

    @abstractmethod
    def variant_rows(self) -> Sequence[Row]:
        """Those that are each something to sell."""

    @abstractmethod
    def told(self) -> Told:
        """Raises BadValue, or Rejected for several."""

    @abstractmethod
    def options(self, row: Row) -> Mapping[str, str]:
        """What tells this variant from its siblings; raises BadValue."""

    @abstractmethod
    def prices(self, row: Row) -> Prices:
        """Raises BadValue."""

    @abstractmethod
    def stock(self, row: Row) -> Stock:
        """Raises BadValue."""

    @abstractmethod
    def sku(self, row: Row) -> str: ...

    def gtin(self, row: Row) -> str:
        return ""

    def weight(self, row: Row) -> int | None:
        return None

    def measured(self, row: Row) -> Measured:
        return Measured()

    def parts(self, row: Row) -> Sequence[PartDraft]:
        """Of a bundle; raises BadValue."""
        return ()

    def by_itself(self, row: Row) -> bool:
        """Whether it says to be no bundle."""
        return False

    def named_pictures(self) -> Iterable[NamedPicture]:
        """In the order in which they are shown."""
        return ()

    def stands_on(self, row: Row) -> bool:
        """Whether the others mean nothing without this row."""
        return False

    def read(self) -> Read:
        """Every row of the group is in the draft, or among the rejected with a reason."""
        faults: list[Problem] = []
        head = self.head()
        told = None if head.fault else self.attempt(head, self.told, faults)
        rows = self.variant_rows()
        if head.fault and head not in rows:
            faults.append(rejection(head.line, "", head.fault.value, head.fault.reason))
        fallen = {head.nth} if faults else set()
        variants: list[VariantDraft] = []
        for row in rows:
            try:
                variants.append(self._variant(row))
            except Rejected as rejected:
                faults.extend(rejected.problems)
                fallen.add(row.nth)
        if told is None or not variants or any(self.stands_on(row) for row in rows if row.nth in fallen):
            rest = self._fallen_too([row for row in self.group.rows if row.nth not in fallen])
            return Read(None, [*faults, *rest], frozenset(row.nth for row in self.group.rows))
        product = self._draft(told, variants, complete=not fallen)
        return Read(product, [*faults, *self._warnings], frozenset(fallen))

    def _draft(self, told: Told, variants: Sequence[VariantDraft], *, complete: bool) -> ProductDraft:
        more = said(self, self.head())
        pictures, problems = drafts_of(self.named_pictures())
        self._warnings.extend(problems)
        return ProductDraft(
            external_id=self.group.key,
            title=self.spoken(told.title),
            description=told.description,
            categories=[self.spoken(one) for one in told.categories],
            tags=[self.spoken(one) for one in told.tags],
            state=told.state,
            variants=variants,
            pictures=pictures,
            rows=len(self.group.rows),
            complete=complete,
            label=more.label,
            certifications=more.certifications,
        )

    def _fallen_too(self, rows: Sequence[Row]) -> Iterator[Problem]:
        line = self.head().line
        reason = f"Not imported, because this product (line {line}) could not be."
        return (rejection(row.line, self.column(self.key_field), self.group.key, reason) for row in rows)

    def _variant(self, row: Row) -> VariantDraft:
        """Raises Rejected with everything that is wrong with the row; its warnings stay unsaid then."""
        if row.fault:
            # Of cells that stand out of place nothing else can be said.
            raise Rejected(rejection(row.line, "", row.fault.value, row.fault.reason))
        problems: list[Problem] = []
        before = len(self._warnings)
        if len(self._seen) == MOST_VARIANTS:
            problems.append(self.bad(row, self.option_field, f"A product may have up to {MOST_VARIANTS:,} variants."))
        options = self.attempt(row, lambda: self._own_options(row), problems) or {}
        sku = self.attempt(row, lambda: values.short("sku", self.sku(row)), problems) or ""
        stock = self.attempt(row, lambda: self.stock(row), problems)
        prices = self.attempt(row, lambda: self.prices(row), problems)
        gtin = self.attempt(row, lambda: self.gtin(row), problems) or ""
        weight = self.attempt(row, lambda: self.weight(row), problems)
        parts = self.attempt(row, lambda: self.parts(row), problems) or ()
        held = self.measured(row)
        told = self._told + len(orjson.dumps([*options.values(), sku]))
        if told > MOST_TOLD:
            problems.append(self.bad(row, self.option_field, "All variants together have too long names."))
        if problems or prices is None or stock is None:
            del self._warnings[before:]
            raise Rejected(*problems)
        self._seen[told_apart_by(options)], self._told = row.line, told
        return VariantDraft(
            options,
            prices.price,
            prices.compare_at,
            sku,
            stock.tracked,
            stock.quantity,
            gtin=gtin,
            weight_grams=weight,
            net_quantity=held.net_quantity,
            price_per=held.price_per,
            supply=stock.supply,
            parts=parts,
            by_itself=self.by_itself(row),
        )

    def _own_options(self, row: Row) -> Mapping[str, str]:
        options = self.options(row)
        if twin := self._seen.get(told_apart_by(options)):
            field = self.option_field if row[self.option_field] else self.key_field
            value = row[self.option_field] or self.group.key
            if options:
                raise BadValue(field, value, f"Line {twin} is already the variant with these options.")
            raise BadValue(field, value, f"A second variant needs an option that tells it from the one in line {twin}.")
        return options

    def attempt(self, row: Row, check: Callable[[], T], problems: list[Problem]) -> T | None:
        """What the check finds, or None with one more problem."""
        try:
            return check()
        except BadValue as bad:
            problems.append(rejection(row.line, self.column(bad.field), bad.value, bad.reason, bad.advice))
        except Rejected as rejected:
            problems.extend(rejected.problems)
        return None

    def title(self, row: Row) -> str:
        """The product's title, which there must be."""
        if not row["title"]:
            raise BadValue("title", "", "A product must have a title.", "Write what it is called.")
        return values.short("title", row["title"])

    def spoken(self, name: str) -> str:
        """The name of a product, a category or a tag as people are to read it."""
        return values.as_read(name)

    def title_and_state(self, row: Row, state: Callable[[], ProductState]) -> tuple[str, ProductState]:
        """Raises Rejected with what is wrong with either."""
        problems: list[Problem] = []
        title = self.attempt(row, lambda: self.title(row), problems)
        told = self.attempt(row, state, problems)
        if title is None or told is None:
            raise Rejected(*problems)
        return title, told

    def on_sale(self, row: Row, regular: int, sale: Callable[[], int], *, dated: bool) -> Prices:
        """The sale price, and the regular one as what was asked before; nothing here ends a sale on its day."""
        if not row["sale_price"]:
            return Prices(regular)
        if dated:
            self.warn(row, "sale_price", "A sale with dates is not taken over: the regular price holds.")
            return Prices(regular)
        if (reduced := sale()) >= regular:
            self.warn(row, "sale_price", "The sale price is not below the regular price: it is left out.")
            return Prices(regular)
        return Prices(reduced, regular)

    def above(self, row: Row, price: int, before: int | None, field: str = "compare_at") -> Prices:
        """A price from which none was taken off is no former price.

        A shop that has none may write it as nothing, or as the price once more.
        """
        if not before or before == price:
            return Prices(price)
        if before < price:
            self.warn(row, field, "The former price is not above the price: it is left out.")
            before = None
        return Prices(price, before)

    def counted(self, row: Row, field: str = "quantity") -> Stock:
        """The count of a shop that lets it fall below nothing; raises BadValue."""
        if values.is_below_nothing(row[field]):
            self.warn(row, field, "More was sold there than there was: none is left to sell here.")
            return Stock(tracked=True, quantity=0)
        return Stock(tracked=True, quantity=values.quantity(row[field]))

    def left_out(self, row: Row, field: str, check: Callable[[], T]) -> T | None:
        """What the check finds; what it refuses is left out with a warning, because the goods can be sold without."""
        try:
            return check()
        except BadValue as bad:
            self.warn(row, field, f"{bad.reason} It is left out.", bad.advice)
        return None

    def warn(self, row: Row, field: str, reason: str, advice: str = "") -> None:
        self._warnings.append(warning(row.line, self.column(field), row[field], reason, advice))

    def bad(self, row: Row, field: str, reason: str, advice: str = "") -> Problem:
        return rejection(row.line, self.column(field), row[field], reason, advice)

    def column(self, field: str) -> str:
        return self._reading.column(field)


def listed(text: str) -> list[str]:
    r"""Parts between commas; `\,` is a comma within one."""
    parts = text.replace("\\,", "\0").split(",")
    return [part for raw in parts if (part := raw.replace("\0", ",").strip())]
