"""The goods in Google Merchant's words, as RSS 2.0: an item for each variant, as our own reader takes them too.

Google takes nothing that it cannot show: what has no picture but the one we draw is left out, and its co-op is told.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

from chassis.database import Database
from chassis.money import Money, named
from services.catalog.categories import OTHER, Categories
from services.catalog.formats.feed import GOOGLE
from services.catalog.product_view import ProductView, VariantView
from services.catalog.sanitise import plain_text
from services.catalog.stock.policy import Availability
from services.catalog.syndication.public_goods import pictured_goods
from services.catalog.syndication.xml import PROLOGUE, elements

LONGEST_TITLE, LONGEST_DESCRIPTION = 150, 5_000
MOST_PICTURES = 10
# Google's words for what variants differ by, and what co-ops call it; any other option takes the first word left.
DETAILS = {"color": {"color", "colour"}, "size": {"size"}, "material": {"material"}, "pattern": {"pattern"}}
# Google's names of our units; it has none for decilitres and millimetres.
UNITS = {
    "mg": "mg", "g": "g", "kg": "kg", "oz": "oz", "lb": "lb",
    "ml": "ml", "cl": "cl", "l": "l", "m3": "cbm", "fl oz": "floz", "pt": "pt", "qt": "qt", "gal": "gal",
    "cm": "cm", "m": "m", "in": "in", "ft": "ft", "yd": "yd", "m2": "sqm", "ft2": "sqft", "piece": "ct",
}  # fmt: skip
SPARE = ("size", "pattern", "material", "color")


async def merchant_feed(database: Database, categories: Categories, public_url: str) -> AsyncIterator[str]:
    """Prices and stock of the moment each product is read; a co-op on holiday is shown as out of stock."""
    base = public_url.rstrip("/")
    head = elements({"title": "Toad Lane", "link": f"{base}/", "description": "Everything on the lane"})
    yield f'{PROLOGUE}<rss version="2.0" xmlns:g="{GOOGLE}"><channel>{head}\n'
    async for product in pictured_goods(database, categories):
        yield "".join(_item(product, variant, categories, base) for variant in product.variants)
    yield "</channel></rss>\n"


def _item(product: ProductView, variant: VariantView, categories: Categories, base: str) -> str:
    told: dict[str, str | None] = {
        "g:id": str(variant.id),
        "g:title": _title(product, variant),
        "g:description": plain_text(product.description_html)[:LONGEST_DESCRIPTION] or product.title,
        "g:link": f"{base}/products/{product.slug}",
        "g:image_link": base + product.pictures[0].url,
        **_availability(product, variant),
        **_prices(variant),
        **_unit_price(variant),
        **_identity(variant),
        **_group(product, variant),
        **_place(product, categories),
        "g:condition": "new",
        "g:brand": product.coop.name,
        "g:external_seller_id": product.coop.slug,
        "g:shipping_weight": f"{variant.weight_grams} g" if variant.weight_grams else None,
    }
    more = [("g:additional_image_link", base + one.url) for one in product.pictures[1 : 1 + MOST_PICTURES]]
    return f"<item>{elements(told)}{elements(more)}</item>\n"


def _availability(product: ProductView, variant: VariantView) -> Mapping[str, str | None]:
    """What is sold ahead has to have a day, and counts as out of stock without; what is made to order takes its time.

    The page's own data says the same, because Google compares them.
    """
    if variant.availability == Availability.BACK_ORDER and variant.available_from and not product.coop.paused:
        return {"g:availability": "backorder", "g:availability_date": f"{variant.available_from:%Y-%m-%d}T00:00Z"}
    is_there = variant.availability in {Availability.IN_STOCK, Availability.MADE_TO_ORDER} and not product.coop.paused
    days = str(variant.lead_days) if is_there and variant.lead_days else None
    return {"g:availability": "in_stock" if is_there else "out_of_stock", "g:max_handling_time": days}


def _title(product: ProductView, variant: VariantView) -> str:
    full = f"{product.title} – {variant.title}" if len(product.variants) > 1 else product.title
    return full[:LONGEST_TITLE]


def _prices(variant: VariantView) -> Mapping[str, str]:
    """Google's price is the regular one, and what is asked now is its sale price."""
    if variant.compare_at is None:
        return {"g:price": _money(variant.price)}
    return {"g:price": _money(variant.compare_at), "g:sale_price": _money(variant.price)}


def _unit_price(variant: VariantView) -> Mapping[str, str]:
    """How much is in it and what its price is compared by, where Google has words for both."""
    if variant.unit_price is None:
        return {}
    held, per = (_measure(text) for text in (variant.net_quantity, variant.unit_price.per))
    return {"g:unit_pricing_measure": held, "g:unit_pricing_base_measure": per} if held and per else {}


def _measure(text: str) -> str | None:
    amount, _, unit = text.partition(" ")
    return f"{amount} {UNITS[unit]}" if unit in UNITS else None


def _identity(variant: VariantView) -> Mapping[str, str | None]:
    """Who makes the goods sells them, so that their own number is the maker's."""
    known = variant.gtin or variant.sku
    return {"g:gtin": variant.gtin, "g:mpn": variant.sku, "g:identifier_exists": None if known else "no"}


def _group(product: ProductView, variant: VariantView) -> Mapping[str, str]:
    if len(product.variants) == 1:
        return {}
    details: dict[str, str] = {}
    for name, value in variant.options.items():
        details[_detail(name, list(details), list(variant.options))] = value
    group = {"g:item_group_id": str(product.id), "g:item_group_title": product.title}
    return group | {f"g:{name}": value for name, value in details.items()}


def _detail(option: str, taken: Sequence[str], options: Sequence[str]) -> str:
    """The same word for the same option in every variant, because all have the same options in the same order."""
    own = next((name for name, called in DETAILS.items() if option.casefold() in called), None)
    if own and own not in taken:
        return own
    wanted = {name for name, called in DETAILS.items() for one in options if one.casefold() in called}
    return next(name for name in SPARE if name not in taken and name not in wanted)


def _place(product: ProductView, categories: Categories) -> Mapping[str, str | None]:
    if product.category.slug == OTHER:
        return {}
    return {
        "g:google_product_category": str(categories.google(product.category.slug)),
        "g:product_type": " > ".join(categories.way(product.category.slug)),
    }


def _money(money: Money) -> str:
    return named(money.amount, money.currency)
