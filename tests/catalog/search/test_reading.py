"""A question is read with the shelves in view: spelling, other names, words in one or in two."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from services.catalog.search.embedded.generations import STEMS
from services.catalog.search.head import head_of, thing_of
from services.catalog.search.reading import Reader
from services.catalog.search.spelling import begun_corrections, corrections, distance, one_edit
from services.catalog.search.synonyms import Synonyms, load_synonyms, parse
from services.catalog.search.words import code_of, words_of


@dataclass(frozen=True)
class Written:
    """A shelf whose products are their words."""

    goods: Sequence[str]

    def times(self, word: str) -> int:
        return sum(word in each.split() for each in self.goods)

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        words = sorted({word for each in self.goods for word in each.split() if word.startswith(prefix)})
        return sorted(((word, self.times(word)) for word in words), key=lambda one: -one[1])[:limit]

    def forms(self, word: str) -> int:
        return self.times(word)

    def together(self, words: Sequence[str]) -> bool:
        return any(set(words) <= set(each.split()) for each in self.goods)

    def beside(self, words: Sequence[str]) -> bool:
        return any(" ".join(words) in each for each in self.goods)


SHELF = Written(["rye bread", "walnut bread", "white bread", "red jumper", "olive oil", "lavender soap", "bookshelf"])
NO_SYNONYMS: Synonyms = parse({})


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("bred", "bread"), ("braed", "bread"), ("breead", "bread"), ("brwad", "bread"), ("lavnedr", "lavender")],
)
def test_the_commoner_word_is_meant_and_its_first_letter_is_right(wrong: str, meant: str) -> None:
    assert corrections(wrong, SHELF)[0].word == meant


def test_two_letters_and_numbers_are_not_corrected() -> None:
    assert corrections("bo", SHELF) == corrections("0il", SHELF) == []


def test_a_word_that_is_begun_wrong_goes_on_all_the_same() -> None:
    assert begun_corrections("lavedn", SHELF)[0].word == "lavender"
    assert begun_corrections("lav", SHELF) == []


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("bread", "bread", 0), ("bread", "raed", 2), ("oil", "olive", 3), ("soap", "saop", 1)]
)
def test_distance_counts_letters_and_swapped_neighbours(one: str, other: str, steps: int) -> None:
    assert distance(one, other, most=3) == distance(other, one, most=3) == steps
    assert (other in one_edit(one)) == (steps == 1)


def test_distance_goes_no_farther_than_is_asked() -> None:
    assert distance("oil", "olive", most=2) > 2
    assert distance("sourdough", "marmalade", most=2) > 2


def test_what_everybody_writes_is_not_corrected() -> None:
    assert Reader(NO_SYNONYMS, SHELF).corrected(words_of("red bread")) is None


def test_what_was_probably_meant_is_told_with_the_rest_as_it_was_typed() -> None:
    reading = Reader(NO_SYNONYMS, SHELF).corrected(words_of("The walnut bred"))
    assert reading is not None
    assert reading.meant == "the walnut bread"


def test_words_are_put_together_and_taken_apart_as_they_are_written() -> None:
    reader = Reader(NO_SYNONYMS, SHELF)
    assert [sense.words for sense in reader.literally(words_of("book shelf")).parts[0].senses] == [("bookshelf",)]
    assert ("olive", "oil") in [sense.words for sense in reader.literally(words_of("oliveoil")).parts[0].senses]


def test_a_word_that_is_misspelt_and_in_two_is_meant_as_one() -> None:
    reading = Reader(NO_SYNONYMS, SHELF).corrected(words_of("A bok shelf"))
    assert reading is not None
    assert reading.meant == "a bookshelf"
    # Where both words are written nothing is put together.
    assert Reader(NO_SYNONYMS, SHELF).corrected(words_of("red bread")) is None


def test_what_nobody_sells_by_any_name_is_never_said_to_be_meant() -> None:
    synonyms = parse({"en": ["honey, nectar"], "es": ["jabón = soap"]})
    assert Reader(synonyms, SHELF).corrected(words_of("hony")) is None
    assert Reader(synonyms, Written(["nectar of heather"])).corrected(words_of("hony")) is not None
    meant = Reader(synonyms, SHELF).corrected(words_of("javon"))
    assert meant is not None
    assert meant.meant == "jabon"


def test_two_words_that_no_product_has_together_are_not_one_taken_apart() -> None:
    senses = Reader(NO_SYNONYMS, SHELF).literally(words_of("ryeoil")).parts[0].senses
    assert all(len(sense.words) == 1 for sense in senses)


def test_synonyms_lead_only_to_what_is_on_the_shelves() -> None:
    senses = Reader(load_synonyms(), SHELF).literally(words_of("sweater")).parts[0].senses
    assert [sense.words for sense in senses if not sense.begun] == [("sweater",), ("jumper",)]


def test_languages_meet_in_english() -> None:
    synonyms = parse({"en": ["jumper, sweater"], "es": ["jersey = jumper"], "fr": ["pull, chandail = jumper"]})

    assert synonyms.same_as(("pull",)) == {("chandail",)}
    assert synonyms.called_elsewhere(("pull",)) == {("jumper",), ("sweater",), ("jersey",)}
    assert synonyms.called_elsewhere(("sweaters",)) == {("jersey",), ("pull",), ("chandail",)}


def test_a_wider_word_means_its_kinds_by_whatever_name_and_no_kind_means_the_wider_one() -> None:
    synonyms = parse({"en": ["cheese > cheddar, blue cheese"], "es": ["queso = cheese", "queso azul = blue cheese"]})

    assert synonyms.kinds_of(("cheeses",)) == {("cheddar",), ("blue", "cheese"), ("queso", "azul")}
    assert ("cheddar",) in synonyms.kinds_of(("queso",))
    assert synonyms.other_names(("cheddar",)) == frozenset()


def test_of_words_spelled_alike_the_one_in_company_is_meant() -> None:
    shelf = Written(["paint set", "paint set", "set square", "kids seat"])
    for text, meant in (("kids seet", "kids seat"), ("paint seet", "paint set")):
        reading = Reader(NO_SYNONYMS, shelf).corrected(words_of(text))
        assert reading is not None
        assert reading.meant == meant


def test_two_words_run_together_and_misspelt_are_taken_apart() -> None:
    reading = Reader(NO_SYNONYMS, SHELF).corrected(words_of("ryebraed"))
    assert reading is not None
    assert reading.meant == "rye bread"


def test_what_sounds_alike_is_meant_though_two_letters_are_wrong() -> None:
    assert corrections("hunny", Written(["honey"]))[0].word == "honey"
    assert corrections("hunny", Written(["hanky"])) == []


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Olive oil, extra virgin 500 ml", "oil"),
        ("Aceite de oliva 0,5 l", "aceite"),
        ("Bread knife with beech handle", "knife"),
        ("Children's bicycle 16\"", "bicycle"),
        ("500 g rye bread", "bread"),
        ("Crunchy peanut butter 1 kg", "peanutbutter"),
        ("Pommes de terre Charlotte", "pommeterre"),
        ("Queso curado de oveja", "queso"),
        ("Cheese and leek pasty with herbs", "pasty"),
        ("Wooden bread and cheese", "bread"),
        ("Shampoo and conditioner 250 ml", "shampoo"),
        ("Bread and butter pudding and custard", "pudding"),
        ("Salt & vinegar crisps", "crisps"),
        ("", ""),
    ],
)
def test_a_title_says_what_the_thing_is(title: str, head: str) -> None:
    assert head_of(title) == head


@pytest.mark.parametrize("written", ["500 ml", "500ml", "0.5 l", "0,5L", "50 cl", "0.5 litres", "0,5 litro"])
def test_a_measure_is_one_word_however_it_is_written(written: str) -> None:
    assert [word.plain for word in words_of(f"Oil {written}")] == ["oil", "500ml"]


def test_a_measure_is_known_by_all_names_of_its_unit_but_those_that_are_words() -> None:
    assert words_of("1 lb") == words_of("1 pound") == words_of("16 oz") == words_of("16 ounces")
    assert [word.plain for word in words_of("2 in 1")] == ["2", "in", "1"]


def test_a_code_is_its_letters_and_digits() -> None:
    assert code_of("SKU-12 a") == "sku12a"
    assert code_of("0 012345 678905") == code_of("12345678905")


def test_a_lone_mark_is_no_word() -> None:
    assert [word.plain for word in words_of("oil \uff9e")] == ["oil"]
    assert head_of("Oil \uff9f") == "oil"


def test_a_number_of_thousands_of_digits_measures_nothing() -> None:
    """Python refuses to read it, and the product that somebody describes so would stop the index."""
    assert [word.plain for word in words_of("9" * 5_000 + " kg oil")] == ["kg", "oil"]
    assert [word.plain for word in words_of("123456789012,5 g")] == ["123456789012500mg"]


def test_what_a_book_is_called_says_nothing_of_what_it_is() -> None:
    assert thing_of("Bread Without Fuss", "bread-and-baking") == "bread"
    assert thing_of("Bread Without Fuss", "books") == ""


def test_no_other_name_is_cut_down_to_what_stands_on_everything() -> None:
    """French has quinces in “coing”, of which the English stemmer leaves “co”, as of every co-op."""
    stems = {word: "".join(STEMS.analyze(word)) for word in load_synonyms().words if len(word) > 3}
    assert {word for word, stem in stems.items() if len(stem) < 3} <= {"dyed", "dyeds"}
