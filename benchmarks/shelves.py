"""Catalogue files of any number of products, the same for the same seed, in Shopify's older header."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# More than any run sells: what is measured is selling, not running out.
STOCK = 1_000_000

HEADER = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
    "Variant SKU", "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Price", "Variant Compare At Price",
    "Status",
)  # fmt: skip

TRADES: dict[str, tuple[str, ...]] = {
    "Bread": ("Rye", "Loaf", "Sourdough", "Roll", "Baguette", "Brioche"),
    "Cheese": ("Cheddar", "Brie", "Gouda", "Pecorino", "Ricotta"),
    "Coffee": ("Espresso", "Filter Coffee", "Decaf", "House Blend"),
    "Tea": ("Assam", "Green Tea", "Rooibos", "Peppermint Tea"),
    "Honey": ("Heather Honey", "Forest Honey", "Marmalade", "Quince Jam"),
    "Wine": ("Riesling", "Cider", "Pale Ale", "Vermouth"),
    "Shoes": ("Clogs", "Boots", "Sandals", "Slippers"),
    "Bags": ("Rucksack", "Tote", "Satchel", "Purse"),
    "Candles": ("Beeswax Candle", "Lantern", "Tealight", "Candlestick"),
    "Soap": ("Olive Soap", "Shampoo Bar", "Bath Salt", "Shaving Soap"),
    "Books": ("Cookbook", "Novel", "Atlas", "Anthology"),
    "Bicycles": ("Saddle", "Bell", "Pannier", "Mudguard"),
}
QUALITIES = (
    "Amber", "Bright", "Calm", "Dark", "Early", "Fine", "Golden", "Honest", "Island", "Jolly", "Kindred", "Lofty",
    "Mellow", "Northern", "Old", "Plain", "Quiet", "Rustic", "Smoked", "Tender", "Upland", "Velvet", "Wild", "Young",
)  # fmt: skip
PLACES = ("Kassel", "Rochdale", "Mondragon", "Bergen", "Bologna", "Ghent", "Porto", "Leeds", "Tampere", "Graz", "Brno")
SENTENCES = (
    "Made by the people who own the place.",
    "Nothing in it that you could not name yourself.",
    "The recipe is older than anybody who works here.",
    "Packed on the day it is ordered.",
    "Every hand that touched it has a vote.",
    "It keeps for weeks and never lasts that long.",
)
SIZES = ("Small", "Medium", "Large")


@dataclass(frozen=True)
class Shelf:
    """One file, and words by which its products are found."""

    filename: str
    content: bytes
    queries: tuple[str, ...]


def shelf(seed: str, vendor: str, products: int) -> Shelf:
    """So many products of one to three variants; about a fifth was dearer once."""
    chance = random.Random(seed)
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(HEADER)
    queries = []
    for nth in range(products):
        trade, title = _named(chance)
        queries.append(chance.choice(title.split()).lower())
        writer.writerows(_product(chance, f"{seed}-{nth}", f"{title} No. {nth}", vendor, trade))
    return Shelf(f"{seed}.csv", sheet.getvalue().encode(), tuple(queries))


def _named(chance: random.Random) -> tuple[str, str]:
    trade = chance.choice(tuple(TRADES))
    return trade, f"{chance.choice(QUALITIES)} {chance.choice(PLACES)} {chance.choice(TRADES[trade])}"


def _product(chance: random.Random, handle: str, title: str, vendor: str, trade: str) -> Iterator[Sequence[object]]:
    price = chance.randrange(150, 9_000)
    body = "".join(f"<p>{sentence}</p>" for sentence in chance.sample(SENTENCES, 3))
    told: tuple[object, ...] = (title, body, vendor, trade, f"{trade.lower()}, co-op", "true")
    option, status = "Size", "active"
    for size in SIZES[: chance.choice((1, 1, 2, 3))]:
        before = f"{price * 1.25 / 100:.2f}" if chance.random() < 0.2 else ""
        yield (
            handle,
            *told,
            option,
            size,
            f"{handle}-{size[0]}",
            "shopify",
            STOCK,
            f"{price / 100:.2f}",
            before,
            status,
        )
        told, option, status, price = ("",) * 6, "", "", round(price * 1.8)
