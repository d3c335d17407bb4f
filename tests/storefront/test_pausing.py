"""A shop on holiday: what shoppers and its staff are shown, and the form that closes and opens it."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused

PAUSE = {"since": "2026-11-24T09:00:00Z", "until": "2027-01-04", "words": "We are picking <olives>."}


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True, pause=PAUSE)


async def test_its_shop_page_says_until_when_and_why_and_still_shows_its_goods(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/coops/sunrise")

    assert "Sunrise Bakers is on holiday until 4 January 2027 We are picking <olives>." in words(page)
    assert "We are picking &lt;olives&gt;." in page.text
    assert "Rye sourdough" in words(page)


async def test_a_product_of_theirs_is_shown_and_cannot_be_put_in_the_basket(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/products/rye-sourdough")

    assert page.status_code == 200
    assert "Sunrise Bakers is on holiday until 4 January 2027." in words(page)
    assert "Put in the basket" not in page.text


async def test_whoever_tries_all_the_same_reads_why(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    sentence = "The co-op that makes Rye is on holiday. It opens again on 4 January 2027."
    gateway.refusals["POST", "/basket/lines"] = refused(409, "coop_paused", sentence)

    page = await visitor.post("/basket/lines", data={"variant_id": "var-1", "quantity": "1", "slug": "rye-sourdough"})

    assert sentence in words(page)


async def test_every_page_of_the_desk_says_so(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/desk/sunrise/products"))

    assert "Your shop is on holiday until 4 January 2027." in page


async def test_staff_close_the_shop_and_open_it_again(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.pause = None
    form = {"until": "2027-01-04", "words": "Back soon."}

    assert "Close the shop" in words(await visitor.get("/desk/sunrise/pause"))
    assert (await visitor.post("/desk/sunrise/pause", data=form)).headers["location"] == "/desk/sunrise/pause"
    assert gateway.bodies["PUT", "/coops/id-sunrise/pause"] == form
    shown = await visitor.get("/desk/sunrise/pause")
    assert "Your shop is closed until 4 January 2027" in words(shown)
    assert 'value="2027-01-04"' in shown.text

    opened = await visitor.post("/desk/sunrise/pause/end", follow_redirects=True)
    assert "Your shop is open again." in words(opened)


@pytest.mark.parametrize("until", ["tomorrow", "2026-11-31"])
async def test_what_is_no_day_is_said_beside_the_field(visitor: httpx.AsyncClient, until: str) -> None:
    page = await visitor.post("/desk/sunrise/pause", data={"until": until, "words": "Kept."})

    assert page.status_code == 422
    assert 'id="until-error"' in page.text
    assert "Kept." in page.text
