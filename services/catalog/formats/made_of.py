"""What a bundle is made of, as a cell of our own format tells it."""

import re

from services.catalog.assortment.draft import PartDraft
from services.catalog.formats import values
from services.catalog.formats.product_reader import listed
from services.catalog.formats.values import BadValue
from services.catalog.stock.policy import MOST_OF_ONE_PART, MOST_PARTS

PART = re.compile(r"([0-9]+)\s*[x×*]\s*(.+)", re.DOTALL | re.IGNORECASE)
BY_ITSELF = "none"  # What was a bundle is none any more; a blank leaves it what it is.
HOW = "Write it like 2 x rye-bread, 1 x shirt: Large."


def parts_in(text: str) -> list[PartDraft]:
    """In the order of the cell; one without a number is one. Raises BadValue."""
    told = [] if is_by_itself(text) else listed(text)
    if len(told) > MOST_PARTS:
        raise BadValue("parts", text, f"A bundle may have up to {MOST_PARTS} parts.", "Make several bundles of it.")
    return [_part(one) for one in told]


def is_by_itself(text: str) -> bool:
    """It says that there are no parts."""
    return text.casefold() == BY_ITSELF


def _part(text: str) -> PartDraft:
    found = PART.fullmatch(text)
    if found is None:
        return PartDraft(1, values.short("parts", text))
    if len(found[1]) > len(str(MOST_OF_ONE_PART)) or not 1 <= int(found[1]) <= MOST_OF_ONE_PART:
        raise BadValue("parts", text, f"Of one part a bundle may have from 1 to {MOST_OF_ONE_PART:,}.", HOW)
    return PartDraft(int(found[1]), values.short("parts", found[2].strip()))
