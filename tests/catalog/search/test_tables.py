"""What must come first, over eleven catalogues and every engine: questions and goods are data."""

import json

import pytest

from services.catalog.search.port import Question, SearchEngine
from services.catalog.search.server.engine import MeilisearchEngine
from tests.catalog.search.engines import engine
from tests.catalog.search.tables import Asked, catalogue, questions

__all__ = ["engine"]

FIRST, SECOND = questions("first"), questions("second")
# Drawn when the code was done, and then learned from; the last one was drawn after all that the others had taught.
LATER = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh")
ONE_IN = 10  # So few of all questions may miss.


@pytest.fixture(scope="module")
def first(engine: SearchEngine) -> SearchEngine:
    """Of an engine that ranks as search/ranking.py says."""
    if isinstance(engine, MeilisearchEngine):
        pytest.skip("it ranks by rules of its own, and promises nine in ten of all questions, but no single one")
    _fill(engine, "first")
    return engine


@pytest.mark.parametrize("asked", FIRST, ids=str)
def test_what_was_asked_for_comes_first(first: SearchEngine, asked: Asked) -> None:
    assert asked.answered(titles(first, asked.text, asked.of))


@pytest.mark.parametrize("asked", FIRST, ids=lambda asked: asked.misspelt)
def test_what_was_asked_for_comes_first_with_a_slip_of_the_pen(first: SearchEngine, asked: Asked) -> None:
    assert asked.answered(titles(first, asked.misspelt, asked.of))


def test_the_tables_are_as_long_as_was_promised() -> None:
    assert len(FIRST) >= 60
    assert len(SECOND) >= 40
    assert len({asked.text for asked in FIRST}) == len(FIRST)
    assert all(asked.misspelt != asked.text for name in ("first", *LATER) for asked in questions(name))


@pytest.mark.parametrize("table", ["first", *LATER])
def test_each_catalogue_reaches_nine_in_ten_as_asked_and_misspelt(engine: SearchEngine, table: str) -> None:
    _fill(engine, table)

    asked = [(text, each) for each in questions(table) for text in (each.text, each.misspelt)]
    missed = [text for text, each in asked if not each.answered(titles(engine, text, each.of))]

    assert ONE_IN * len(missed) <= len(asked), missed


def titles(engine: SearchEngine, text: str, of: int) -> list[str]:
    return [json.loads(hit)["title"] for hit in engine.search(Question(text, limit=of)).hits]


def _fill(engine: SearchEngine, name: str) -> None:
    """With nothing but this catalogue."""
    engine.write(catalogue(name), sorted(engine.known()))
