"""Our own format, as CSV or JSON Lines: a row is a variant, rows of one `id` are a product."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from chassis.money import plain
from services.catalog.draft import ProductDraft, VariantDraft
from services.catalog.formats import values
from services.catalog.formats.layout import Dialect, Row
from services.catalog.formats.product_reader import Prices, Stock, Told, counted, listed
from services.catalog.formats.shopify import DEFAULT_TITLE, ShopifyReader
from services.catalog.formats.values import BadValue

# Column, and what it means: shown to co-ops as it stands here.
COLUMNS = {
    "id": "Your own id of the product. Needed; it stays the same from file to file. Rows with one id are one product.",
    "title": "What the product is called. Needed on its first row; later rows may leave blank what it has said.",
    "description": "Text or simple HTML.",
    "category": "A category of this marketplace, or an id or path of Google’s product taxonomy.",
    "tags": "Parted by commas.",
    "state": "listed (or blank), draft or archived.",
    "option1_name": "What the variants differ by, as Size. Up to three options.",
    "option1_value": "What this variant has of it, as Large.",
    "option2_name": "",
    "option2_value": "",
    "option3_name": "",
    "option3_value": "",
    "sku": "Your number of the variant.",
    "gtin": "GTIN, EAN or UPC, with all its digits.",
    "price": "Needed. A plain amount, as 12.50, tax included.",
    "compare_at_price": "The former price, above the price.",
    "currency": "If given, the marketplace’s.",
    "stock": "How many stand on the shelf. Blank: sold without a count.",
    "weight": "As 500 g or 1.5 kg; a number alone is grams.",
}
NAMES = {"state": "status", "compare_at_price": "compare_at", "stock": "quantity", "id": "handle"}
EXAMPLES = (
    {
        "id": "rye-bread", "title": "Rye bread", "description": "Baked today.", "category": "bread-and-baking",
        "tags": "organic, rye", "state": "listed", "price": "4.50", "stock": "20", "weight": "750 g",
    },
    {
        "id": "shirt", "title": "Work shirt", "category": "tops", "option1_name": "Size", "option1_value": "Medium",
        "sku": "SHIRT-M", "price": "32.00", "compare_at_price": "38.00", "stock": "5",
    },
    {"id": "shirt", "option1_value": "Large", "sku": "SHIRT-L", "price": "32.00", "stock": "3"},
)  # fmt: skip


def _field_of(name: str) -> str | None:
    told = name.strip().casefold()
    return NAMES.get(told, told) if told in COLUMNS else None


def _recognises(header: frozenset[str]) -> bool:
    return {"id", "title", "price"} <= header or {"id", "price", "stock"} <= header


def _key(row: Row) -> str:
    if not row["handle"]:
        raise BadValue("handle", "", "The row has no id.", "Write one that stays the same from file to file.")
    return values.short("handle", row["handle"])


OWN = Dialect(
    "toadlane",
    "a file in this marketplace’s own format",
    _recognises,
    _field_of,
    {"title": "The file has no column “title”.", "price": "The file has no column “price”."},
    _key,
    guards=True,
)


def rows_of(product: ProductDraft, currency: str) -> Iterator[dict[str, str]]:
    """The product in this format, a row for each variant, as it is read back; blank cells are left out."""
    names = list(next((variant.options for variant in product.variants if variant.options), {}))
    for nth, variant in enumerate(product.variants):
        told = _of_product(product) if nth == 0 else {"id": product.external_id or ""}
        yield {name: text for name, text in {**told, **_of_variant(variant, names, currency)}.items() if text}


def _of_product(product: ProductDraft) -> dict[str, str]:
    return {
        "id": product.external_id or "",
        "title": product.title,
        "description": product.description,
        "category": next(iter(product.categories), ""),
        "tags": ", ".join(tag.replace(",", "\\,") for tag in product.tags),
        "state": product.state,
    }


def _of_variant(variant: VariantDraft, names: Sequence[str], currency: str) -> dict[str, str]:
    """One without options beside others that have some is told as Shopify tells it."""
    values = list(variant.options.values()) or [DEFAULT_TITLE.title()] * len(names)
    options: dict[str, str] = {}
    for nth, (name, value) in enumerate(zip(names, values, strict=False), 1):
        options |= {f"option{nth}_name": name, f"option{nth}_value": value}
    return options | {
        "sku": variant.sku,
        "gtin": variant.gtin,
        "price": plain(variant.price, currency),
        "compare_at_price": "" if variant.compare_at is None else plain(variant.compare_at, currency),
        "currency": currency,
        "stock": "" if variant.quantity is None else str(variant.quantity),
        "weight": f"{variant.weight_grams} g" if variant.weight_grams else "",
    }


class OwnReader(ShopifyReader):
    """The grammar of options is Shopify's; every row is a variant."""

    key_field: ClassVar[str] = "handle"

    def variant_rows(self) -> Sequence[Row]:
        return self.group.rows

    def stands_on(self, row: Row) -> bool:
        return False

    def told(self) -> Told:
        head = self.head()
        title, state = self.title_and_state(head, lambda: values.status(head["status"]))
        categories = [head["category"]] if head["category"] else []
        return Told(title, head["description"], categories, listed(head["tags"]), state)

    def prices(self, row: Row) -> Prices:
        if row["currency"] and row["currency"].upper() != self.currency:
            raise BadValue("currency", row["currency"], f"Prices here are in {self.currency}.", "Write them so.")
        amount = values.price(values.with_point(row["price"] or self.head()["price"], self.currency), self.currency)
        told = values.with_point(row["compare_at"], self.currency)
        before = values.price(told, self.currency, field="compare_at") if told else None
        return self.above(row, amount, before)

    def stock(self, row: Row) -> Stock:
        return counted(row["quantity"])

    def gtin(self, row: Row) -> str:
        return values.gtin(row["gtin"])
