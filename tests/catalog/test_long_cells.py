"""A cell may be as long as a record: what looks for something in it reads it once, and not from each place again.

Read from each place again a megabyte takes hours, so that these tests would not end.
"""

import json
import re

import pytest

from services.catalog.formats.label_cells import MOST_LISTED
from services.catalog.formats.named_picture import BETWEEN, MOST_NAMED, addresses_in
from services.catalog.formats.record import LONGEST_RECORD
from services.catalog.formats.rich_text import BOLD, unwrapped
from tests.catalog.reading import Catalogue, read_file

WEB = "https://sunrise.example/rye.jpg"


@pytest.mark.parametrize("gap", [" ", ",", ", ", "|;"])
def test_blanks_without_end_between_addresses(gap: str) -> None:
    gaps = gap * (LONGEST_RECORD // len(gap))

    assert addresses_in(f"{WEB}{gaps}{WEB}") == [WEB, WEB]
    assert len(addresses_in(f"{WEB}{gaps}rye")) == 1


def test_tags_without_end_in_a_text() -> None:
    assert unwrapped("<b " * (LONGEST_RECORD // 3)).strip() == ""


@pytest.mark.parametrize("tag", ["<b>", "</b>", "<strong class='x'>", "<B\n>"])
def test_tags_that_end_are_still_seen(tag: str) -> None:
    assert BOLD.fullmatch(tag)


def test_without_their_bounds_each_place_is_a_beginning() -> None:
    """What makes the time grow by the square: what was read already is read again."""
    gap, tags = "rye   https://", "<b <b>"

    assert re.compile(r"[\s,;|]+(?=https?://)").match(gap, 4)
    assert not BETWEEN.match(gap, 4)
    assert re.compile(r"</?(?:b|strong)(?:\s[^>]*)?>").match(tags)
    assert not BOLD.match(tags)


def own(**cells: str) -> Catalogue:
    return read_file(json.dumps({"id": "rye", "title": "Rye", "category": "food", "price": "4.50", **cells}) + "\n")


@pytest.mark.parametrize("column", ["certifications", "contains"])
def test_a_cell_that_lists_thousands_makes_no_thousands_of_warnings(column: str) -> None:
    found = own(**{column: "x," * 5_000})

    assert len(found.products) == 1
    assert len(found.problems) == MOST_LISTED + 1
    assert "It lists 5,000 things." in found.problems[0].reason


def test_nor_does_one_that_names_thousands_of_addresses() -> None:
    cell = "https://127.0.0.1/x " * 5_000

    assert len(own(pictures=cell).problems) == MOST_NAMED + 1
    assert len([one for one in re.split(BETWEEN, cell) if one]) == 5_000, "without the bound"
