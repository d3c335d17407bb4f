"""What was meant by a word that nobody writes, where only the server knows what is written."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from services.catalog.search.server.index import SETTINGS, document
from services.catalog.search.server.spelling import Spelling
from services.catalog.search.synonyms import load_synonyms
from tests.catalog.search.test_engine_suite import entry


class Shelves:
    """Tells every word it has, as if all were near, and keeps what it was asked."""

    def __init__(self, *words: str) -> None:
        self.words = dict.fromkeys(words, 3)
        self.asked: list[str] = []
        self.pairs: list[tuple[str, str]] = []

    def look(self, word: str) -> dict[str, int]:
        self.asked.append(word)
        return self.words

    def stand(self, asked: Sequence[Sequence[Collection[str]]]) -> list[bool]:
        """Each word has a product of its own, and those of a pair have one together."""
        goods = [*({word} for word in self.words), *map(set, self.pairs)]
        return [any(all(one & set(each) for each in words) for one in goods) for words in asked]


def none_stand(asked: Sequence[Sequence[Collection[str]]]) -> list[bool]:
    return [False] * len(asked)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("medllar paste", "medlar paste"),  # Words that no table of synonyms has
        ("mdelar", "medlar"),
        ("glaetta", "galetta"),
        ("coookie", "cookie"),  # One of the tables: nothing on the shelves has it, but it leads to biscuits
        ("medlars past", "medlars past"),  # Another form, and one that goes on
        ("past medlar", "paste medlar"),
        ("zeppelin", "zeppelin"),
        ("4006381333931", "4006381333931"),
    ],
)
def test_a_word_that_nobody_writes_is_read_as_the_likeliest_that_somebody_does(asked: str, meant: str) -> None:
    shelves = Shelves("medlar", "paste", "galetta")

    assert Spelling(load_synonyms(), shelves.look, shelves.stand).mended(asked) == meant


@pytest.mark.parametrize(("stands", "meant"), [("toile", "bath toile"), ("towel", "bath towel")])
def test_of_likely_words_the_one_is_meant_that_stands_with_the_others(stands: str, meant: str) -> None:
    shelves = Shelves("toile", "towel", "bath")
    shelves.pairs = [("bath", stands)]

    assert Spelling(load_synonyms(), shelves.look, shelves.stand).mended("bath towle") == meant


def test_what_is_written_is_looked_up_once_and_what_is_not_each_time() -> None:
    """So that goods which are new are found by their own words at once."""
    shelves = Shelves("medlar")
    spelling = Spelling(load_synonyms(), shelves.look, shelves.stand)

    assert [spelling.mended("medlar") for _ in range(2)] == ["medlar", "medlar"]
    assert shelves.asked == ["medlar"]
    assert spelling.mended("medlat") == "medlar"
    shelves.words["medlat"] = 1
    assert spelling.mended("medlat") == "medlat"


def test_an_index_that_lists_no_words_mends_none() -> None:
    assert Spelling(load_synonyms(), lambda _: None, none_stand).mended("medlars coookie") == "medlars coookie"
    assert Spelling(load_synonyms(), lambda _: {}, none_stand).mended("coookie") == "cookie"


def test_the_index_lists_every_word_that_is_no_slip() -> None:
    told = document(replace(entry("Medlar pastes 250 g"), description="Slowly simmered."))

    assert {"medlar", "pastes", "slowly", "simmered"} <= set(told["words"])
    assert "250g" not in told["words"]


def test_a_title_is_found_by_its_words_in_either_number_and_without_the_little_ones() -> None:
    told = document(entry("Berries of the forest"))

    assert told["heads"] == ["berries", "berry", "berrie", "berri"]
    assert told["forms"][0] == "berries forest"
    assert {"berry", "forests"} <= set(told["forms"])


def test_what_means_the_same_is_known_by_its_plurals_too() -> None:
    synonyms = SETTINGS["synonyms"]

    assert "biscuit" in synonyms["cookies"]
    assert "bin bags" in synonyms["garbage bags"]
    assert "potato" in synonyms["pommes terre"]


def test_tea_does_not_find_every_the() -> None:
    synonyms = SETTINGS["synonyms"]

    assert "the" not in synonyms["tea"]
    assert "tea" in synonyms["the"]
