"""What the port of search promises, over every engine there is."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest

from chassis.ids import new_id
from chassis.money import Money
from services.catalog.search.port import Entry, Findings, FoundCoop, Hit, Near, Place, Question, SearchEngine, Sort
from tests.catalog.search.engines import Open, engine, open_engine

__all__ = ["engine", "open_engine"]

SUNRISE, HARBOUR, QUAYSIDE = new_id(), new_id(), new_id()
COOPS = {
    SUNRISE: FoundCoop(slug="sunrise", name="Sunrise Bakers"),
    HARBOUR: FoundCoop(slug="harbour", name="Harbour Weavers"),
    QUAYSIDE: FoundCoop(slug="quayside", name="Quayside “Soap” Works"),
}
COUNTRIES = {SUNRISE: "DE", HARBOUR: "FR", QUAYSIDE: "FR"}
KASSEL, LYON, PARIS = Place(51.3127, 9.4797), Place(45.7640, 4.8357), Place(48.8566, 2.3522)
PLACES = {SUNRISE: KASSEL, HARBOUR: LYON, QUAYSIDE: None}
ABOVE = {"bread": ["food"], "tops": ["clothing"]}
CATEGORIES = {"bread": "Bread and baking", "tops": "Shirts and tops", "soap": "Soap and bath"}


def entry(
    title: str,
    price: int = 500,
    *,
    coop: UUID = SUNRISE,
    category: str = "bread",
    in_stock: bool = True,
    product: UUID | None = None,
    tags: Sequence[str] = (),
    certifications: Sequence[str] = (),
    codes: Sequence[str] = (),
    created: int = 0,
) -> Entry:
    money = Money(amount=price, currency="EUR")
    hit = Hit(
        id=product or new_id(),
        slug=title.lower().replace(" ", "-"),
        title=title,
        price=money,
        price_max=money,
        compare_at=None,
        coop=COOPS[coop],
        category=category,
        picture=f"{category}/x",
        in_stock=in_stock,
    )
    told = Entry(hit, coop, CATEGORIES[category], tags, "", created)
    return replace(
        told, country=COUNTRIES[coop], certifications=certifications, place=PLACES[coop], codes=codes,
        above=ABOVE.get(category, ()),
    )  # fmt: skip


CODES = ["WJ-12-M", "04006381333931"]
SHELF = [
    entry("Sourdough loaf", 450, tags=["organic"], certifications=["eu-organic"], created=1),
    entry("Rye bread", 380, certifications=["eu-organic", "demeter"], created=2),
    entry("Crème brûlée tart", 600, in_stock=False, created=3),
    entry(
        "Wool jacket",
        9900,
        coop=HARBOUR,
        category="tops",
        certifications=["gots"],
        codes=["WJ-12-M", "04006381333931"],
        created=4,
    ),
    entry("Linen shirt", 4900, coop=HARBOUR, category="tops", created=5),
    entry("Linen soap bag", 700, coop=HARBOUR, category="soap", created=6),
    entry("Lavender soap", 350, coop=QUAYSIDE, category="soap", created=7),
]


@pytest.fixture(scope="module")
def shop(engine: SearchEngine) -> SearchEngine:
    engine.write(SHELF, [])
    return engine


def titles(found: Findings) -> list[str]:
    return [Hit.model_validate_json(hit).title for hit in found.hits]


def test_a_hit_is_the_very_json_that_was_put_in(shop: SearchEngine) -> None:
    assert shop.search(Question("rye")).hits == [SHELF[1].hit.model_dump_json().encode()]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sourdough", "Sourdough loaf"),
        ("sordough", "Sourdough loaf"),
        ("SOURDUOGH", "Sourdough loaf"),
        ("sour", "Sourdough loaf"),
        ("loafs", "Sourdough loaf"),
        ("brulee", "Crème brûlée tart"),
        ("shirts", "Linen shirt"),
        ("jaket", "Wool jacket"),
        ("weavers jacket", "Wool jacket"),
        ("organic", "Sourdough loaf"),
        ("soap", "Lavender soap"),
        ("savon lavande", "Lavender soap"),
    ],
)
def test_words_are_found_misspelt_begun_accented_and_by_another_name(shop: SearchEngine, text: str, first: str) -> None:
    assert titles(shop.search(Question(text)))[0] == first


@pytest.mark.parametrize("text", ["WJ-12-M", "wj12m", "4006381333931", "4 006381 333931"])
def test_an_article_number_or_gtin_finds_its_product(shop: SearchEngine, text: str) -> None:
    assert titles(shop.search(Question(text))) == ["Wool jacket"]


def test_every_word_must_fit_while_something_fits_them_all(shop: SearchEngine) -> None:
    assert titles(shop.search(Question("linen shirt"))) == ["Linen shirt"]


def test_where_nothing_fits_all_words_something_fits_some(shop: SearchEngine) -> None:
    assert titles(shop.search(Question("zeppelin jacket"))) == ["Wool jacket"]
    assert shop.search(Question("zeppelin")).total == 0


def test_what_narrows_a_question_does_not_change_how_its_words_are_read(shop: SearchEngine) -> None:
    assert shop.search(Question("linen shirt", categories=["soap"])).total == 0
    assert shop.search(Question("linen shirt", categories=["soap"])).categories == {"tops": 1}


def test_a_category_holds_what_is_below_it(shop: SearchEngine) -> None:
    found = shop.search(Question("linen", categories=["clothing", "tops", "shoes"]))
    assert (titles(found), found.categories) == (["Linen shirt"], {"tops": 1, "soap": 1})
    assert shop.search(Question("linen", categories=["tops"])).total == 1
    assert shop.search(Question("linen", categories=["shoes"])).total == 0


def test_where_nothing_is_left_it_is_told_what_there_is_without_each_filter(shop: SearchEngine) -> None:
    found = shop.search(Question("linen", categories=["food", "bread"], max_price=1_000))
    assert (found.total, found.hits, found.coops, found.in_stock, found.lowest) == (0, [], {}, 0, None)
    assert found.categories == {"soap": 1}


def test_what_was_probably_meant_is_told_and_only_then(shop: SearchEngine) -> None:
    assert shop.search(Question("jaket")).meant == "jacket"
    assert shop.search(Question("jacket")).meant is None
    assert shop.search(Question("")).meant is None


@pytest.mark.parametrize(
    "text",
    ['"', "(", "title:", "a AND", "*", "-", "\\", "🍞", "x" * 200, "price:[1 TO 2]", "%", "ﾞ", "oil ﾟ", "9" * 199 + "g"],
)
def test_no_text_is_a_language_of_its_own(shop: SearchEngine, text: str) -> None:
    assert shop.search(Question(text)).total >= 0


def test_a_minus_sign_excludes_nothing_and_quotes_bind_nothing(shop: SearchEngine) -> None:
    assert titles(shop.search(Question("linen -shirt"))) == ["Linen shirt"]
    assert titles(shop.search(Question('"shirt linen"'))) == ["Linen shirt"]


def test_a_facets_own_filter_does_not_narrow_its_counts(shop: SearchEngine) -> None:
    found = shop.search(Question("linen", categories=["tops"]))
    assert (titles(found), found.total) == (["Linen shirt"], 1)
    assert found.categories == {"tops": 1, "soap": 1}
    assert found.coops == {("harbour", "Harbour Weavers"): 1}

    found = shop.search(Question("", coops=["sunrise", "quayside"], countries=["FR"]))
    assert titles(found) == ["Lavender soap"]
    assert found.coops == {("harbour", "Harbour Weavers"): 3, ("quayside", "Quayside “Soap” Works"): 1}
    assert found.countries == {"DE": 3, "FR": 1}


def test_any_of_several_certifications_will_do(shop: SearchEngine) -> None:
    found = shop.search(Question("", certifications=["demeter", "gots"], sort=Sort.CHEAPEST))
    assert titles(found) == ["Rye bread", "Wool jacket"]
    assert found.certifications == {"eu-organic": 2, "demeter": 1, "gots": 1}


def test_prices_narrow_inclusively_and_the_range_shown_is_that_without_them(shop: SearchEngine) -> None:
    found = shop.search(Question("", min_price=380, max_price=600, sort=Sort.CHEAPEST))
    assert titles(found) == ["Rye bread", "Sourdough loaf", "Crème brûlée tart"]
    assert (found.lowest, found.highest) == (350, 9900)


def test_sorts_and_pages(shop: SearchEngine) -> None:
    dearest = titles(shop.search(Question("", sort=Sort.DEAREST)))
    assert dearest[:2] == ["Wool jacket", "Linen shirt"]
    assert titles(shop.search(Question("linen", sort=Sort.CHEAPEST))) == ["Linen soap bag", "Linen shirt"]
    assert titles(shop.search(Question("", limit=1))) == ["Lavender soap"]
    pages = [shop.search(Question("", sort=Sort.DEAREST, page=page, limit=2)) for page in range(1, 5)]
    assert [title for page in pages for title in titles(page)] == dearest
    beyond = shop.search(Question("", page=10_000, limit=100))
    assert (list(beyond.hits), beyond.total) == ([], len(SHELF))


def test_what_is_out_of_stock_can_be_left_out(shop: SearchEngine) -> None:
    assert (shop.search(Question("tart")).total, shop.search(Question("tart")).in_stock) == (1, 0)
    assert shop.search(Question("tart", in_stock=True)).total == 0
    found = shop.search(Question("", in_stock=True))
    assert (found.total, found.in_stock) == (6, 6)


def test_near_a_place_is_within_so_many_kilometres_and_the_nearest_come_first(shop: SearchEngine) -> None:
    near = Near(PARIS, 450)
    assert {Hit.model_validate_json(hit).coop.slug for hit in shop.search(Question("", near=near)).hits} == {"harbour"}

    found = shop.search(Question("", near=replace(near, radius_km=2000), sort=Sort.NEAREST))
    assert [Hit.model_validate_json(hit).coop.slug for hit in found.hits] == ["harbour"] * 3 + ["sunrise"] * 3
    assert found.distances[0] == pytest.approx(392, abs=3)
    assert all(one <= other for one, other in pairwise(found.distances))


def test_hidden_co_ops_are_found_nowhere(shop: SearchEngine) -> None:
    found = shop.search(Question("", hidden_coops=[HARBOUR]))
    assert (found.total, found.highest) == (4, 600)
    assert set(found.coops) == {("sunrise", "Sunrise Bakers"), ("quayside", "Quayside “Soap” Works")}
    assert shop.suggest("jack", limit=5, hidden_coops=[HARBOUR]).hits == []


@pytest.mark.parametrize("nowhere", ["nowhere", 'no"where', "no\\", "", "] OR price > 0 OR x IN ["])
def test_what_nobody_has_holds_nothing(shop: SearchEngine, nowhere: str) -> None:
    assert shop.search(Question("", categories=[])).total == 0
    assert shop.search(Question("", coops=[nowhere])).total == 0


def test_who_types_is_shown_how_to_go_on(shop: SearchEngine) -> None:
    begun = shop.suggest("sour", limit=3)
    assert (list(begun.words), list(begun.hits)) == (["sourdough"], [SHELF[0].hit.model_dump_json().encode()])
    assert set(shop.suggest("l", limit=9).words) >= {"linen", "lavender"}
    assert list(shop.suggest("linen sh", limit=3).words) == ["linen shirt"]
    assert len(shop.suggest("li", limit=1).hits) == len(shop.suggest("li", limit=1).words) == 1
    assert (list(shop.suggest(" ", limit=3).words), list(shop.suggest("zzzz", limit=3).words)) == ([], [])


def test_writing_again_replaces_and_taking_out_removes(open_engine: Open) -> None:
    engine, loaf, cake = open_engine(), entry("Loaf"), entry("Cake")
    assert (engine.search(Question("")).total, engine.known()) == (0, set())
    engine.write([loaf, cake], [])
    engine.write([entry("Dark loaf", product=loaf.hit.id)], [])
    assert titles(engine.search(Question("loaf"))) == ["Dark loaf"]
    engine.write([], [loaf.hit.id, new_id()])
    engine.write([], [])
    assert engine.search(Question("loaf")).total == 0
    assert engine.known() == {cake.hit.id}


def test_what_is_put_in_and_taken_out_at_once_is_in(open_engine: Open) -> None:
    engine, loaf = open_engine(), entry("Loaf")
    engine.write([loaf], [])
    engine.write([loaf], [loaf.hit.id])
    assert engine.known() == {loaf.hit.id}


def test_what_one_process_wrote_another_finds(open_engine: Open) -> None:
    writer, reader = open_engine(), open_engine()
    assert reader.search(Question("")).total == 0

    writer.write(SHELF, [])

    assert reader.search(Question("sourdough")).total == 1
    assert reader.known() == writer.known() == {one.hit.id for one in SHELF}
    assert reader.count() == len(SHELF)


def test_completing_an_index_that_is_in_use_changes_nothing(open_engine: Open) -> None:
    engine = open_engine()
    engine.write(SHELF, [])
    engine.complete()
    assert engine.search(Question("")).total == len(SHELF)


def test_the_counts_of_another_page_are_those_of_today(open_engine: Open) -> None:
    shop = open_engine()
    shop.write([entry("Rye bread"), entry("Oat bread")], [])
    assert shop.search(Question("bread", limit=1)).total == 2
    assert shop.search(Question("bread", limit=1, page=2, sort=Sort.CHEAPEST)).total == 2

    shop.write([entry("Corn bread")], [])

    assert shop.search(Question("bread", limit=1, page=3)).total == 3
