"""Our own format, as CSV or JSON Lines: a row is a variant, rows of one `id` are a product."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from chassis.money import plain
from services.catalog.assortment.draft import PartDraft, ProductDraft, VariantDraft
from services.catalog.formats import values
from services.catalog.formats.label_columns import LABEL_COLUMNS, label_field
from services.catalog.formats.label_written import label_cells
from services.catalog.formats.layout import Dialect, Row
from services.catalog.formats.leaving_out import Cell
from services.catalog.formats.made_of import is_by_itself, parts_in
from services.catalog.formats.measured import Measured, measured
from services.catalog.formats.named_picture import NamedPicture, addresses_in
from services.catalog.formats.prices import price
from services.catalog.formats.product_reader import Prices, Stock, Told, counted, listed
from services.catalog.formats.shopify import DEFAULT_TITLE, ShopifyReader
from services.catalog.formats.values import BadValue
from services.catalog.stock.policy import StockPolicy, Supply

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
    "net_quantity": "How much is in it, as 500 g, 0.75 l or 6 pieces: shoppers see the price of a kilogram or a litre.",
    "price_per": "What that price is for, as 100 g; blank: what is usual, a kilogram or a litre.",
    "policy": "When none is left: deny (or blank), back_order, or made_to_order, which is not counted.",
    "parts": "What a bundle is made of, by your ids: 2 x rye-bread, 1 x shirt: Large. none: it is no bundle any more.",
    "available_from": "The day from which back orders are sent, as 2027-01-31.",
    "lead_days": "Within how many days one is made to order.",
    "pictures": "Addresses of pictures, https://…, parted by commas, the first first. They are fetched and kept here.",
    "picture_alt": "What the row’s pictures show, in a few words, for those who cannot see them.",
    "weight": "As 500 g or 1.5 kg; a number alone is grams.",
    **LABEL_COLUMNS,
}
POLICIES = {str(one): one for one in StockPolicy if one is not StockPolicy.BUNDLE}
NAMES = {"state": "status", "compare_at_price": "compare_at", "stock": "quantity", "id": "handle"}
EXAMPLES = (
    {
        "id": "rye-bread", "title": "Rye bread", "description": "Baked today.", "category": "bread-and-baking",
        "tags": "organic, rye", "state": "listed", "price": "4.50", "stock": "20",
        "net_quantity": "750 g", "weight": "800 g", "ingredients": "Rye flour, water, salt", "contains": "gluten",
        "certifications": "eu-organic ES-ECO-020-CV", "withdrawal_exception": "perishable",
    },
    {
        "id": "shirt", "title": "Work shirt", "category": "tops", "option1_name": "Size", "option1_value": "Medium",
        "sku": "SHIRT-M", "price": "32.00", "compare_at_price": "38.00", "stock": "5",
    },
    {"id": "shirt", "option1_value": "Large", "sku": "SHIRT-L", "price": "32.00", "stock": "3"},
    {
        "id": "worker-s-box", "title": "Worker’s box", "category": "food", "price": "38.00",
        "parts": "2 x rye-bread, 1 x shirt: Large",
    },
)  # fmt: skip


def _field_of(name: str) -> str | None:
    told = name.strip().casefold()
    return label_field(told) or (NAMES.get(told, told) if told in COLUMNS else None)


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
        **label_cells(product.label, product.certifications or ()),
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
        "net_quantity": variant.net_quantity or "",
        "price_per": variant.price_per or "",
        **_of_supply(variant.supply),
        "parts": ", ".join(f"{one.quantity} x {one.name}".replace(",", "\\,") for one in variant.parts),
        "weight": f"{variant.weight_grams} g" if variant.weight_grams else "",
    }


def _of_supply(supply: Supply | None) -> dict[str, str]:
    if supply is None:
        return {}
    day, days = supply.available_from, supply.lead_days
    if supply.policy is StockPolicy.BUNDLE:
        return {}
    return {"policy": supply.policy, "available_from": str(day or ""), "lead_days": str(days or "")}


class OwnReader(ShopifyReader):
    """The grammar of options is Shopify's; every row is a variant."""

    key_field: ClassVar[str] = "handle"

    def variant_rows(self) -> Sequence[Row]:
        return self.group.rows

    def stands_on(self, row: Row) -> bool:
        return False

    def spoken(self, name: str) -> str:
        """As it is written: what was taken away from here comes back unchanged."""
        return name

    def told(self) -> Told:
        head = self.head()
        title, state = self.title_and_state(head, lambda: values.status(head["status"]))
        categories = [head["category"]] if head["category"] else []
        return Told(title, head["description"], categories, listed(head["tags"]), state)

    def prices(self, row: Row) -> Prices:
        if row["currency"] and row["currency"].upper() != self.currency:
            raise BadValue("currency", row["currency"], f"Prices here are in {self.currency}.", "Write them so.")
        amount = price(row["price"] or self.head()["price"], self.currency)
        told = row["compare_at"]
        before = price(told, self.currency, field="compare_at") if told else None
        return self.above(row, amount, before)

    def parts(self, row: Row) -> Sequence[PartDraft]:
        return parts_in(row["parts"])

    def by_itself(self, row: Row) -> bool:
        return is_by_itself(row["parts"])

    def stock(self, row: Row) -> Stock:
        alone = self.by_itself(row)
        if row["parts"] and not alone:
            return Stock(tracked=False, supply=Supply(StockPolicy.BUNDLE))
        supply = self._supply(row) or (Supply(StockPolicy.DENY) if alone else None)
        return replace(counted(row["quantity"]), supply=supply)

    def _supply(self, row: Row) -> Supply | None:
        if not row["policy"]:
            return None
        try:
            policy = POLICIES[row["policy"].casefold()]
        except KeyError as error:
            raise BadValue(
                "policy", row["policy"], "This policy is not known.", f"Write {', '.join(POLICIES)}."
            ) from error
        days = values.lead_days(row["lead_days"])
        if policy is StockPolicy.MADE_TO_ORDER and days is None:
            raise BadValue("lead_days", "", "What is made to order needs a number of days.", "Write it, as 14.")
        return Supply(policy, values.day("available_from", row["available_from"]), days)

    def measured(self, row: Row) -> Measured:
        net, per = (Cell(field, row[field]) for field in ("net_quantity", "price_per"))
        return measured(self, row, net, per)

    def named_pictures(self) -> Iterable[NamedPicture]:
        for row in self.group.rows:
            for url in addresses_in(row["pictures"]):
                yield NamedPicture(row, self.column("pictures"), url, row["picture_alt"])

    def gtin(self, row: Row) -> str:
        return values.gtin(row["gtin"])
