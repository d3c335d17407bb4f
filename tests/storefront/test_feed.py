"""The desk's page on the address of a co-op's file: named, looked after, fetched now, taken away."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused
from tests.storefront.fake_gateway.feeds import FARES, LAST

PAGE, API = "/desk/sunrise/imports/feed", "/assortments/id-sunrise/feed"
URL = "https://shop.sunrise.coop/export.csv"
FORM = {"url": URL, "every": "hour", "policy": "hold", "remove_missing": "1", "enabled": "1"}
NAMED = {"url": URL, "every": "day", "policy": "skip", "remove_missing": False, **FARES, **LAST}


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True)


async def test_staff_name_the_address_and_see_when_it_is_fetched(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    assert "Name an address" in words(await visitor.get(PAGE))

    saved = await visitor.post(PAGE, data=FORM, follow_redirects=True)

    assert gateway.bodies["PUT", API] == {
        "url": URL, "every": "hour", "policy": "hold", "remove_missing": True, "enabled": True
    }  # fmt: skip
    assert "Saved." in words(saved)
    assert f'value="{URL}"' in saved.text
    assert 'value="hour" checked' in saved.text
    assert "Fetch it now" in words(saved)


async def test_what_is_missing_or_refused_is_said_beside_the_field(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    assert "Give the address of your file." in words(await visitor.post(PAGE, data=FORM | {"url": ""}))

    told = [{"field": "url", "detail": "Write an address that begins with https://."}]
    gateway.refusals["PUT", API] = refused(422, "address_refused", "…", errors=told)
    page = await visitor.post(PAGE, data=FORM | {"url": "http://<x>"})

    assert page.status_code == 422
    assert "Write an address that begins with https://." in words(page)
    assert 'value="http://&lt;x&gt;"' in page.text


async def test_a_failure_is_told_with_what_to_do_here_and_where_uploads_are(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    why = "It answers with the status 404 instead of the file."
    gateway.feed = NAMED | {"failures": 3, "failure": why}
    page = words(await visitor.get(PAGE))
    assert f"The last time it did not work {why} It has failed 3 times in a row." in page
    assert "We try again" in page
    assert why in words(await visitor.get("/desk/sunrise/imports"))

    gateway.feed |= {"state": "given_up", "failures": 10, "next_at": None}
    page = words(await visitor.get(PAGE))
    assert "We have given up asking" in page
    assert "Fetch it now" not in page


async def test_a_file_that_waits_for_a_word_is_said_to_wait(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.feed = NAMED | {"import_id": "import-1", "import_state": "held_back"}

    page = await visitor.get(PAGE)

    assert "The file that came last waits for your word" in words(page)
    assert 'href="/desk/sunrise/imports/import-1"' in page.text


async def test_it_is_fetched_now_or_said_why_not(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.feed = dict(NAMED)
    assert "It is being fetched." in words(await visitor.post(f"{PAGE}/fetch", follow_redirects=True))

    gateway.refusals["POST", f"{API}/fetch"] = refused(409, "feed_not_on", "Switch it on first.")
    page = await visitor.post(f"{PAGE}/fetch")
    assert (page.status_code, "Switch it on first." in words(page)) == (409, True)


async def test_taken_away_it_is_gone(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.feed = dict(NAMED)

    page = await visitor.post(f"{PAGE}/remove", follow_redirects=True)

    assert "Name an address" in words(page)
