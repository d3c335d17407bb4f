"""What machines read of a page: schema.org's words as JSON-LD, in a data block that no browser runs.

It is made of the very objects the page is drawn from, so that price and stock are those of the page.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import orjson
from markupsafe import Markup

from chassis.money import plain
from storefront.pictures import picture_url
from storefront.wire.coops import Coop, Seller
from storefront.wire.goods import Product, Variant
from storefront.wire.reading import Money

Node = Mapping[str, object]

SPELLED_OUT: Final = 100  # Variants; of more only the range of their prices is told.
LONGEST_DESCRIPTION: Final = 5_000
# What a script element's content may not hold, and what JavaScript once took for the end of a line.
ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
# The properties that schema.org knows variants to vary by, by what co-ops call them.
VARIES_BY: Final = {
    "size": "size",
    "color": "color",
    "colour": "color",
    "material": "material",
    "pattern": "pattern",
    "age group": "suggestedAge",
    "gender": "suggestedGender",
}

AVAILABLE_AS: Final = {"in_stock": "InStock", "back_order": "BackOrder", "made_to_order": "MadeToOrder"}
# UN/CEFACT's codes of the units in which goods are measured, as schema.org takes them.
UNIT_CODES: Final = {
    "mg": "MGM", "g": "GRM", "kg": "KGM", "oz": "ONZ", "lb": "LBR",
    "ml": "MLT", "cl": "CLT", "dl": "DLT", "l": "LTR", "m3": "MTQ",
    "fl oz": "OZA", "pt": "PTL", "qt": "QTL", "gal": "GLL",
    "mm": "MMT", "cm": "CMT", "m": "MTR", "in": "INH", "ft": "FOT", "yd": "YRD", "m2": "MTK", "ft2": "FTK",
    "piece": "C62",
}  # fmt: skip


class StructuredData:
    """Nodes under the marketplace's own public address, never the one that a visitor's request names."""

    def __init__(self, public_url: str) -> None:
        self._base = public_url.rstrip("/")

    def url(self, path: str) -> str:
        """The address in full, as other sites have to name it."""
        return self._base + path

    def product(self, product: Product, seller: Seller | None, chosen: Variant | None = None) -> Markup:
        """The goods of a product page, or the variant it shows, and where they stand in the shop."""
        return data_block(self._product(product, seller, chosen), self._crumbs(product))

    def coop(self, coop: Coop) -> Markup:
        """A co-op's own page."""
        seller = coop.seller
        address = {
            "@type": "PostalAddress",
            "addressLocality": coop.city,
            "addressCountry": coop.country,
            "postalCode": seller.postcode if seller else None,
            "streetAddress": seller.address if seller else None,
        }
        return data_block(
            {
                **self._maker(coop.slug, coop.name, seller),
                "@type": "OnlineStore",
                "description": coop.makes,
                "sameAs": f"https://{coop.domain}",
                "address": _told(address),
            }
        )

    def _product(self, product: Product, seller: Seller | None, chosen: Variant | None) -> Node:
        category = product.category
        about: dict[str, object] = {
            "@id": self.url(f"/products/{product.slug}#product"),
            "name": product.title,
            "url": self.url(f"/products/{product.slug}"),
            "description": described(product),
            "image": self._images(product),
            "category": category.name if category else None,
            "brand": {"@type": "Brand", "name": product.coop.name},
        }
        maker = self._maker(product.coop.slug, product.coop.name, seller)
        if len(product.variants) == 1:
            return {**about, **self._variant(product, product.variants[0], maker)}
        if chosen is not None:
            return {**about, **self._one_of(product, chosen, maker), "isVariantOf": _group(about, product)}
        if not 1 < len(product.variants) <= SPELLED_OUT:
            return {**about, "@type": "Product", "offers": _range(product, maker)}
        return {
            **about,
            **_group(about, product),
            "hasVariant": [self._one_of(product, one, maker) for one in product.variants],
        }

    def _one_of(self, product: Product, variant: Variant, maker: Node) -> Node:
        """A variant with an address of its own, and the pictures that show it."""
        address = self._address(product, variant)
        about = {
            "@id": f"{address}#product",
            "name": f"{product.title} – {variant.title}",
            "url": address,
            "image": [self.url(picture.url) for picture in product.pictures_of(variant)],
        }
        return {**_told(about), **self._variant(product, variant, maker)}

    def _images(self, product: Product) -> Sequence[str]:
        """Those of the goods; without any the drawing that stands on the page."""
        drawn = picture_url(product.picture, product.category.slug if product.category else "", product.slug)
        return [self.url(one) for one in ([picture.url for picture in product.pictures] or [drawn])]

    def _variant(self, product: Product, variant: Variant, maker: Node) -> Node:
        options = {VARIES_BY[name.casefold()]: value for name, value in variant.options.items() if _is_known(name)}
        told = availability(product, variant)
        starts = variant.available_from if told == AVAILABLE_AS["back_order"] else None
        offer = {
            "@type": "Offer",
            "url": self._address(product, variant),
            "price": _decimal(variant.price),
            "priceCurrency": variant.price.currency,
            "availability": f"https://schema.org/{told}",
            "availabilityStarts": starts.isoformat() if starts else None,
            "deliveryLeadTime": _within(variant.lead_days),
            "priceSpecification": _unit_price(variant),
            "itemCondition": "https://schema.org/NewCondition",
            "seller": maker,
        }
        return _told({"@type": "Product", "sku": variant.sku, "gtin": variant.gtin, **options, "offers": _told(offer)})

    def _address(self, product: Product, variant: Variant) -> str:
        """Where this one is chosen."""
        only = len(product.variants) == 1
        return self.url(f"/products/{product.slug}" + ("" if only else f"?variant={quote(variant.id)}"))

    def _maker(self, slug: str, name: str, seller: Seller | None) -> dict[str, object]:
        address = self.url(f"/coops/{slug}")
        legal = seller.name if seller else None
        known = {"@type": "Organization", "@id": f"{address}#coop", "name": name, "legalName": legal, "url": address}
        return _told(known)

    def _crumbs(self, product: Product) -> Node:
        steps = [("Goods", "/search")]
        if product.category:
            steps.append((product.category.name, f"/search?category={product.category.slug}"))
        steps.append((product.title, f"/products/{product.slug}"))
        items = [
            {"@type": "ListItem", "position": nth, "name": name, "item": self.url(path)}
            for nth, (name, path) in enumerate(steps, 1)
        ]
        return {"@type": "BreadcrumbList", "itemListElement": items}


def _group(about: Node, product: Product) -> Node:
    return {
        "@type": "ProductGroup",
        "@id": about["@id"],
        "name": product.title,
        "productGroupID": product.id,
        "variesBy": sorted({f"https://schema.org/{one}" for one in _named(product.variants)}),
    }


def availability(product: Product, variant: Variant) -> str:
    """What somebody who opens the page now could do about the variant, as schema.org names it.

    A back order without a day is out of stock, as in the feed for Google, which takes none without.
    """
    if product.state != "listed":
        return "Discontinued"
    if product.coop.paused or (variant.availability == "back_order" and variant.available_from is None):
        return "OutOfStock"
    return AVAILABLE_AS.get(variant.availability, "OutOfStock")


def described(product: Product) -> str:
    """The description's words alone."""
    return Markup(product.description_html).striptags()[:LONGEST_DESCRIPTION]  # noqa: S704 - its tags are taken out


def data_block(*nodes: Node) -> Markup:
    """Safe inside a page whatever the words in it: nothing in it can end the block, and what is in it is not run."""
    graph = [_told(node) for node in nodes]
    text = orjson.dumps({"@context": "https://schema.org", "@graph": graph}).decode()
    for letter, escape in ESCAPES.items():
        text = text.replace(letter, escape)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped just above


def _range(product: Product, maker: Node) -> Node | None:
    if not product.variants:
        return None
    prices = sorted((variant.price for variant in product.variants), key=lambda price: price.amount)
    found = {availability(product, variant) for variant in product.variants}
    best = next((one for one in AVAILABLE_AS.values() if one in found), "OutOfStock")
    return {
        "@type": "AggregateOffer",
        "lowPrice": _decimal(prices[0]),
        "highPrice": _decimal(prices[-1]),
        "priceCurrency": prices[0].currency,
        "offerCount": len(prices),
        "availability": f"https://schema.org/{best}",
        "seller": maker,
    }


def _within(days: int | None) -> Node | None:
    """How long it takes to make one."""
    return {"@type": "QuantitativeValue", "maxValue": days, "unitCode": "DAY"} if days else None


def _unit_price(variant: Variant) -> Node | None:
    """The price again, with how much it is for and by how much of that the page compares it."""
    if variant.unit_price is None:
        return None
    return {
        "@type": "UnitPriceSpecification",
        "price": _decimal(variant.price),
        "priceCurrency": variant.price.currency,
        "referenceQuantity": _quantity(variant.net_quantity) | {"valueReference": _quantity(variant.unit_price.per)},
    }


def _quantity(measure: str) -> dict[str, object]:
    amount, _, unit = measure.partition(" ")
    return {"@type": "QuantitativeValue", "value": amount, "unitCode": UNIT_CODES[unit]}


def _named(variants: Sequence[Variant]) -> set[str]:
    return {VARIES_BY[name.casefold()] for variant in variants for name in variant.options if _is_known(name)}


def _is_known(name: str) -> bool:
    return name.casefold() in VARIES_BY


def _told(node: Node) -> dict[str, object]:
    """Less what nobody has said."""
    return {name: value for name, value in node.items() if value}


def _decimal(price: Money) -> str:
    return _plain(price.amount, price.currency)


@lru_cache(maxsize=8192)
def _plain(amount: int, currency: str) -> str:
    return plain(amount, currency)
