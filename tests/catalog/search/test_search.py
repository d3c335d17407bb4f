"""How the embedded search reads and ranks, and how it is asked; what any engine promises has a suite of its own."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from chassis.ids import new_id
from chassis.money import Money
from chassis.testing import counting
from services.catalog.labels.certifications import load_standards
from services.catalog.places.distance import kilometres
from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.port import Entry, Findings, FoundCoop, Hit, Near, Place, Question, Sort, Suggestion
from tests.catalog.conftest import Room, form

SUNRISE, HARBOUR = new_id(), new_id()
COOPS = {
    SUNRISE: FoundCoop(slug="sunrise", name="Sunrise Bakers"),
    HARBOUR: FoundCoop(slug="harbour", name="Harbour Weavers"),
}
CATEGORIES = {"bread": "Bread and baking", "tops": "Shirts and tops", "soap": "Soap and bath"}


def euros(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def entry(
    title: str,
    price: int = 500,
    *,
    coop: UUID = SUNRISE,
    category: str = "bread",
    tags: tuple[str, ...] = (),
    description: str = "",
    in_stock: bool = True,
    created: int = 0,
    product: UUID | None = None,
) -> Entry:
    hit = Hit(
        id=product or new_id(),
        slug=title.lower().replace(" ", "-"),
        title=title,
        coop=COOPS[coop],
        category=category,
        picture=f"{category}/x",
        price=euros(price),
        price_max=euros(price),
        compare_at=None,
        in_stock=in_stock,
    )
    return Entry(hit, coop, CATEGORIES[category], tags, description, created)


SHELF = [
    entry("Sourdough loaf", 450, tags=("organic",), created=1),
    entry("Rye bread", 380, description="Goes well with sourdough starters.", created=2),
    entry("Crème brûlée tart", 600, created=3, in_stock=False),
    entry("Wool jacket", 9900, coop=HARBOUR, category="tops", created=4),
    entry("Linen shirt", 4900, coop=HARBOUR, category="tops", tags=("men",), created=5),
    entry("Linen soap bag", 700, coop=HARBOUR, category="soap", created=6),
    entry("Lavender soap", 350, category="soap", created=7),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> TantivyEngine:
    engine = TantivyEngine(tmp_path_factory.mktemp("search"))
    engine.write(SHELF, [])
    return engine


def titles(found: Findings) -> list[str]:
    return [Hit.model_validate_json(hit).title for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("crème brulée", "Crème brûlée tart"),
        ("lavendar sope", "Lavender soap"),
        ("men", "Linen shirt"),
        ("starters", "Rye bread"),
        ("lav", "Lavender soap"),
        ("lavendr so", "Lavender soap"),
        ("bred", "Rye bread"),
    ],
)
def test_words_are_found_misspelt_begun_accented_and_in_the_plural(
    engine: TantivyEngine, text: str, first: str
) -> None:
    assert titles(engine.search(Question(text)))[0] == first


def test_a_title_weighs_more_than_a_description(engine: TantivyEngine) -> None:
    assert titles(engine.search(Question("sourdough"))) == ["Sourdough loaf", "Rye bread"]


KASSEL, GHENT, LEEDS = Place(51.31, 9.49), Place(51.05, 3.73), Place(53.8, -1.55)


@pytest.fixture
def far_and_near(tmp_path: Path) -> TantivyEngine:
    engine = TantivyEngine(tmp_path)
    shelf = [("Leeds loaf", LEEDS), ("Kassel loaf", KASSEL), ("Ghent loaf", GHENT), ("Loaf from anywhere", None)]
    engine.write([replace(entry(title), place=place) for title, place in shelf], [])
    return engine


def test_near_finds_within_the_radius_alone_and_tells_how_far_it_is(far_and_near: TantivyEngine) -> None:
    apart = kilometres(GHENT, KASSEL)
    assert apart == pytest.approx(401, abs=2)

    found = far_and_near.search(Question("loaf", near=Near(GHENT, apart + 0.1), sort=Sort.NEAREST))
    assert titles(found) == ["Ghent loaf", "Kassel loaf"]
    assert found.distances == pytest.approx([0, apart])
    assert found.total == found.in_stock == 2

    assert titles(far_and_near.search(Question("loaf", near=Near(GHENT, apart - 0.1)))) == ["Ghent loaf"]
    assert far_and_near.search(Question("loaf", near=Near(Place(0, 0), 10))).total == 0


def test_what_is_as_near_stands_by_relevance(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([replace(entry(title), place=GHENT) for title in ("Loaf tin", "Rye loaf")], [])
    engine.write([replace(entry("Rye loaf in Kassel"), place=KASSEL)], [])

    found = engine.search(Question("loaf", near=Near(GHENT, 1_000), sort=Sort.NEAREST))
    assert titles(found) == ["Rye loaf", "Loaf tin", "Rye loaf in Kassel"]


def test_of_what_fits_alike_the_goods_in_stock_come_first(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry("Rye loaf", in_stock=False), entry("Oat loaf")], [])
    assert titles(engine.search(Question("loaf"))) == ["Oat loaf", "Rye loaf"]


def test_an_article_number_finds_its_product_before_whatever_else_it_may_say(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry("Tin 4006 381"), replace(entry("Pen"), codes=["4006381333931", "PEN-4006"])], [])
    assert titles(engine.search(Question("4006381333931"))) == ["Pen"]
    assert titles(engine.search(Question("pen 4006")))[0] == "Pen"


def test_the_question_is_told_as_it_was_meant_where_that_finds_more(engine: TantivyEngine) -> None:
    assert engine.search(Question("Sordough loaf")).meant == "sourdough loaf"
    assert engine.search(Question("sourdough loaf")).meant is None


def test_where_nothing_has_all_words_what_has_some_is_better_than_nothing(engine: TantivyEngine) -> None:
    assert titles(engine.search(Question("linen shirt with pockets")))[0] == "Linen shirt"
    assert engine.search(Question("zzyzzx qwqwq")).total == 0


def test_what_fits_all_words_and_is_none_of_them_is_followed_by_what_fits_some(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write(
        [entry("Ground coffee"), entry("Coffee grounds soap bar", tags=("organic",)), entry("Organic oats")], []
    )
    assert titles(engine.search(Question("organic coffee")))[:2] == ["Coffee grounds soap bar", "Ground coffee"]
    assert titles(engine.search(Question("organic oats"))) == ["Organic oats"]


def test_who_types_another_name_or_an_article_number_is_led_to_the_goods(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([replace(entry("Courgettes"), codes=["CG-1001"])], [])
    begun = [engine.suggest(text, limit=3) for text in ("zucc", "zuch", "cg-10", "eggp")]

    assert [list(one.words) for one in begun] == [["zucchini"], ["zucchini"], [], []]
    assert [len(one.hits) for one in begun] == [1, 1, 1, 0]


def test_what_narrows_a_question_does_not_change_how_it_is_read(engine: TantivyEngine) -> None:
    """A shop without bread is not searched for what is spelled like bread."""
    assert engine.search(Question("bread", coops=["harbour"])).total == 0


def test_whoever_begins_to_type_is_told_words_and_goods(engine: TantivyEngine) -> None:
    suggestion = engine.suggest("l", limit=3)
    assert suggestion.words == ["linen", "lavender", "loaf"]

    suggestion = engine.suggest("linen s", limit=3)
    assert set(suggestion.words) == {"linen shirt", "linen soap"}
    assert [json.loads(hit)["title"] for hit in suggestion.hits] == ["Linen shirt", "Linen soap bag"]


def test_a_beginning_that_is_misspelt_is_finished_as_it_was_meant(engine: TantivyEngine) -> None:
    assert engine.suggest("sordou", limit=3).words == ["sourdough"]
    assert engine.suggest("", limit=3) == engine.suggest("!", limit=3) == Suggestion((), ())


def test_words_of_titles_are_suggested_before_those_that_stand_on_everything_of_a_co_op(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry("Olive oil"), entry("Soft olive soap"), entry("Wheat flour", tags=("sunflower",))], [])

    assert engine.suggest("s", limit=3).words[-1] == "sunrise"  # As the co-op is called, so on all three.
    assert engine.suggest("olive o", limit=3).words == ["olive oil"]  # Not "olive olive".


def test_who_is_still_typing_is_not_corrected_while_the_word_goes_on(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry("Canvas trainers", tags=("sneakers",)), entry("Sea salt")], [])

    assert [json.loads(hit)["title"] for hit in engine.suggest("snea", limit=3).hits] == ["Canvas trainers"]


def test_a_word_that_only_has_the_stem_of_another_is_mended(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([entry("Shampoo bar"), entry("Soap bar"), entry("Shampoing solide")], [])

    assert titles(engine.search(Question("shampo bar")))[0] == "Shampoo bar"


def test_nothing_of_a_hidden_co_op_is_suggested(engine: TantivyEngine) -> None:
    assert "jacket" in engine.suggest("ja", limit=3).words
    suggestion = engine.suggest("jack", limit=3, hidden_coops=[HARBOUR])
    assert (list(suggestion.words), list(suggestion.hits)) == ([], [])


def test_a_write_that_failed_leaves_the_index_to_the_next_one(tmp_path: Path) -> None:
    engine, loaf = TantivyEngine(tmp_path), entry("Loaf")
    # The error is held while the next one writes, as where a batch is tried again one by one.
    with pytest.raises(OverflowError) as failed:
        engine.write([replace(loaf, created=2**70)], [])

    engine.write([loaf], [])

    assert failed.tb is not None
    assert titles(engine.search(Question("loaf"))) == ["Loaf"]


WRITE_ELSEWHERE = """
import pathlib, sys
from tests.catalog.search.test_search import SHELF
from services.catalog.search.embedded.engine import TantivyEngine
TantivyEngine(pathlib.Path(sys.argv[1])).write(SHELF, [])
"""


def test_what_another_process_wrote_is_found_without_opening_the_index_anew(tmp_path: Path) -> None:
    reader = TantivyEngine(tmp_path)
    assert reader.search(Question("")).total == 0
    subprocess.run([sys.executable, "-c", WRITE_ELSEWHERE, str(tmp_path)], check=True)

    assert reader.search(Question("sourdough")).total == 2


async def test_a_change_is_findable_by_itself_while_the_worker_runs(room: Room) -> None:
    coop = await room.coop()
    stop = asyncio.Event()
    running = asyncio.create_task(room.worker.run(stop))
    await room.search()

    loaf = await room.made(coop, "Loaf")
    async with asyncio.timeout(60):
        while (await room.search("loaf"))["total"] == 0:
            await asyncio.sleep(0.05)

    stop.set()
    await running
    assert (await room.search("loaf"))["hits"][0]["id"] == loaf["id"]


def test_certified_goods_are_looked_for_by_their_certification() -> None:
    found_by = load_standards().found_by(["soil-association", "fsc", "gone"])
    assert found_by == ["Soil Association Organic", "FSC", "organic"]
    assert load_standards().found_by(["fairtrade"]) == ["Fairtrade"]


async def test_a_search_costs_one_statement(room: Room) -> None:
    coop = await room.coop()
    await room.made(coop, "Loaf")
    await room.settled()
    await room.search("loaf")

    async with counting(room.database) as seen:
        assert (await room.search("loaf"))["total"] == 1

    assert len(seen.sql) == 1


async def test_the_answer_has_facets_with_names_and_parents_counting_all_below(room: Room) -> None:
    coop = await room.coop()
    await room.made(coop, "Loaf", price=450)
    await coop.staff.post("/api/v1/products", json=form(coop, "Gouda", price=900, category="cheese-and-dairy"))
    await room.settled()

    found = await room.search(category="food", sort="price")

    assert [hit["title"] for hit in found["hits"]] == ["Loaf", "Gouda"]
    assert found["hits"][0]["price"] == {"amount": 450, "currency": "EUR"}
    assert found["facets"]["category"] == [
        {"value": "food", "name": "Food", "count": 2, "parent": None},
        {"value": "bread-and-baking", "name": "Bread and baking", "count": 1, "parent": "food"},
        {"value": "cheese-and-dairy", "name": "Cheese and dairy", "count": 1, "parent": "food"},
    ]
    assert found["facets"]["coop"] == [{"value": "sunrise", "name": "Sunrise Bakers", "count": 2}]
    assert found["price"] == {"min": {"amount": 450, "currency": "EUR"}, "max": {"amount": 900, "currency": "EUR"}}
    assert (await room.search(category="nowhere"))["total"] == 0


@pytest.mark.parametrize(
    "params",
    [{"page": 0}, {"limit": 101}, {"min_price": -1}, {"sort": "random"}, {"q": "x" * 201}, {"max_price": "cheap"}],
)
async def test_questions_that_make_no_sense_are_refused(room: Room, params: dict[str, str | int]) -> None:
    answer = await room.nobody.get("/api/v1/search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
