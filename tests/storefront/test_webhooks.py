"""The desk's pages on webhooks, and the guide for whoever writes a receiver."""

import httpx
import pytest

from storefront.words import WEBHOOK_EVENTS
from tests.storefront.conftest import words
from tests.storefront.fake_gateway import WEBHOOK_SECRET, FakeGateway, refused

ONE = "/desk/sunrise/webhooks/hook-1"
FORM = {"url": "https://hooks.sunrise.coop/toadlane", "description": "Stock room", "payee.changed": "1"}


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True)


async def test_a_new_one_shows_its_secret_once_and_no_cache_keeps_it(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await visitor.post("/desk/sunrise/webhooks", data=FORM)

    assert WEBHOOK_SECRET in page.text
    assert page.headers["cache-control"] == "no-store"
    asked = gateway.bodies["POST", "/coops/id-sunrise/webhooks"]
    assert asked == {"url": FORM["url"], "description": "Stock room", "events": ["payee.changed"]}
    assert WEBHOOK_SECRET not in (await visitor.get(ONE)).text


async def test_what_is_missing_or_refused_is_said_beside_its_field(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    empty = words(await visitor.post("/desk/sunrise/webhooks", data={"url": "", "description": ""}))
    assert "Give the address that is to be called." in empty
    assert "Tick at least one thing" in empty

    told = [{"field": "url", "detail": "Write an address that begins with https://."}]
    gateway.refusals["POST", "/coops/id-sunrise/webhooks"] = refused(422, "address_refused", "…", errors=told)
    page = await visitor.post("/desk/sunrise/webhooks", data=FORM)
    assert 'id="url-error"' in page.text


async def test_the_log_shows_every_attempt_with_what_was_answered(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get(ONE)

    assert "answered 500 (31 ms) <b>flour</b>" in words(page)
    assert "&lt;b&gt;flour&lt;/b&gt;" in page.text
    assert "Did not arrive" in words(page)
    assert "It has failed 6 times in a row." in words(page)


@pytest.mark.parametrize(
    ("form", "asked", "location"),
    [
        ("/ping", ("POST", "/ping"), f"{ONE}?sent=1"),
        ("/replay", ("POST", "/replay"), f"{ONE}?sent=3"),
        ("/deliveries/message-1/replay", ("POST", "/deliveries/message-1/replay"), f"{ONE}?sent=1"),
        ("/remove", ("DELETE", ""), "/desk/sunrise/webhooks"),
    ],
)
async def test_each_button_does_what_it_says(
    visitor: httpx.AsyncClient, gateway: FakeGateway, form: str, asked: tuple[str, str], location: str
) -> None:
    answer = await visitor.post(ONE + form)

    assert answer.headers["location"] == location
    assert (asked[0], f"/coops/id-sunrise/webhooks/hook-1{asked[1]}") in gateway.calls


async def test_it_is_switched_off_by_leaving_the_tick_out(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await visitor.post(ONE, data=FORM)
    assert gateway.bodies["PUT", "/coops/id-sunrise/webhooks/hook-1"]["enabled"] is False

    await visitor.post(ONE, data={**FORM, "enabled": "1"})
    assert gateway.bodies["PUT", "/coops/id-sunrise/webhooks/hook-1"]["enabled"] is True


async def test_a_refusal_is_said_on_the_page(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/coops/id-sunrise/webhooks/hook-1/ping"] = refused(
        409, "webhook_disabled", "Switch it on first."
    )

    page = await visitor.post(f"{ONE}/ping")

    assert (page.status_code, "Switch it on first." in words(page)) == (409, True)


@pytest.mark.parametrize(("state", "sentence"), [("gone", "answered 410"), ("failing", "nothing but fail")])
async def test_one_that_was_switched_off_says_why(
    visitor: httpx.AsyncClient, gateway: FakeGateway, state: str, sentence: str
) -> None:
    gateway.webhook_state = state

    assert sentence in words(await visitor.get(ONE))


async def test_a_fresh_secret_is_shown_once(visitor: httpx.AsyncClient) -> None:
    assert WEBHOOK_SECRET in (await visitor.post(f"{ONE}/secret")).text


async def test_the_guide_is_for_everybody_and_names_every_event(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/webhooks")

    assert page.status_code == 200
    assert all(event in page.text for event in WEBHOOK_EVENTS)
    assert "def is_from_toad_lane" in page.text
