"""The table of points keeps what the page says of it."""

from pathlib import Path

import pytest

from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.port import Question
from services.catalog.search.ranking import POINTS, SHARE, Fit, Place, points
from tests.catalog.search.test_search import entry, titles


def test_a_title_weighs_more_than_a_co_op_and_so_on_down_to_the_description() -> None:
    assert sorted(Place, key=lambda place: -points([place], exact=True)) == list(Place)
    assert list(POINTS) == list(Place)


def test_an_exact_word_comes_before_its_form_before_a_beginning_before_a_misspelling() -> None:
    assert SHARE[Fit.EXACT] > SHARE[Fit.FORM] > SHARE[Fit.SYNONYM] > SHARE[Fit.BEGUN] > SHARE[Fit.MISSPELT]


def test_two_places_are_worth_more_than_one_and_no_more_than_the_next_better() -> None:
    both = points([Place.TAGS, Place.DESCRIPTION], exact=True)
    assert POINTS[Place.TAGS] < both < POINTS[Place.CATEGORY]


@pytest.mark.parametrize(
    ("text", "first"), [("oils", "Essential oils"), ("oil", "Hair oil"), ("knife", "Bread knife"), ("bread", "Bread")]
)
def test_the_word_itself_and_what_a_thing_is_come_first(tmp_path: Path, text: str, first: str) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry(title) for title in ("Essential oils", "Hair oil", "Knife block", "Bread knife", "Bread")], [])
    assert titles(engine.search(Question(text)))[0] == first


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("tea", ["Loose black tea from a hill garden", "Tea tree shampoo"]),  # A longer title, and still the tea
        ("butter", ["All the butter of one small farm", "Peanut butter"]),
    ],
)
def test_what_a_compound_is_made_of_only_has_to_do_with_the_thing(tmp_path: Path, text: str, goods: list[str]) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry(title) for title in goods], [])

    assert titles(engine.search(Question(text))) == goods


def test_whoever_lacks_the_last_letter_finds_what_goes_by_another_name(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry(title) for title in ("Shampoo", "Champú de romero")], [])

    assert titles(engine.search(Question("shampo"))) == ["Shampoo", "Champú de romero"]
