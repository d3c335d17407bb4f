"""WooCommerce's product CSV: simple products, and variable ones whose variations name their parent by SKU or id."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from math import prod
from typing import ClassVar

from services.catalog.assortment.draft import ProductState
from services.catalog.formats import values
from services.catalog.formats.layout import Dialect, Reading, Row
from services.catalog.formats.leaving_out import Cell
from services.catalog.formats.measured import Measured, measured
from services.catalog.formats.named_picture import NamedPicture, addresses_in
from services.catalog.formats.prices import price
from services.catalog.formats.product_reader import Group, Prices, ProductReader, Stock, Told, listed
from services.catalog.formats.values import BadValue
from services.catalog.formats.woocommerce_columns import WEIGHTS, field_of
from services.catalog.stock.policy import StockPolicy, Supply

STATES = {"": ProductState.LISTED, "1": ProductState.LISTED, "0": ProductState.DRAFT, "-1": ProductState.DRAFT}
NOT_GOODS = {
    "grouped": "A grouped product is a list of others: it is nothing to sell by itself.",
    "external": "An external product is sold on another site: it cannot be sold here.",
}
MOST_OPTIONS = 3
# In Hungarian the default of an attribute is called what its name is called, and stands behind it.
HUNGARIAN = frozenset(f"attribute{nth}_name" for nth in range(1, 100))
ON_BACK_ORDER = "backorder"  # In the column that else says yes or no.
MOST_SPELLED_OUT = 200


def _recognises(header: frozenset[str]) -> bool:
    return {"type", "title", "price"} <= {field_of(name) for name in header}


def _kinds(row: Row) -> set[str]:
    """A type may be a list, as “simple, downloadable, virtual”."""
    return {kind.casefold() for kind in listed(row["type"])}


def _is_variation(row: Row) -> bool:
    return "variation" in _kinds(row)


def refuse_no_goods(row: Row) -> None:
    """Raises BadValue."""
    for kind in _kinds(row):
        if kind in NOT_GOODS:
            raise BadValue("type", row["type"], NOT_GOODS[kind], "Leave the row out.")


def _key(row: Row) -> str:
    refuse_no_goods(row)
    if _is_variation(row):
        field, key = "parent", row["parent"]
    else:
        field, key = "sku", row["sku"] or (row["id"] and f"id:{row['id']}")
    if not key:
        reason = "The variation names no parent." if field == "parent" else "The row has neither a SKU nor an ID."
        raise BadValue(field, "", reason, "Write it, so that the product is found again the next time.")
    return values.short(field, key)


WOOCOMMERCE = Dialect(
    "woocommerce",
    "a WooCommerce export",
    _recognises,
    field_of,
    {"sku": "The file has no SKU column. Please export it again with SKU (and ID)."},
    _key,
    guards=True,
    repeats=HUNGARIAN,
)


class WooCommerceReader(ProductReader):
    key_field: ClassVar[str] = "sku"
    option_field: ClassVar[str] = "attribute1_value"

    def __init__(self, group: Group, reading: Reading, currency: str) -> None:
        super().__init__(group, reading, currency)
        self._variations = [row for row in group.rows if _is_variation(row)]
        self._others = [row for row in group.rows if not _is_variation(row)]

    def head(self) -> Row:
        return (self._others or self._variations)[0]

    def variant_rows(self) -> Sequence[Row]:
        if not self._variations:
            return self._others
        rows = sorted([*self._others[1:], *filter(self._is_for_sale, self._variations)], key=lambda row: row.nth)
        exact = {tuple(self._attributes(row).items()) for row in rows}
        return [one for row in rows for one in self._spelled_out(row, exact)]

    def _spelled_out(self, row: Row, exact: set[tuple[tuple[str, str], ...]]) -> Sequence[Row]:
        """A variation for any value of an attribute is one for each value its product has, less those told apart.

        Not where it has a count, which would be one for all of them.
        """
        blank = [field for field, name in self._attribute_names(row).items() if not row[f"{field}_value"]]
        values_of = {name: listed(told) for name, told in self._attributes(self.head()).items()}
        choices = [values_of.get(row[f"{field}_name"], []) for field in blank]
        if not blank or row["quantity"] or not 0 < prod(map(len, choices)) <= MOST_SPELLED_OUT:
            return [row]
        fields = [f"{field}_value" for field in blank]
        spelled = [dict(zip(fields, chosen, strict=True)) for chosen in product(*choices)]
        made = [replace(row, cells={**row.cells, **told}) for told in spelled]
        return [one for one in made if tuple(self._attributes(one).items()) not in exact]

    def told(self) -> Told:
        head = self.head()
        if not self._others:
            raise BadValue("parent", head["parent"], "No row of the file is the product of this variation.")
        title, state = self.title_and_state(head, self._state)
        description = (head["description"] or head["short_description"]).replace("\\n", "\n")
        return Told(title, description, listed(head["categories"]), listed(head["tags"]), state)

    def _state(self) -> ProductState:
        head = self.head()
        state = STATES.get(head["published"])
        if state is None:
            raise BadValue("published", head["published"], "This must be 1, 0 or -1.", "Write 1 for what is for sale.")
        if state is ProductState.LISTED and head["visibility"].casefold() == "hidden":
            self.warn(head, "visibility", "What is hidden there is kept as a draft here.")
            return ProductState.DRAFT
        return state

    def _attribute_names(self, row: Row) -> dict[str, str]:
        """By the beginning of the field (`attribute1`); one that is left blank is called as its product calls it.

        One without a value for which the product has none to choose either is no attribute.
        """
        fields = sorted(field for field in row.cells if field.startswith("attribute") and field.endswith("_name"))
        starts = [field.removesuffix("_name") for field in fields]
        head = self.head()
        named = {at: row[f"{at}_name"] or (row[f"{at}_value"] and head[f"{at}_name"]) for at in starts}
        chosen_from = {head[f"{at}_name"] for at in starts if head[f"{at}_value"]}
        return {at: name for at, name in named.items() if name and (row[f"{at}_value"] or name in chosen_from)}

    def _attributes(self, row: Row) -> dict[str, str]:
        return {name: row[f"{at}_value"] for at, name in self._attribute_names(row).items()}

    @cached_property
    def _telling(self) -> set[str]:
        """The attributes that tell at least two variations apart."""
        told = [self._attributes(row) for row in self._variations]
        names = {name for one in told for name in one}
        return {name for name in names if len({one.get(name, "") for one in told}) > 1}

    def options(self, row: Row) -> Mapping[str, str]:
        if self._variations and not _is_variation(row):
            raise BadValue("sku", row["sku"], f"Line {self.head().line} is already the product with this SKU.")
        if not self._variations:
            return {}
        told = self._attributes(row)
        if len(told) > MOST_OPTIONS:
            told = {name: value for name, value in told.items() if name in self._telling}
        if len(told) > MOST_OPTIONS:
            raise BadValue(self.option_field, row[self.option_field], "A variant has up to three attributes here.")
        for name, value in told.items():
            if not value:
                reason = f"The variation stands for any “{name}”, and each needs a variation of its own here."
                raise BadValue(self.option_field, "", reason, f"Write one row for each “{name}”.")
            values.short(self.option_field, value)
        return told

    def prices(self, row: Row) -> Prices:
        regular, dated = self._price(row, "price"), bool(row["sale_starts"] or row["sale_ends"])
        return self.on_sale(row, regular, lambda: self._price(row, "sale_price"), dated=dated)

    def _price(self, row: Row, field: str) -> int:
        return price(row[field], self.currency, field=field)

    def stock(self, row: Row) -> Stock:
        told = row["quantity"]
        supply = self.left_out(row, "backorders", lambda: values.sold_ahead("backorders", row["backorders"]))
        if told.casefold() == "parent":
            self.warn(row, "quantity", "One count for all variations is not kept here: none for a new product.")
            return Stock(tracked=True, supply=supply)
        if told:
            return replace(self.counted(row), supply=supply)
        if row["in_stock"].casefold() == ON_BACK_ORDER:
            return Stock(tracked=True, quantity=0, supply=Supply(StockPolicy.BACK_ORDER))
        has_any = values.boolean("in_stock", row["in_stock"], default=True)
        return Stock(tracked=False) if has_any else Stock(tracked=True, quantity=0)

    def sku(self, row: Row) -> str:
        return row["sku"]

    def gtin(self, row: Row) -> str:
        return self.left_out(row, "gtin", lambda: values.gtin(row["gtin"])) or ""

    def weight(self, row: Row) -> int | None:
        """In the unit its header names; a variation without one weighs what its product does."""
        for told in (row, self.head()):
            for unit in WEIGHTS:
                if text := told[f"weight_{unit}"]:
                    return self.left_out(told, f"weight_{unit}", lambda: values.weight(text, unit))  # noqa: B023
        return None

    def measured(self, row: Row) -> Measured:
        """The product tells the unit and what the price is told per, a variation how much is in it."""
        unit = row["unit"] or self.head()["unit"]
        told = {field: row[field] or self.head()[field] for field in ("unit_product", "unit_base")}
        net, per = (Cell(field, f"{text} {unit}".strip() if text else "") for field, text in told.items())
        return measured(self, row, net, per if net.text else per._replace(text=""))

    def named_pictures(self) -> Iterable[NamedPicture]:
        """The product's own, then those of its variations."""
        for row in [*self._others, *self._variations]:
            alt = " / ".join(self._attributes(row).values()) if _is_variation(row) else ""
            for url in addresses_in(row["pictures"]):
                yield NamedPicture(row, self.column("pictures"), url, alt, alt.casefold() or None)

    def _is_for_sale(self, row: Row) -> bool:
        if STATES.get(row["published"]) is ProductState.DRAFT:
            self.warn(row, "published", "The variation is not published: it is left out.")
            return False
        return True
