"""A co-op's goods, kept in short lines, as the catalogue file that its shop would export.

One line per product: title | category | tags | variants | about. Variants are written
`4.90 x28` (price, stock), `4.90` (no count kept), `39.00 (46.00) x9` (with its former price), or, by options,
`Size, Colour: S or M / red = 19.00 x4; L / red or blue = 21.00 x0`. A weight or a volume to choose is also how much
is in it, so that the shop tells what a kilogram or a litre costs.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product as combinations
from pathlib import Path

GOODS = Path(__file__).parent / "data" / "goods"
FIELDS = 5
OFFER = re.compile(r"(?P<price>\d+\.\d\d)(?: \((?P<before>\d+\.\d\d)\))?(?: x(?P<stock>\d+))?")
MEASURED = {"Weight", "Volume"}
MEASURE = re.compile(r"(?P<amount>\d+(?:\.\d+)?) (?P<unit>k?g|ml|l)(?:itres?)?$")

HEADER = (
    "Title", "URL handle", "Description", "Vendor", "Type", "Tags", "Published on online store", "Status", "SKU",
    "Option1 name", "Option1 value", "Option2 name", "Option2 value", "Price", "Compare-at price",
    "Inventory tracker", "Inventory quantity", "Continue selling when out of stock",
    "Unit Price Total Measure", "Unit Price Total Measure Unit",
    "Certifications (product.metafields.custom.certifications)",
)  # fmt: skip


@dataclass(frozen=True)
class Variant:
    options: Sequence[str]
    price: str
    before: str
    stock: str | None


@dataclass(frozen=True)
class Goods:
    """One product; `option_names` is empty where there is nothing to choose."""

    title: str
    category: str
    tags: str
    about: str
    option_names: Sequence[str]
    variants: Sequence[Variant]

    @property
    def handle(self) -> str:
        return "-".join(re.findall(r"[a-z0-9]+", self.title.lower()))


def catalogue_file(shop: str, vendor: str, certified: Mapping[str, str]) -> tuple[str, bytes]:
    """Name and content of the file a shop uploads: its own export where we keep one, else one made from its lines.

    `certified` says by which certification goods with a tag are what the tag says.
    """
    exported = GOODS / f"{shop}.csv"
    if exported.exists():
        return exported.name, exported.read_bytes()
    lines = (GOODS / f"{shop}.txt").read_text(encoding="utf-8").splitlines()
    return exported.name, _shopify([read(line) for line in lines if line], vendor, certified)


def read(line: str) -> Goods:
    """Raises ValueError for a line that is not written as above."""
    title, category, tags, variants, about = (field.strip() for field in line.split(" | ", FIELDS - 1))
    names, _, offers = variants.rpartition(": ")
    option_names = names.split(", ") if names else []
    return Goods(title, category, tags, about, option_names, list(_variants(offers, len(option_names))))


def _variants(offers: str, options: int) -> Iterator[Variant]:
    for group in offers.split("; "):
        values, _, offer = group.rpartition(" = ")
        found = OFFER.fullmatch(offer)
        alternatives = [value.split(" or ") for value in values.split(" / ")] if values else []
        if found is None or len(alternatives) != options:
            raise ValueError(f"no offer: {group!r}")
        for chosen in combinations(*alternatives):
            yield Variant(chosen, found["price"], found["before"] or "", found["stock"])


def _shopify(goods: Sequence[Goods], vendor: str, certified: Mapping[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, restval="")
    writer.writeheader()
    for one in goods:
        for nth, variant in enumerate(one.variants):
            writer.writerow(_first(one, vendor, certified) | _row(one, variant) if nth == 0 else _row(one, variant))
    return text.getvalue().encode("utf-8")


def _first(goods: Goods, vendor: str, certified: Mapping[str, str]) -> dict[str, str]:
    claims = [certified[tag] for tag in goods.tags.split(", ") if tag in certified]
    names = dict(zip(("Option1 name", "Option2 name"), goods.option_names or ["Title"], strict=False))
    return names | {
        "Title": goods.title,
        "Description": f"<p>{escape(goods.about, quote=False)}</p>",
        "Vendor": vendor,
        "Type": goods.category,
        "Tags": goods.tags,
        "Published on online store": "TRUE",
        "Status": "active",
        "Certifications (product.metafields.custom.certifications)": ", ".join(claims),
    }


def _row(goods: Goods, variant: Variant) -> dict[str, str]:
    values = dict(zip(("Option1 value", "Option2 value"), variant.options or ["Default Title"], strict=False))
    return values | {
        "URL handle": goods.handle,
        "Price": variant.price,
        "Compare-at price": variant.before,
        "Inventory tracker": "" if variant.stock is None else "shopify",
        "Inventory quantity": variant.stock or "",
        "Continue selling when out of stock": "deny",
        **_held(goods, variant),
    }


def _held(goods: Goods, variant: Variant) -> dict[str, str]:
    for name, value in zip(goods.option_names, variant.options, strict=True):
        if name in MEASURED and (found := MEASURE.search(value)):
            return {"Unit Price Total Measure": found["amount"], "Unit Price Total Measure Unit": found["unit"]}
    return {}
