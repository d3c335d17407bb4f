"""How much a row says is in it, and per what its price is told: what cannot be read is left out with a warning."""

from typing import NamedTuple

from services.catalog.formats.layout import Row
from services.catalog.formats.leaving_out import Cell, Warns
from services.catalog.formats.values import BadValue
from services.catalog.labels.measure import NotAMeasure, measure, told_per

ADVICE = "Write it like 500 g, 0.75 l or 6 pieces."
UNKNOWN_NET = "How much is in it cannot be read, so there is nothing to tell a price per."


class Measured(NamedTuple):
    """Both as we write them; None where the row does not speak of them."""

    net_quantity: str | None = None
    price_per: str | None = None


def net_quantity(field: str, text: str) -> str:
    """As we write it; blank for a blank. Raises BadValue."""
    if not text:
        return ""
    try:
        return str(measure(text))
    except NotAMeasure as wrong:
        raise BadValue(field, text, str(wrong), ADVICE) from wrong


def price_per(field: str, text: str, net: str) -> str:
    """As we write it. Raises BadValue, also where it does not measure what `net` does."""
    written = net_quantity(field, text)
    try:
        return str(measure(told_per(net, written))) if written else ""
    except NotAMeasure as wrong:
        raise BadValue(field, text, str(wrong), "Take a weight for a weight, a volume for a volume.") from wrong


def measured(reader: Warns, row: Row, net: Cell, per: Cell) -> Measured:
    """The goods can be sold without; a price per nothing is not told."""
    try:
        held = net_quantity(*net)
    except BadValue as bad:
        reader.warn(row, net.field, f"{bad.reason} It is left out.", bad.advice)
        return Measured()
    if not held:
        if per.text:
            reader.warn(row, per.field, UNKNOWN_NET, ADVICE)
        return Measured()
    try:
        return Measured(held, price_per(*per, held))
    except BadValue as bad:
        reader.warn(row, per.field, f"{bad.reason} It is left out.", bad.advice)
        return Measured(held)
