"""The search page: boxes, chips, places, and ways on where nothing fits."""

import httpx
import pytest

from services.catalog.search.ranking import Fit, Place
from storefront import ranking_page
from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway
from tests.storefront.fake_gateway.shop import GOODS, hit


async def searched(visitor: httpx.AsyncClient, query: str) -> httpx.Response:
    page = await visitor.get(f"/search?{query}")
    assert page.status_code == 200
    return page


async def test_several_boxes_of_a_kind_go_on_to_the_api(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await searched(visitor, "coop=sunrise&coop=la-vega&country=DE&certification=eu-organic&in_stock=1")

    asked = gateway.urls[0].params
    assert asked.get_list("coop") == ["sunrise", "la-vega"]
    assert (asked["country"], asked["certification"], asked["in_stock"]) == ("DE", "eu-organic", "true")
    for box in ("coop-sunrise", "country-DE", "certification-eu-organic", "in_stock"):
        assert f'id="{box}"' in page.text
    assert page.text.count(" checked") == 5
    assert "EU organic , found: 3" in words(page)


async def test_each_filter_that_is_set_can_be_taken_out_by_itself(visitor: httpx.AsyncClient) -> None:
    page = await searched(visitor, "q=yarn&country=DE&country=FR&max=20&page=3")

    assert 'href="/search?q=yarn&amp;country=FR&amp;max=20"' in page.text
    assert 'href="/search?q=yarn&amp;country=DE&amp;country=FR"' in page.text
    assert 'href="/search?q=yarn"' in page.text
    assert "Take out the filter Germany" in words(page)


async def test_what_is_chosen_stays_among_the_boxes_though_nothing_of_it_is_left(visitor: httpx.AsyncClient) -> None:
    page = await searched(visitor, "country=JP&coop=nowhere")

    assert 'id="country-JP" name="country" value="JP" checked' in page.text
    assert "Japan , found: 0" in words(page)


async def test_paging_keeps_every_choice(visitor: httpx.AsyncClient) -> None:
    page = await searched(visitor, "country=DE&country=GB&near=Paris&sort=nearest&page=2")

    assert "country=DE&amp;country=GB&amp;near=Paris&amp;sort=nearest&amp;page=3" in page.text


async def test_near_a_town_cards_say_how_far_and_the_page_what_it_does_not_know(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await searched(visitor, "near=Paris&radius=50&sort=nearest")

    asked = gateway.urls[-1].params
    assert (asked["near"], asked["radius_km"], asked["sort"]) == ("Paris", "50", "nearest")
    assert "within 50 km of Paris, France" in words(page)
    assert "about 12 km away" in words(page)
    assert "3 more things fit, from co-ops whose town is in no list that we have" in words(page)
    assert "near=Paris%2C+Texas%2C+US" in page.text


async def test_any_distance_is_no_number(visitor: httpx.AsyncClient) -> None:
    assert "however far from Paris, France" in words(await searched(visitor, "near=Paris&radius=20000"))


async def test_nobody_is_nearest_to_nowhere(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await searched(visitor, "sort=nearest&radius=50")

    assert set(gateway.urls[-1].params) == {"page"}
    assert "Nearest first" not in words(page)


async def test_a_place_that_could_be_several_is_asked_about_by_links(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await searched(visitor, "q=yarn&near=Valencia&sort=nearest")

    assert "Which “Valencia” do you mean?" in words(page)
    assert 'href="/search?q=yarn&amp;near=Valencia%2C+ES&amp;sort=nearest"' in page.text
    assert "DK yarn" in words(page)
    assert "aria-invalid" in page.text


async def test_a_place_nobody_knows_is_said_and_what_fits_anywhere_shown(visitor: httpx.AsyncClient) -> None:
    page = await searched(visitor, "q=yarn&near=Nowhereville")

    assert "“Nowhereville” is in no list of towns that we have." in words(page)
    assert "DK yarn" in words(page)


async def test_what_was_probably_meant_is_a_link(visitor: httpx.AsyncClient) -> None:
    page = await searched(visitor, "q=yran&country=GB")

    assert "Did you mean yarn ?" in words(page)
    assert 'href="/search?q=yarn&amp;country=GB"' in page.text


async def test_nothing_found_leads_on_to_what_there_is_with_one_filter_less(visitor: httpx.AsyncClient) -> None:
    page = await searched(visitor, "q=yarn+zeppelin&category=bread&max=500")
    assert "Only “yarn”" not in words(page)

    page = await searched(visitor, "q=yarn&category=bread&max=500")
    assert "Without the kind there is 1." in words(page)
    assert "Take out the filter Bread and cakes" in words(page)
    assert "Without the highest price" not in words(page)

    assert "Without narrowing down there is 1." in words(page)

    page = await searched(visitor, "q=zeppelin&category=bread&max=500")
    assert "Without narrowing down" not in words(page)

    page = await searched(visitor, "q=yarn+zeppelin")
    assert "Only “yarn” there is 1." in words(page)
    assert "Only “zeppelin”" not in words(page)


async def test_a_co_op_is_called_by_its_name_though_nothing_of_it_is_found(visitor: httpx.AsyncClient) -> None:
    page = await searched(visitor, "q=zeppelin&coop=hebden-wool")

    assert "Take out the filter Hebden Wool" in words(page)
    assert "hebden-wool" not in words(page)
    assert 'id="coop-hebden-wool" name="coop" value="hebden-wool" checked' in page.text


async def test_a_shop_on_holiday_that_is_asked_for_says_so(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.pause = {"since": "2026-11-24T09:00:00Z", "until": "2027-01-04", "words": ""}

    assert "Sunrise Bakers is on holiday until 4 January 2027." in words(await searched(visitor, "coop=sunrise"))
    assert "on holiday" not in words(await searched(visitor, "q=rye"))


@pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "'", "\u0000", "x" * 500])
async def test_no_choice_becomes_markup(visitor: httpx.AsyncClient, value: str) -> None:
    for name in ("coop", "country", "certification", "near", "category"):
        page = await visitor.get("/search", params={name: value})
        assert page.status_code == 200
        assert "<script>alert" not in page.text


async def test_how_search_ranks_is_told_by_the_numbers_it_counts_with(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/how-search-ranks")

    assert "What the title says the thing is: a bread knife is a knife 10" in words(page)
    assert "A word that is spelled nearly so 40%" in words(page)
    assert "up to 4 points more" in words(page)
    assert "multiplied by 1.17" in words(page)
    assert "Nobody can pay to stand higher" in words(page)
    assert "GeoNames" in words(page)
    assert 'href="/how-search-ranks"' in (await visitor.get("/")).text


def test_the_page_has_words_for_everything_that_counts() -> None:
    assert set(ranking_page.PLACES) == {place.value for place in Place}
    assert set(ranking_page.FITS) == {fit.value for fit in Fit}


async def test_what_is_counted_in_about_says_so_to_eyes_and_ears(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    told = {"value": "eu-organic", "name": "EU organic", "count": 12_000}
    gateway.refusals["GET", "/search"] = (
        200,
        {
            "query": "",
            "total": 960_000,
            "estimated": ["total", "certification", "in_stock"],
            "page": 2,
            "hits": [hit(GOODS[0])],
            "facets": {
                "category": [{"value": "bread", "name": "Bread and cakes", "count": 7}],
                "certification": [told],
                "in_stock": [{"value": "true", "name": "In stock", "count": 860_000}],
            },
        },
    )

    page = words(await searched(visitor, ""))

    assert "About 960,000 things found" in page
    assert "EU organic , found: about ~ 12,000" in page
    assert "In stock only , found: about ~ 860,000" in page
    assert "Bread and cakes , found: 7" in page
    assert "Page 2 Next" in page  # Of how many, nobody has counted.
    assert "All goods, about 960,000" in words(await visitor.get("/"))
