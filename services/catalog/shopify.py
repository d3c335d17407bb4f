"""Shopify's product CSV, read row by row by its own grammar: what is a product, what a variant, what only a picture."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from chassis.errors import Refused
from services.catalog.draft import ProductDraft, ProductState, VariantDraft, told_apart_by
from services.catalog.problem import Problem, rejection, warning
from services.catalog.sheet import Record, records
from services.catalog.shopify_header import Layout, recognise
from services.catalog.shopify_values import BadValue, boolean, compare_at, price, quantity, status
from services.catalog.slug import slug_of

OPTIONS = (1, 2, 3)
DEFAULT_TITLE = "default title"
LONGEST = 255
MOST_ROWS = 200_000  # What is read is held in memory: a file of nothing but line breaks would fill it.
# A product travels whole in one fact and stands on one page. The first is Shopify's own bound, the second is bytes of
# what the variants are called, as JSON: with their ids and prices the fact still travels.
MOST_VARIANTS = 2_048
MOST_TOLD = 400_000
# A later row is a variant if it says one of these; with none of them it only shows one more picture.
VARIANT_SIGNS = ("option1_value", "option2_value", "option3_value", "sku", "barcode", "price", "compare_at")


class TooManyRows(Refused):
    code = "too_many_rows"
    title = "The file has too many rows"


@dataclass(frozen=True, slots=True)
class Row:
    """One record, its cells trimmed and by field; a field the file has no column for is blank."""

    line: int
    cells: dict[str, str]
    overflow: str = ""

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def is_picture(self) -> bool:
        """Fits a row after the first only: the first one of a product is always a variant too."""
        says_nothing = not any(self[sign] for sign in VARIANT_SIGNS)
        return says_nothing and bool(self["picture"] or not self["quantity"])


@dataclass(slots=True)
class Group:
    """All rows of one handle, in the file's order."""

    handle: str
    rows: list[Row] = field(default_factory=list)
    torn: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Catalogue:
    """What a file holds: every row of it is in a product or in `rows_rejected`, a bad variant in both."""

    dialect: str
    products: list[ProductDraft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows_total: int = 0
    rows_rejected: int = 0

    @property
    def rows_without_product(self) -> int:
        return self.rows_total - sum(product.rows for product in self.products)


class Rejected(Exception):
    """A row cannot be imported, for these reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].reason)
        self.problems = problems


def parse(text: str, *, currency: str) -> Catalogue:
    """Reads the whole file; raises Refused only where it is no Shopify file, too long, or its quoting is broken."""
    layout = recognise(text)
    catalogue = Catalogue(layout.dialect)
    for group in _groups(_rows(text, layout), layout, catalogue):
        _read_product(group, layout, currency, catalogue)
    catalogue.problems.sort(key=lambda problem: problem.line)
    return catalogue


def _rows(text: str, layout: Layout) -> Iterator[Row]:
    every = records(text, layout.delimiter)
    next(every)
    return (_row(record, layout) for record in every)


def _row(record: Record, layout: Layout) -> Row:
    cells = record.cells
    found = {name: cells[at].strip() for name, at in layout.positions.items() if at < len(cells)}
    return Row(record.line, found, " ".join(cells[layout.width :]).strip())


def _groups(rows: Iterator[Row], layout: Layout, catalogue: Catalogue) -> Sequence[Group]:
    groups: dict[str, Group] = {}
    last: str | None = None
    for row in rows:
        catalogue.rows_total += 1
        if catalogue.rows_total > MOST_ROWS:
            raise TooManyRows(f"A file may have up to {MOST_ROWS:,} rows. Please split it. Nothing was imported.")
        handle = (row["handle"] or slug_of(row["title"])).lower()
        if not handle or len(handle) > LONGEST:
            catalogue.rows_rejected += 1
            catalogue.problems.append(_no_handle(row, layout))
            last = None
            continue
        group = groups.setdefault(handle, Group(handle))
        if group.rows and handle != last:
            group.torn.append(row)
        group.rows.append(row)
        last = handle
    return list(groups.values())


def _no_handle(row: Row, layout: Layout) -> Problem:
    blank = "The row names no product: its handle and title are blank."
    long = f"The handle is longer than {LONGEST} characters."
    return rejection(row.line, layout.column("handle"), row["handle"], long if row["handle"] else blank)


def _read_product(group: Group, layout: Layout, currency: str, catalogue: Catalogue) -> None:
    reader = ProductReader(group, layout, currency)
    try:
        first = reader.first()
    except Rejected as rejected:
        catalogue.rows_rejected += len(group.rows)
        catalogue.problems.extend(rejected.problems)
        catalogue.problems.extend(_fallen_with_the_first(group, layout))
        return
    variants = [first]
    for row in group.rows[1:]:
        if row.is_picture:
            continue
        try:
            variants.append(reader.variant(row))
        except Rejected as rejected:
            catalogue.rows_rejected += 1
            catalogue.problems.extend(rejected.problems)
    catalogue.problems.extend(reader.warnings)
    catalogue.products.append(reader.product(variants))


def _fallen_with_the_first(group: Group, layout: Layout) -> Iterator[Problem]:
    reason = f"Not imported, because the first row of this product (line {group.rows[0].line}) was rejected."
    return (rejection(row.line, layout.column("handle"), group.handle, reason) for row in group.rows[1:])


class ProductReader:
    """Reads the rows of one product; what the first row says holds for the later ones where they are blank."""

    def __init__(self, group: Group, layout: Layout, currency: str) -> None:
        self._group = group
        self._layout = layout
        self._currency = currency
        self._first = group.rows[0]
        self._option_names = {nth: name for nth in OPTIONS if (name := self._given_once(f"option{nth}_name"))}
        self._complete = True
        self._seen: dict[str, int] = {}
        self._told = 0
        self.warnings = [self._torn(row) for row in group.torn]

    def first(self) -> VariantDraft:
        """The first variant; raises Rejected also for what the row says of the product."""
        problems = [problem for check in (self._title, self._state) if (problem := self._failure(check))]
        try:
            variant = self.variant(self._first)
        except Rejected as rejected:
            problems.extend(rejected.problems)
        else:
            if not problems:
                return variant
        raise Rejected(*problems)

    def variant(self, row: Row) -> VariantDraft:
        """The variant of this row; raises Rejected with everything that is wrong with it."""
        problems: list[Problem] = []
        warnings: list[Problem] = []
        if row.overflow:
            reason = "The row has more cells than the header: a comma or a quote is out of place."
            problems.append(rejection(row.line, "", row.overflow, reason))
        if len(self._seen) == MOST_VARIANTS:
            problems.append(self._bad(row, "option1_value", f"A product may have up to {MOST_VARIANTS:,} variants."))
        options = self._options(row, problems)
        sku = self._short(row, "sku", problems)
        told = self._told + len(orjson.dumps([*options.values(), sku]))
        if told > MOST_TOLD:
            problems.append(self._bad(row, "option1_value", "All variants of a product together have too long names."))
        tracked, count = self._stock(row, problems, warnings)
        amount, before = self._prices(row, problems, warnings)
        if amount is None or problems:
            self._complete = False
            raise Rejected(*problems)
        self._seen[told_apart_by(options)], self._told = row.line, told
        self.warnings.extend(warnings)
        return VariantDraft(options, amount, before, sku, tracked, count)

    def product(self, variants: Sequence[VariantDraft]) -> ProductDraft:
        """All rows of the handle, put together."""
        first = self._first
        tags = [tag for raw in first["tags"].split(",") if (tag := raw.strip())]
        return ProductDraft(
            external_id=self._group.handle,
            title=first["title"],
            description=first["description"],
            categories=[told for name in ("category", "google_category", "type") if (told := first[name])],
            tags=tags,
            state=self._state(),
            variants=variants,
            rows=len(self._group.rows),
            complete=self._complete,
        )

    def _title(self) -> None:
        title = self._first["title"]
        if not title:
            raise BadValue("title", "", "The first row of a product must have a title.")
        if len(title) > LONGEST:
            raise BadValue("title", title, f"The title is longer than {LONGEST} characters.")

    def _state(self) -> ProductState:
        state = status(self._first["status"])
        published = boolean("published", self._first["published"], default=True)
        return ProductState.DRAFT if state is ProductState.LISTED and not published else state

    def _failure(self, check: Callable[[], object]) -> Problem | None:
        try:
            check()
        except BadValue as bad:
            return self._rejection(self._first, bad)
        return None

    def _options(self, row: Row, problems: list[Problem]) -> dict[str, str]:
        options: dict[str, str] = {}
        for nth in OPTIONS:
            value, name = self._short(row, f"option{nth}_value", problems), self._option_names.get(nth)
            if value and name:
                options[name] = value
            elif name:
                problems.append(self._bad(row, f"option{nth}_value", f"There is no value for the option “{name}”."))
            elif value and not (nth == 1 and value.casefold() == DEFAULT_TITLE):
                problems.append(self._bad(row, f"option{nth}_value", "The value belongs to an option without a name."))
        if [value.casefold() for value in options.values()] == [DEFAULT_TITLE]:
            options = {}
        if twin := self._seen.get(told_apart_by(options)):
            reason = f"Line {twin} is already the variant with these options." if options else self._no_options(twin)
            problems.append(self._bad(row, "option1_value", reason))
        return options

    @staticmethod
    def _no_options(twin: int) -> str:
        return f"A second variant needs an option value that tells it from the one in line {twin}."

    def _stock(self, row: Row, problems: list[Problem], warnings: list[Problem]) -> tuple[bool, int | None]:
        if not row["tracker"]:
            return False, None
        if not row["quantity"]:
            reason = "The stock is tracked and no quantity is given: it is left as it is, none for a new product."
            warnings.append(self._warning(row, "quantity", reason))
            return True, None
        try:
            return True, quantity(row["quantity"])
        except BadValue as bad:
            problems.append(self._rejection(row, bad))
            return True, None

    def _prices(self, row: Row, problems: list[Problem], warnings: list[Problem]) -> tuple[int | None, int | None]:
        try:
            amount = price(row["price"] or self._first["price"], self._currency)
            before = compare_at(row["compare_at"], self._currency)
        except BadValue as bad:
            problems.append(self._rejection(row, bad))
            return None, None
        if row is not self._first and not row["price"]:
            warnings.append(self._warning(row, "price", "No price is given: that of the product's first row is taken."))
        if before is not None and before <= amount:
            reason = "The compare-at price is not above the price: it is left out."
            warnings.append(self._warning(row, "compare_at", reason))
            before = None
        return amount, before

    def _short(self, row: Row, name: str, problems: list[Problem]) -> str:
        if len(row[name]) > LONGEST:
            problems.append(self._bad(row, name, f"The value is longer than {LONGEST} characters."))
        return row[name]

    def _given_once(self, name: str) -> str:
        return next((row[name] for row in self._group.rows if row[name]), "")

    def _torn(self, row: Row) -> Problem:
        reason = "Rows of another product stand between the rows of this one; they were put together."
        return warning(row.line, self._layout.column("handle"), self._group.handle, reason)

    def _bad(self, row: Row, name: str, reason: str) -> Problem:
        return rejection(row.line, self._layout.column(name), row[name], reason)

    def _warning(self, row: Row, name: str, reason: str) -> Problem:
        return warning(row.line, self._layout.column(name), row[name], reason)

    def _rejection(self, row: Row, bad: BadValue) -> Problem:
        return rejection(row.line, self._layout.column(bad.field), bad.value, bad.reason)
