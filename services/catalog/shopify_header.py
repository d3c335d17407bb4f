"""The two headers Shopify has exported products under, recognised by what they say and not by a file's name."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import Refused
from services.catalog.sheet import records

DELIMITERS = (",", ";", "\t")

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
    "tracker": ("Variant Inventory Tracker", "Inventory tracker"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity"),
    "policy": ("Variant Inventory Policy", "Continue selling when out of stock"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price"),
    "picture": ("Image Src", "Product image URL"),
    "google_category": ("Google Shopping / Google Product Category",),
}
FIELDS = {name.casefold(): field for field, names in COLUMNS.items() for name in names}
# What no other shop's export calls its columns: enough to know Shopify's new header where the handle is left out.
TELLING = {"inventory tracker", "inventory quantity", "option1 value", "compare-at price", "product image url"}


class UnknownFormat(Refused):
    code = "unknown_format"
    title = "The columns of the file are not known"


class DuplicateColumn(Refused):
    code = "duplicate_column"
    title = "A column stands in the file twice"


class MissingColumn(Refused):
    code = "missing_column"
    title = "A column is missing"


@dataclass(frozen=True)
class Layout:
    """Where each field stands in this file, and what its column is called there."""

    dialect: str
    delimiter: str
    width: int
    positions: dict[str, int]
    names: dict[str, str]

    def column(self, field: str) -> str:
        """The column's name as the co-op sees it in its file."""
        return self.names.get(field, COLUMNS[field][0])


def recognise(text: str) -> Layout:
    """The layout of the file, or a refusal that says what is wrong with its first line."""
    for delimiter in DELIMITERS:
        header = [cell.strip() for cell in next(records(text, delimiter)).cells]
        if dialect := _dialect({name.casefold() for name in header}):
            return _layout(dialect, delimiter, header)
    raise UnknownFormat(
        "The first line is not the header of a Shopify product export "
        "(Handle, Title, Variant Price … or Title, URL handle, Price …). In Shopify: Products → Export → Plain CSV."
    )


def _dialect(header: set[str]) -> str | None:
    if "title" not in header:
        return None
    if "url handle" in header or ("price" in header and header & TELLING):
        return "shopify-new"
    return "shopify-old" if "handle" in header else None


def _layout(dialect: str, delimiter: str, header: Sequence[str]) -> Layout:
    positions: dict[str, int] = {}
    names: dict[str, str] = {}
    for position, name in enumerate(header):
        field = FIELDS.get(name.casefold())
        if field is None:
            continue
        if field in positions:
            raise DuplicateColumn(f"The columns “{names[field]}” and “{name}” are the same. Please keep one of them.")
        positions[field], names[field] = position, name
    if "price" not in positions:
        raise MissingColumn("The file has no price column (Variant Price, or Price). Please export it again with it.")
    return Layout(dialect, delimiter, len(header), positions, names)
