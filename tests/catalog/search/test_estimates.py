"""In the embedded index what very many fit is told in about; what stands on a page is not."""

import random
from dataclasses import replace
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from tantivy import Query

from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.embedded.generations import Generation
from services.catalog.search.embedded.index import VERSION, shelf_of
from services.catalog.search.embedded.samples import Samples
from services.catalog.search.facets import COUNT
from services.catalog.search.port import Entry, Hit, Near, Place, Question, Sort
from services.catalog.search.sample import FINEST, MOST_HALVINGS, about, advantage_of, halvings, lot_of, lots_of
from services.catalog.search.spots import worth_of
from tests.catalog.search.test_engine_suite import HARBOUR, QUAYSIDE, SUNRISE, entry

GOODS, MOST_COUNTED = 3_000, 1_000
COUNTED_ONE_BY_ONE = 400
NEVER_DRAWN = 0xFFFF  # The lot that is in no sample.
SEVERAL_PER_CENT = 0.2  # Of some two hundred that are counted; of thousands it is two.
KINDS = ("Dark", "Plain", "Old")
TOWNS = [Place(51 + nth / 4, 9.5) for nth in range(12)]
THINGS = ("rye loaf", "loaf", "loaf tin", "linen shirt", "soap")


def goods() -> list[Entry]:
    chance = random.Random(1844)
    return [
        _with_words(
            entry(
                f"{chance.choice(KINDS)} {chance.choice(THINGS)}",
                chance.randrange(100, 9_000),
                coop=chance.choice((SUNRISE, SUNRISE, HARBOUR, QUAYSIDE)),
                category=chance.choice(("bread", "bread", "tops", "soap")),
                in_stock=chance.random() < 0.8,
                created=nth,
                product=UUID(int=chance.getrandbits(128)),
            ),
            chance,
        )
        for nth in range(GOODS)
    ]


def _with_words(one: Entry, chance: random.Random) -> Entry:
    told = chance.choice(("", "Goes well with a loaf.", "For soap.", "Dark wood."))
    return replace(one, description=told, place=TOWNS[one.created % len(TOWNS)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    zithers = [entry("Zither", price, product=UUID(int=price << 16 | NEVER_DRAWN)) for price in (1, 2)]
    best = entry("Loaf", 500, product=UUID(int=3 << 16 | NEVER_DRAWN))
    TantivyEngine(folder).write([*goods(), *zithers, best], [])
    return folder


@pytest.fixture(scope="module")
def exact(folder: Path) -> TantivyEngine:
    return TantivyEngine(folder)


@pytest.fixture(scope="module")
def large(folder: Path) -> TantivyEngine:
    """As a shop is of which not everything is counted."""
    return TantivyEngine(folder, most_counted=MOST_COUNTED)


@pytest.mark.parametrize("text", ["", "loaf", "dark", "soap"])
def test_what_very_many_fit_is_counted_in_about_and_says_so(
    exact: TantivyEngine, large: TantivyEngine, text: str
) -> None:
    true, told = exact.search(Question(text)), large.search(Question(text))

    assert true.estimated == ()
    assert set(told.estimated) == {"total", "category", "coop", "country", "certification", "in_stock"}
    assert told.total == pytest.approx(true.total, rel=SEVERAL_PER_CENT)
    assert told.total == round(told.total, 2 - len(str(told.total)))
    assert told.in_stock == pytest.approx(true.in_stock, rel=SEVERAL_PER_CENT)
    assert told.coops.keys() == true.coops.keys()
    commonest = max(true.categories, key=true.categories.__getitem__)
    assert told.categories[commonest] == pytest.approx(true.categories[commonest], rel=SEVERAL_PER_CENT)


def test_who_turns_pages_far_down_learns_where_the_last_one_is(exact: TantivyEngine, large: TantivyEngine) -> None:
    """Estimated, it might be one without goods, or have more behind it."""
    above, below = Question("dark soap", limit=20), Question("dark soap", limit=20, page=21)

    assert "total" in large.search(above).estimated
    assert "total" not in large.search(below).estimated
    assert large.search(below).total == exact.search(below).total <= MOST_COUNTED


def test_prices_are_exact_though_hardly_any_sample_has_the_cheapest(exact: TantivyEngine, large: TantivyEngine) -> None:
    cheapest = large.search(Question(""))
    assert (cheapest.lowest, cheapest.highest) == (1, exact.search(Question("")).highest)

    fewer = [Question(text) for text in ("soap", "old loaf", "rye", "zither old", "tin", "dark loaf")]
    assert any("total" in large.search(one).estimated for one in fewer)
    assert [_prices(large, one) for one in fewer] == [_prices(exact, one) for one in fewer]


@pytest.mark.parametrize("question", [Question("zither"), Question("", max_price=150), Question("dark loaf tin")])
def test_what_little_fits_is_exact_to_the_last(exact: TantivyEngine, large: TantivyEngine, question: Question) -> None:
    true, told = exact.search(question), large.search(question)

    assert 0 < true.total <= COUNTED_ONE_BY_ONE
    assert (told.total, "total" in told.estimated) == (true.total, False)


def test_a_facet_that_its_own_filter_does_not_narrow_is_an_estimate_by_itself(large: TantivyEngine) -> None:
    told = large.search(Question("", max_price=150, categories=["bread"]))
    assert told.estimated == ()

    told = large.search(Question("", coops=["quayside"], categories=["soap"]))
    assert "total" not in told.estimated
    assert {"coop", "category"} <= set(told.estimated)


ASKED = [
    replace(Question(text, limit=9), sort=sort, page=page, in_stock=page == 3)
    for text, sort, page in product(
        ("", "loaf", "lof", "dark loaf", "so", "old loaf dark", "soap dark wood", "rye soap"),
        (Sort.RELEVANCE, Sort.CHEAPEST, Sort.NEWEST),
        (1, 3, 20),
    )
]


def test_a_page_is_the_same_whatever_is_counted(exact: TantivyEngine, large: TantivyEngine) -> None:
    other = [asked for asked in ASKED if _titles(exact, asked) != _titles(large, asked)]
    assert other == []


@pytest.mark.parametrize("text", ["", "loaf", "old loaf dark", "tin rye"])
@pytest.mark.parametrize("page", [1, 3, 40])
def test_the_nearest_are_the_same_though_not_every_town_is_looked_at(
    exact: TantivyEngine, large: TantivyEngine, text: str, page: int
) -> None:
    asked = Question(text, limit=9, page=page, near=Near(TOWNS[0], 200), sort=Sort.NEAREST)
    assert large.search(asked).distances == exact.search(asked).distances
    assert _titles(large, asked) == _titles(exact, asked)


def test_the_sample_alone_has_neither_the_cheapest_nor_the_newest(folder: Path) -> None:
    """The negative control."""
    committed = Generation(folder / f"v{VERSION}").committed()
    samples = Samples(committed, MOST_COUNTED)
    drawn = samples.of(Query.all_query(), samples.smallest)

    assert committed.searcher.aggregate(drawn, COUNT["price"])["prices"]["min"] > 1
    newest = committed.searcher.search(drawn, limit=9, order_by_field="created").hits
    assert [created for created, _ in newest] != list(range(GOODS - 1, GOODS - 10, -1))


def test_what_has_the_shortest_title_comes_first_though_no_sample_has_it(large: TantivyEngine, folder: Path) -> None:
    """With the negative control: the sample alone puts another first."""
    committed = Generation(folder / f"v{VERSION}").committed()
    samples, loaves = Samples(committed, MOST_COUNTED), Query.term_query(committed.schema, "title_stems", "loaf")
    [(_, first)] = committed.searcher.search(samples.of(loaves, 1), limit=1, order_by_field="worth").hits

    assert _titles(large, Question("loaf", limit=9))[0].title == "Loaf"
    assert b'"title":"Loaf"' not in (committed.searcher.doc(first).get_first("hit") or b"")


def test_a_lot_decides_between_equals_and_nothing_else_is_decided_by_it() -> None:
    drawn = [UUID(int=lot << 8) for lot in range(0, 256, 4)]
    told = [advantage_of(product) for product in drawn]

    assert told == sorted(told, reverse=True)
    assert len(set(told)) == len(told) == 1 << FINEST
    least = min(worth_of(_titled(words)) - worth_of(_titled(words + 1)) for words in range(1, 40))
    assert 0 <= min(told) <= max(told) < least


def test_who_is_in_a_sample_has_more_than_who_is_not() -> None:
    chance = random.Random(1871)
    products = [UUID(int=chance.getrandbits(128)) for _ in range(2_000)]

    for halved in range(1, FINEST + 1):
        inside = {product for product in products if str(halved) in set(lots_of(product))}
        outside = {advantage_of(product) for product in products if product not in inside}
        assert min(map(advantage_of, inside)) > max(outside)


def test_what_is_below_one_root_of_the_tree_stands_together_and_by_lot() -> None:
    chance = random.Random(1873)
    above = {"tops": ["clothing"], "soap": ["clothing"], "bread": ["food"]}
    goods = [
        replace(entry("Thing", category=one, product=UUID(int=chance.getrandbits(128))), above=above[one])
        for one in ("tops", "soap", "bread") * 50
    ]

    shelves = [one.above[0] for one in sorted(goods, key=shelf_of)]
    assert shelves in (["clothing"] * 100 + ["food"] * 50, ["food"] * 50 + ["clothing"] * 100)
    lots = [lot_of(one.hit.id) for one in sorted(goods, key=shelf_of) if one.above == ["clothing"]]
    assert lots == sorted(lots)


def _titled(words: int) -> Entry:
    return entry(" ".join(["loaf"] * words), 100)


def _prices(engine: TantivyEngine, asked: Question) -> tuple[int | None, int | None]:
    found = engine.search(asked)
    return found.lowest, found.highest


def _titles(engine: TantivyEngine, asked: Question) -> list[Hit]:
    return [Hit.model_validate_json(hit) for hit in engine.search(asked).hits]


def test_who_types_is_shown_goods_of_a_sample(large: TantivyEngine) -> None:
    begun = large.suggest("lo", limit=6)
    assert list(begun.words) == ["loaf"]
    assert len(begun.hits) == 6


def test_samples_lie_one_within_the_other() -> None:
    assert list(lots_of(UUID(int=0))) == [str(one) for one in range(1, MOST_HALVINGS + 1)]
    assert list(lots_of(UUID(int=0x0FFF))) == ["1", "2", "3", "4"]
    assert list(lots_of(UUID(int=0xFFFF))) == []


def test_an_estimate_has_two_digits_and_a_count_all_of_them() -> None:
    assert (about(123, 0), about(123, 3), about(1, 3), about(0, 3)) == (123, 980, 8, 0)
    assert [halvings(many, 100) for many in (0, 100, 101, 200, 201)] == [0, 0, 1, 1, 2]
