"""Shopify's product CSV, by its own grammar: what is a product, what a variant, what only a picture."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from services.catalog.assortment.draft import ProductState
from services.catalog.formats import values
from services.catalog.formats.label_columns import metafield
from services.catalog.formats.layout import Dialect, Reading, Row, by_name
from services.catalog.formats.leaving_out import Cell
from services.catalog.formats.measured import Measured, measured
from services.catalog.formats.named_picture import NamedPicture
from services.catalog.formats.prices import price
from services.catalog.formats.product_reader import Group, Prices, ProductReader, Stock, Told, listed
from services.catalog.formats.values import BadValue
from services.catalog.slug import slug_of

# Field: its column in the old header, in the new one, and any other name seen in the wild.
COLUMNS: dict[str, tuple[str, ...]] = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "description": ("Body (HTML)", "Description", "Body HTML"),
    "category": ("Product Category", "Standardized Product Type", "Standard Product Type"),
    "type": ("Type", "Custom Product Type"),
    "tags": ("Tags",),
    "published": ("Published", "Published on online store"),
    "status": ("Status",),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "barcode": ("Variant Barcode", "Barcode", "Barcodes"),
    "weight": ("Variant Grams", "Weight value (grams)"),
    "unit_measure": ("Unit Price Total Measure",),
    "unit_measure_unit": ("Unit Price Total Measure Unit",),
    "unit_base": ("Unit Price Base Measure",),
    "unit_base_unit": ("Unit Price Base Measure Unit",),
    "tracker": ("Variant Inventory Tracker", "Inventory tracker"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity"),
    "policy": ("Variant Inventory Policy", "Continue selling when out of stock"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price"),
    "picture": ("Image Src", "Product image URL"),
    "picture_position": ("Image Position",),
    "picture_alt": ("Image Alt Text",),
    "variant_picture": ("Variant Image", "Variant image URL"),
    "google_category": ("Google Shopping / Google Product Category",),
}
# What no other shop's export calls its columns: enough to know Shopify's new header where the handle is left out.
TELLING = {"inventory tracker", "inventory quantity", "option1 value", "compare-at price", "product image url"}
NO_QUANTITIES = "The file has no column “Variant Inventory Qty”: add it, or count the stock here after the import."
OPTIONS = (1, 2, 3)
DEFAULT_TITLE = "default title"
# A later row is a variant if it says one of these; with none of them it only shows one more picture.
VARIANT_SIGNS = ("option1_value", "option2_value", "option3_value", "sku", "barcode", "price", "compare_at")


def _is_new(header: frozenset[str]) -> bool:
    return "title" in header and ("url handle" in header or ("price" in header and bool(header & TELLING)))


def _is_old(header: frozenset[str]) -> bool:
    return {"title", "handle"} <= header and not _is_new(header)


def _key(row: Row) -> str:
    handle = row["handle"] or slug_of(row["title"])
    if not handle:
        raise BadValue("handle", "", "The row names no product: its handle and title are blank.")
    return values.short("handle", handle).lower()


REQUIRED = {"price": "The file has no price column (Variant Price, or Price). Please export it again with it."}
BY_NAME = by_name(COLUMNS)


def _field_of(name: str) -> str | None:
    return BY_NAME(name) or metafield(name)


OLD = Dialect("shopify-old", "a Shopify export with the older header", _is_old, _field_of, REQUIRED, _key)
NEW = Dialect("shopify-new", "a Shopify export with the newer header", _is_new, _field_of, REQUIRED, _key)


class ShopifyReader(ProductReader):
    """What the first row says holds for the later ones where they are blank."""

    key_field: ClassVar[str] = "handle"
    option_field: ClassVar[str] = "option1_value"

    def __init__(self, group: Group, reading: Reading, currency: str) -> None:
        super().__init__(group, reading, currency)
        self._first = group.rows[0]
        self._option_names = {nth: name for nth in OPTIONS if (name := self._given_once(f"option{nth}_name"))}
        for before, row in zip(group.rows, group.rows[1:], strict=False):
            if row.nth != before.nth + 1:
                self.warn(row, "handle", "Rows of another product stand between the rows of this one.")

    def head(self) -> Row:
        return self._first

    def variant_rows(self) -> Sequence[Row]:
        return [self._first, *(row for row in self.group.rows[1:] if not _is_picture(row))]

    def stands_on(self, row: Row) -> bool:
        return row is self._first

    def told(self) -> Told:
        first = self._first
        title, state = self.title_and_state(first, self._state)
        categories = [told for name in ("category", "google_category", "type") if (told := first[name])]
        return Told(title, first["description"], categories, listed(first["tags"]), state)

    def _state(self) -> ProductState:
        state = values.status(self._first["status"])
        published = values.boolean("published", self._first["published"], default=True)
        return ProductState.DRAFT if state is ProductState.LISTED and not published else state

    def options(self, row: Row) -> Mapping[str, str]:
        options: dict[str, str] = {}
        for nth in OPTIONS:
            field = f"option{nth}_value"
            value, name = values.short(field, row[field]), self._option_names.get(nth)
            if value and name:
                options[name] = value
            elif name:
                raise BadValue(field, value, f"There is no value for the option “{name}”.")
            elif value and not (nth == 1 and value.casefold() == DEFAULT_TITLE):
                raise BadValue(field, value, "The value belongs to an option without a name.")
        is_only_one = [value.casefold() for value in options.values()] == [DEFAULT_TITLE]
        return {} if is_only_one else options

    def prices(self, row: Row) -> Prices:
        amount = price(row["price"] or self._first["price"], self.currency)
        before = price(row["compare_at"], self.currency, field="compare_at") if row["compare_at"] else None
        if row is not self._first and not row["price"]:
            self.warn(row, "price", "No price is given: that of the product's first row is taken.")
        return self.above(row, amount, before)

    def stock(self, row: Row) -> Stock:
        if not row["tracker"]:
            return Stock(tracked=False)
        supply = self.left_out(row, "policy", lambda: values.sold_ahead("policy", row["policy"]))
        if not row["quantity"]:
            self._without_quantity(row)
            return Stock(tracked=True, supply=supply)
        return replace(self.counted(row), supply=supply)

    def _without_quantity(self, row: Row) -> None:
        """A shop that keeps stock in several places exports it in a file of its own: that is told once a product."""
        reason = "The stock is tracked and no quantity is given: none for a new product."
        if "quantity" in row.cells:
            self.warn(row, "quantity", reason)
        elif row is self._first:
            self.warn(row, "quantity", reason, NO_QUANTITIES)

    def sku(self, row: Row) -> str:
        return values.unquoted(row["sku"])

    def gtin(self, row: Row) -> str:
        """Shopify takes any barcode here."""
        return self.left_out(row, "barcode", lambda: values.gtin(values.unquoted(row["barcode"]))) or ""

    def weight(self, row: Row) -> int | None:
        """In grams, whatever unit is shown there; a weight of nothing was never filled in."""
        return self.left_out(row, "weight", lambda: values.weight(row["weight"], "g")) or None

    def measured(self, row: Row) -> Measured:
        """Amount and unit stand in cells of their own."""
        return measured(self, row, _with_unit(row, "unit_measure"), _with_unit(row, "unit_base"))

    def named_pictures(self) -> Iterable[NamedPicture]:
        """By their position, wherever their rows stand; then those of single variants."""
        rows = [row for row in self.group.rows if row["picture"]]
        for row in sorted(rows, key=_position):
            yield NamedPicture(row, self.column("picture"), row["picture"], row["picture_alt"])
        for row in self.group.rows:
            if row["variant_picture"]:
                alt = " / ".join(told for nth in OPTIONS if (told := row[f"option{nth}_value"]))
                yield NamedPicture(row, self.column("variant_picture"), row["variant_picture"], alt, alt.casefold())

    def _given_once(self, name: str) -> str:
        return next((row[name] for row in self.group.rows if row[name]), "")


def _with_unit(row: Row, field: str) -> Cell:
    """An amount of nothing was never filled in."""
    never = not row[field].strip("0.")
    return Cell(field, "" if never else f"{row[field]} {row[f'{field}_unit']}")


def _position(row: Row) -> int:
    told = row["picture_position"]
    return int(told) if told.isdecimal() and len(told) < 6 else 1


def _is_picture(row: Row) -> bool:
    """Fits a row after the first only: the first one of a product is always a variant too."""
    says_nothing = not any(row[sign] for sign in VARIANT_SIGNS) and row.fault is None
    return says_nothing and bool(row["picture"] or not row["quantity"])
