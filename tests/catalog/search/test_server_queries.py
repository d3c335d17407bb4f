"""Questions in Meilisearch's words, and its answers in ours: what can be said of them without a server."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from services.catalog.search.port import Near, Place, Question, Sort
from services.catalog.search.server.engine import MeilisearchEngine
from services.catalog.search.server.queries import asked_words, filters, findings, going_on, queries_of
from tests.catalog.search.meilisearch_stand_in import StandIn, meilisearch_stand_in
from tests.catalog.search.test_engine_suite import entry

KASSEL = Near(Place(51.3, 9.5), 50)


def test_each_facet_that_is_narrowed_is_counted_apart_in_the_same_call() -> None:
    hits, coops, prices, best = queries_of(Question("loaf", coops=["sunrise"], min_price=0), "loaf")

    assert hits["facets"] == ["category_slug", "country", "certifications", "in_stock"]
    assert hits["filter"] == ['coop_slug IN ["sunrise"]', "price >= 0"]
    assert (coops["facets"], coops["filter"], coops["hitsPerPage"]) == (["coop_facet"], ["price >= 0"], 0)
    assert (prices["facets"], prices["filter"]) == (["price"], ['coop_slug IN ["sunrise"]'])
    assert best["limit"] == 1


def test_all_that_narrows_holds_at_once() -> None:
    asked = Question(countries=["DE"], near=KASSEL, max_price=500, in_stock=True, hidden_coops=[UUID(int=1)])

    assert filters(asked) == [
        'country IN ["DE"]',
        "_geoRadius(51.3, 9.5, 50000)",
        "price <= 500",
        "in_stock = true",
        'NOT coop_id IN ["00000000-0000-0000-0000-000000000001"]',
    ]


@pytest.mark.parametrize("slug", ['"] OR price > 0', "\\", '\\"', "\\\\"])
def test_what_somebody_typed_stays_inside_its_quotes(slug: str) -> None:
    (told,) = filters(Question(coops=[slug]))

    inside = told.removeprefix('coop_slug IN ["').removesuffix('"]')
    assert not inside.replace("\\\\", "").replace('\\"', "").count('"')
    assert not (len(inside) - len(inside.rstrip("\\"))) % 2


def test_an_order_that_is_asked_for_is_the_first_rule() -> None:
    orders = [queries_of(Question(sort=sort, near=KASSEL), "")[0]["sort"] for sort in Sort]

    assert orders == [[], ["price:asc"], ["price:desc"], ["created:desc"], ["_geoPoint(51.3, 9.5):asc"]]


def test_signs_that_mean_something_to_meilisearch_mean_nothing_here() -> None:
    assert asked_words('"dark rye" -bread') == "dark rye bread"


def test_the_total_is_exact_beyond_the_last_page() -> None:
    found = findings(Question(""), "", [answered(facetDistribution={"in_stock": {"true": 30_000, "false": 12_000}})])

    assert (found.total, found.in_stock, found.categories) == (42_000, 30_000, {})


@pytest.mark.parametrize(
    ("text", "title", "meant"),
    [
        ("jaket", "Wool \2jacket\3", "jacket"),
        ("loafs", "Sourdough \2loaf\3", None),
        ("lav", "\2Lav\3ender soap", None),
        ("lavendar sop", "\2Lavender\3 \2soap\3", "lavender soap"),
        ("brulee", "Crème \2brûlée\3", None),
        ("sofa", "A \2couch\3", None),
    ],
)
def test_what_was_meant_is_read_off_the_words_that_the_best_hit_was_found_by(
    text: str, title: str, meant: str | None
) -> None:
    best = {"hits": [{"_formatted": {"title": title, "tags": ["\2x\3"]}}]}

    assert findings(Question(text), text, [answered(), best]).meant == meant


def test_what_was_begun_goes_on_as_titles_do_the_commonest_first() -> None:
    hits = [{"title": title} for title in ("Linen shirt", "Shirt of linen", "Linen shorts", "Soap")]

    assert going_on("linen sh", hits) == ["linen shirt", "linen shorts"]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with meilisearch_stand_in() as stand_in:
        stand_in.set_up("products", {})
        yield stand_in


def test_where_nothing_has_all_words_those_that_nobody_writes_are_left_out(server: StandIn) -> None:
    rye = entry("Rye bread").hit.model_dump_json()
    some = answered(hits=[{"hit": rye}], facetDistribution={"in_stock": {"true": 1}})
    server.answers = [
        [answered(), {"hits": []}],
        [answered(), {"hits": []}],
        [{"hits": []}, {"hits": []}, {"hits": [{"id": "1"}], "estimatedTotalHits": 1}],
        [some, {"hits": []}],
    ]

    found = MeilisearchEngine(server.url, None).search(Question("zeppelin bread"))

    assert (found.total, found.hits, found.meant) == (1, [rye.encode()], "bread")
    assert [[(one["q"], one.get("matchingStrategy")) for one in call] for call in server.asked] == [
        [("zeppelin bread ", "all"), ("zeppelin bread ", "all")],  # Bread is a word, and need not go on,
        [("zeppelin bread", "all"), ("zeppelin bread", "all")],  # unless nothing is found.
        [("zeppelin bread", "all"), ("zeppelin", "all"), ("bread", "all")],
        [("bread", "last"), ("bread", "last")],
    ]


def test_where_nothing_has_all_words_the_thing_counts_most_and_then_the_rarest(server: StandIn) -> None:
    server.add("products", [{"id": "1", "words": ["walnut", "bread", "crock"]}])
    each = [{"hits": [{"id": "1"}], "estimatedTotalHits": times} for times in (7, 90, 20)]
    server.answers = [
        [answered(), {"hits": []}],
        [answered(), {"hits": []}],
        [{"hits": []}, *each],
        [answered(facetDistribution={"in_stock": {"true": 2}}), {"hits": []}],
    ]

    found = MeilisearchEngine(server.url, None).search(Question("walnut bread crock"))

    assert (found.total, found.meant) == (2, None)
    assert [(one["q"], one["matchingStrategy"]) for one in server.asked[-1]] == [("crock walnut bread", "last")] * 2


def test_a_word_is_mended_before_it_is_asked_and_what_was_meant_is_told(server: StandIn) -> None:
    server.add("products", [{"id": "1", "title": "Quince paste", "words": ["quince", "paste"]}])
    server.answers = [[answered(facetDistribution={"in_stock": {"true": 1}}), {"hits": []}]]

    found = MeilisearchEngine(server.url, None).search(Question("qunice"))

    assert ([one["q"] for one in server.asked[-1]], found.meant) == (["quince ", "quince "], "quince")


def test_an_index_that_nobody_has_begun_holds_nothing(server: StandIn) -> None:
    engine = MeilisearchEngine(server.url, None, uid="nowhere")

    assert engine.search(Question("bread")).total == engine.search(Question()).total == 0
    assert engine.suggest("br", limit=3).hits == []


def test_suggestions_are_of_titles_and_of_what_may_be_shown(server: StandIn) -> None:
    rye = entry("Rye bread").hit.model_dump_json()
    server.answers = [[{"hits": [{"hit": rye, "title": "Rye bread"}]}, {"hits": []}]]

    begun = MeilisearchEngine(server.url, None).suggest("“rye” br", limit=3, hidden_coops=[UUID(int=1)])

    assert (begun.words, begun.hits) == (["rye bread"], [rye.encode()])
    titled, anywhere = server.asked[-1]
    assert (titled["q"], titled["attributesToSearchOn"]) == ("rye br", ["head", "title"])
    assert anywhere.get("attributesToSearchOn") is None
    for query in (titled, anywhere):
        assert query["filter"] == ['NOT coop_id IN ["00000000-0000-0000-0000-000000000001"]']


def test_what_no_title_has_is_suggested_from_elsewhere(server: StandIn) -> None:
    rye = entry("Rye bread").hit.model_dump_json()
    likely: list[dict[str, Any]] = [{"hits": []}]  # Nothing has any of the words that were perhaps meant.
    server.answers = [likely, [{"hits": []}, {"hits": [{"hit": rye, "title": "Rye bread"}]}]]

    assert MeilisearchEngine(server.url, None).suggest("sourd", limit=3).hits == [rye.encode()]


def answered(**told: Any) -> dict[str, Any]:
    return {"hits": [], "facetDistribution": {"in_stock": {}}, "facetStats": {}} | told
