"""Pictures that the rows of a product name: each address once, written as it can be fetched."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from chassis.strangers import AddressRefused
from services.catalog.assortment.draft import PictureDraft
from services.catalog.formats.layout import Row
from services.catalog.formats.values import LONGEST
from services.catalog.imports.problem import Problem, warning
from services.catalog.pictures.picture import MOST_PICTURES
from services.catalog.pictures.sources import as_address

# A comma may be a part of an address; before the next one it is none. What is between is looked at from its beginning
# only: a cell of nothing but blanks would else be read once for each of them.
BETWEEN = re.compile(r"(?<![\s,;|])[\s,;|]++(?=https?://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """`variant` is the one it is a picture of, by what tells it apart, where the file says so."""

    row: Row
    column: str
    url: str
    alt: str = ""
    variant: str | None = None


MOST_NAMED = 100  # In one cell, however many a product has of them.


def addresses_in(cell: str) -> list[str]:
    """Of a cell that may name several; what stands behind very many is the last one, and is no address."""
    return [one.strip(" ,;|") for one in BETWEEN.split(cell, MOST_NAMED) if one.strip(" ,;|")]


def drafts_of(named: Iterable[NamedPicture]) -> tuple[Sequence[PictureDraft], Sequence[Problem]]:
    """The goods can be sold without: an address that cannot be used is left out with a warning."""
    found: dict[str, PictureDraft] = {}
    problems = list(_gather(named, found))
    return list(found.values()), problems


def _gather(named: Iterable[NamedPicture], found: dict[str, PictureDraft]) -> Iterator[Problem]:
    """What there are too many of is told once, not picture by picture."""
    too_many = False
    for one in named:
        try:
            url = as_address(one.url)
        except AddressRefused as refused:
            reason = "From this address no picture can be fetched: it is left out."
            yield warning(one.row.line, one.column, one.url, reason, refused.detail)
            continue
        if url in found or len(found) < MOST_PICTURES:
            before = found.setdefault(url, PictureDraft(url=url, alt=one.alt[:LONGEST], line=one.row.line))
            if one.variant is not None:
                found[url] = replace(before, variants=[*(before.variants or ()), one.variant])
        elif not too_many:
            too_many = True
            reason = f"A product shows up to {MOST_PICTURES} pictures: this one and all after it are left out."
            yield warning(one.row.line, one.column, one.url, reason)
