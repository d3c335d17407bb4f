"""How much is in it, and what that makes the price of a kilogram or a litre."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from chassis.money import LARGEST

WRITTEN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6}|,[0-9]{1,2})?)\s*([^\W\d_][\w²³. ]*)")
LONGEST = 40  # Characters of anything that is a measure.


class NotAMeasure(ValueError):
    """The text is no amount with its unit; the message says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`size` is in the smallest of its kind; `told_per` is what a price is told per, where nobody says otherwise."""

    kind: str
    size: Fraction
    told_per: str


def _units(kind: str, told_per: str, sizes: Mapping[str, str]) -> dict[str, Unit]:
    return {name: Unit(kind, Fraction(size), told_per) for name, size in sizes.items()}


# Pints, quarts and gallons are those of the United States, as in Google's and Shopify's files.
UNITS: dict[str, Unit] = {
    **_units("mass", "1 kg", {"mg": "0.001", "g": "1", "kg": "1000"}),
    **_units("mass", "1 lb", {"oz": "28.349523125", "lb": "453.59237"}),
    **_units("volume", "1 l", {"ml": "1", "cl": "10", "dl": "100", "l": "1000", "m3": "1000000"}),
    **_units(
        "volume", "1 qt", {"fl oz": "29.5735295625", "pt": "473.176473", "qt": "946.352946", "gal": "3785.411784"}
    ),
    **_units("length", "1 m", {"mm": "1", "cm": "10", "m": "1000"}),
    **_units("length", "1 yd", {"in": "25.4", "ft": "304.8", "yd": "914.4"}),
    **_units("area", "1 m2", {"m2": "1000000"}),
    **_units("area", "1 ft2", {"ft2": "92903.04"}),
    **_units("count", "1 piece", {"piece": "1"}),
}
# What shops call them, beside their own names.
CALLED: dict[str, str] = {
    **dict.fromkeys(("gram", "grams", "gr", "gramm", "gramo", "gramos", "gramme", "grammes"), "g"),
    **dict.fromkeys(("kilo", "kilos", "kilogram", "kilograms", "kgs"), "kg"),
    **dict.fromkeys(("ounce", "ounces"), "oz"),
    **dict.fromkeys(("lbs", "pound", "pounds"), "lb"),
    **dict.fromkeys(("litre", "litres", "liter", "liters", "litro", "litros", "lt", "ltr"), "l"),
    **dict.fromkeys(("floz", "fl. oz", "fl. oz.", "fl oz.", "fluid ounce", "fluid ounces"), "fl oz"),
    **dict.fromkeys(("cbm", "m³"), "m3"),
    **dict.fromkeys(("sqm", "qm", "m²"), "m2"),
    **dict.fromkeys(("sqft", "sq ft", "ft²"), "ft2"),
    **dict.fromkeys(("metre", "metres", "meter", "meters", "metro", "metros"), "m"),
    **dict.fromkeys(("pieces", "pc", "pcs", "item", "items", "ct", "count", "unit", "units", "stk", "stück"), "piece"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount above nothing, in one of our units."""

    amount: Decimal
    unit: str

    def __str__(self) -> str:
        """As it is kept and shown: `750 g`, `1.5 l`."""
        return f"{self.amount.normalize():f} {self.unit}"

    @property
    def kind(self) -> str:
        return UNITS[self.unit].kind

    @property
    def size(self) -> Fraction:
        return Fraction(self.amount) * UNITS[self.unit].size


@lru_cache(maxsize=4096)
def measure(text: str) -> Measure:
    """Raises NotAMeasure."""
    found = WRITTEN.fullmatch(text.strip()[:LONGEST])
    told = found[2].strip().casefold() if found else ""
    unit = told if told in UNITS else CALLED.get(told)
    if found is None or unit is None:
        raise NotAMeasure("This is no amount with a unit that is known here.")
    amount = Decimal(found[1].replace(",", "."))
    if not amount:
        raise NotAMeasure("There must be more than nothing in it.")
    return Measure(amount, unit)


def told_per(net: str, per: str) -> str:
    """What the price is told per: `per` where it is given, else what is usual for the unit of `net`.

    Raises NotAMeasure where the two do not measure the same.
    """
    if not per:
        return UNITS[measure(net).unit].told_per
    if measure(per).kind != measure(net).kind:
        raise NotAMeasure(f"{measure(per)} and {measure(net)} do not measure the same.")
    return per


@lru_cache(maxsize=4096)
def unit_price(price: int, net: str, per: str) -> int | None:
    """Minor units for `per`, exact until it is rounded, half up; None where it is the price itself.

    The law wants no unit price that says the same as the price; and what no price can be is told to nobody, as a
    million tonnes of what is sold by the millionth of a milligram.
    """
    asked, held = measure(told_per(net, per)).size, measure(net).size
    if asked == held:
        return None
    amount = int(price * asked / held + Fraction(1, 2))
    return amount if amount <= LARGEST else None
