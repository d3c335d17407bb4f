"""Whatever is sent to the house, it answers in words: a problem with a stable code, a page for people, never a 500."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest

from onebox.actors import CoopMember, Shopper, money
from onebox.visitor import until
from tests.journeys.bad_requests import ADDRESS, ASKED, NOBODYS, Ask, order
from tests.journeys.box_log import broken, written
from tests.journeys.naming import named
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, open_market, settled_books, variants_of

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OneBox]:
    with OneBox(tmp_path_factory.mktemp("bad_input") / "box").opened() as opened:
        yield opened


@pytest.fixture(scope="module")
async def market(house: OneBox) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        yield await open_market(stack, house)


@pytest.fixture
async def shopper(market: Market) -> AsyncIterator[Shopper]:
    """Has one small loaf in the basket."""
    async with Shopper(market.world) as somebody:
        small, _ = await variants_of(somebody, "sourdough")
        await somebody.can_buy(small["id"])
        yield somebody


@pytest.fixture(autouse=True)
def nothing_breaks(house: OneBox) -> Iterator[None]:
    """No question of this module, however it is asked, may be answered with a 500."""
    yield
    assert broken(house) == []


@pytest.fixture(scope="module")
async def names(market: Market) -> dict[str, str]:
    """What is there, and whose order it is that others ask for."""
    async with Shopper(market.world) as buyer:
        small, _ = await variants_of(buyer, "sourdough")
        await buyer.can_buy(small["id"])
        placed = await buyer.check_out()
        await buyer.open_payment(placed["id"])
        bread = await buyer.get("/products/rye-sourdough")
    coops = {"sunrise": market.sunrise.coop_id, "quayside": market.quayside.coop_id}
    return {"small": small["id"], "bread": bread["id"], "order": placed["id"], "number": placed["number"], **coops}


@pytest.mark.parametrize("asked", ASKED, ids=str)
async def test_a_bad_request_is_told_what_is_wrong(
    asked: Ask, shopper: Shopper, market: Market, names: dict[str, str]
) -> None:
    somebody = {"shopper": shopper, "sunrise": market.sunrise, "quayside": market.quayside}[asked.by]
    before = await shopper.get("/basket")

    path = f"/api/v1{named(asked.path, names)}"
    answer = await somebody.http.request(asked.method, path, **named(asked.options, names))

    assert_problem(answer, asked.status, asked.code)
    assert await shopper.get("/basket") == before


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    told = answer.json() if "json" in answer.headers.get("content-type", "") else {"code": answer.text[:200]}
    assert (answer.status_code, told["code"]) == (status, code), answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status
    assert told["type"] == f"/problems/{code}"
    assert told["title"]
    assert told["detail"]
    assert "Traceback" not in answer.text


async def test_a_price_that_changed_is_told_before_anything_is_placed(shopper: Shopper, market: Market) -> None:
    bun = await market.quayside.offer("Waffle", 300, 5, "bread-and-baking")
    await shopper.can_buy(bun["variants"][0]["id"])
    seen = await shopper.get("/basket")
    form = {"coop_id": market.quayside.coop_id, "title": "Waffle", "category": "bread-and-baking", "tags": []}
    variant = {"id": bun["variants"][0]["id"], "title": "", "price": money(350), "stock": 5}
    change = await market.quayside.http.put(
        f"/api/v1/products/{bun['id']}", json={**form, "variants": [variant]}, headers={"If-Match": "*"}
    )
    assert change.is_success, change.text

    async def heard() -> bool:
        return bool((await shopper.get("/basket"))["total"] != seen["total"])

    await until(heard)
    answer = await shopper.http.post("/api/v1/orders", **order(key=uuid4().hex, total=seen["total"]))

    assert_problem(answer, 409, "price_changed")
    assert answer.json()["total"]["amount"] == seen["total"]["amount"] + 50
    assert (await shopper.get("/orders"))["items"] == []


async def test_goods_that_were_withdrawn_meanwhile_are_named(shopper: Shopper, market: Market) -> None:
    pie = await market.quayside.offer("Pie", 300, 5, "bread-and-baking")
    basket = await shopper.can_buy(pie["variants"][0]["id"])
    await market.quayside.ask("DELETE", f"/products/{pie['id']}")

    async def heard() -> bool:
        return not (await shopper.get("/basket"))["can_checkout"]

    await until(heard)
    answer = await shopper.http.post("/api/v1/orders", **order(key=uuid4().hex, total=basket["total"]))

    assert_problem(answer, 409, "basket_stale")
    assert "Pie" in answer.json()["detail"]
    assert (await shopper.get("/orders"))["items"] == []


async def test_an_empty_basket_and_a_country_nobody_delivers_to_are_no_order(shopper: Shopper, market: Market) -> None:
    elsewhere = order(key=uuid4().hex, address={**ADDRESS, "country": "NZ"})
    assert_problem(await shopper.http.post("/api/v1/orders", **elsewhere), 409, "does_not_deliver")

    async with Shopper(market.world) as nobody:
        assert_problem(await nobody.http.post("/api/v1/orders", **order(key=uuid4().hex)), 409, "basket_empty")


async def megabytes(number: int) -> AsyncIterator[bytes]:
    """A body of unannounced length."""
    for _ in range(number):
        yield b"x" * MEGABYTE


@pytest.mark.parametrize("path", ["/basket/lines", "/orders", "/webhooks/stripe"])
async def test_a_hundred_megabytes_outside_the_upload_route_are_refused(path: str, shopper: Shopper) -> None:
    answer = await shopper.http.post(f"/api/v1{path}", content=megabytes(100))

    assert_problem(answer, 413, "body_too_large")


async def test_a_catalogue_file_above_its_own_cap_is_refused(market: Market) -> None:
    answer = await market.sunrise.http.post(
        "/api/v1/imports",
        params={"coop_id": market.sunrise.coop_id},
        content=megabytes(60),
        headers={"content-type": "text/csv"},
    )

    assert answer.status_code == 413
    assert answer.json()["code"] in ("body_too_large", "too_large")
    assert await imports(market.sunrise) == 1


async def imports(member: CoopMember) -> int:
    return len((await member.get("/imports", coop_id=member.coop_id))["items"])


PAGES = {
    "/no-such-page": 404,
    "/products/no-such-loaf": 404,
    "/coops/nobody": 404,
    f"/orders/{NOBODYS}": 404,
    "/orders/TL-0000": 404,
    "/search?page=0&sort=cheapest&min_price=x": 200,
    "/products/%ff%00": 404,
}


@pytest.mark.parametrize(("path", "status"), PAGES.items())
async def test_a_person_is_told_by_a_page(path: str, status: int, shopper: Shopper) -> None:
    answer = await shopper.http.get(path, headers={"accept": "text/html"}, follow_redirects=True)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1" in answer.text


async def test_a_page_posted_from_another_site_is_refused_by_a_page(shopper: Shopper) -> None:
    told = {"accept": "text/html", "origin": "https://evil.example"}

    answer = await shopper.http.post("/basket", data={"quantity": "1"}, headers=told)

    assert answer.status_code == 403
    assert "<h1" in answer.text


async def test_every_refusal_happened_without_an_order_too_many(shopper: Shopper) -> None:
    answers = await asyncio.gather(
        *(shopper.http.post("/api/v1/orders", **order(key=uuid4().hex, total=money(1))) for _ in range(5))
    )

    assert {answer.status_code for answer in answers} == {409}
    assert (await shopper.get("/orders"))["items"] == []


async def test_one_trace_leads_from_the_click_to_the_posting(house: OneBox, market: Market, shopper: Shopper) -> None:
    total = (await shopper.get("/basket"))["total"]
    placed = await shopper.http.post("/api/v1/orders", **order(key=uuid4().hex, total=total))
    trace, told = placed.headers["x-request-id"], placed.json()
    await shopper.order_in(told["id"], "awaiting_payment")
    await shopper.pay(told["id"])
    await shopper.order_in(told["id"], "paid")
    await settled_books(market.operator, told["id"], "capture")

    clicks = written(house, event="answered", place="/api/v1/orders", trace_id=trace)
    postings = written(house, event="ledger.posted", order_id=told["id"], kind="capture")

    assert [click["status"] for click in clicks] == [201]
    assert [posting["trace_id"] for posting in postings] == [trace]
