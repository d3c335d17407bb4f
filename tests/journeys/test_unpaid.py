"""Orders that nobody pays, money and news that come late, and buyers who press the button twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from onebox.actors import Shopper
from onebox.visitor import Json, Told, until
from tests.journeys.box_log import broken
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, books_balance, open_market, settled_books, stock_of, variants_of
from tests.journeys.wound import AHEAD, wind

TIME_TO_PAY = timedelta(minutes=30)


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file by which the clock of unpaid orders is put on."""
    return tmp_path_factory.mktemp("clock") / "ahead"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, clock: Path) -> AsyncIterator[OneBox]:
    with OneBox(
        tmp_path_factory.mktemp("unpaid") / "box",
        launcher="tests.journeys.wound",
        environment={AHEAD: str(clock), "UNPAID_AFTER": str(TIME_TO_PAY.seconds), "EXPIRE_EVERY": "0.5"},
    ).opened() as opened:
        yield opened


@pytest.fixture(scope="module")
async def market(house: OneBox) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        yield await open_market(stack, house)


@pytest.fixture
async def shopper(market: Market) -> AsyncIterator[Shopper]:
    """Has two small loaves in the basket."""
    async with Shopper(market.world) as somebody:
        small, _ = await variants_of(somebody, "sourdough")
        await somebody.can_buy(small["id"])
        await somebody.put_in_basket(small["id"])
        yield somebody


@pytest.fixture
def time_is_up(clock: Path) -> Callable[[], None]:
    """Lets so much time pass that whatever waits for payment now has waited long enough."""
    return lambda: wind(clock, TIME_TO_PAY)


@pytest.fixture
async def provider(house: OneBox) -> AsyncIterator[httpx.AsyncClient]:
    """The payment provider, as it knows the house."""
    ours = {"Authorization": f"Bearer {house.box.secrets.stripe_api_key}"}
    async with httpx.AsyncClient(base_url=house.world.sandbox, headers=ours, trust_env=False) as client:
        yield client


async def small_loaves(shopper: Shopper) -> int | None:
    return (await stock_of(shopper, "rye-sourdough"))["Small"]


async def charge_state(shopper: Shopper, order: Json) -> str:
    state: str = (await shopper.get(f"/charges/{order['id']}"))["state"]
    return state


async def test_an_order_that_nobody_pays_is_cancelled_and_its_stock_is_back(
    house: OneBox, market: Market, shopper: Shopper, time_is_up: Callable[[], None]
) -> None:
    before = await small_loaves(shopper)
    order = await shopper.order_in((await shopper.check_out())["id"], "awaiting_payment")
    assert await small_loaves(shopper) == (before or 0) - 2

    time_is_up()
    cancelled = await shopper.order_in(order["id"], "cancelled")

    assert (cancelled["cancel_reason"], cancelled["can_pay"]) == ("expired", False)
    assert await charge_state(shopper, order) == "voided"
    await until(lambda: is_back(shopper, before))
    with pytest.raises(Told) as refused:
        await shopper.open_payment(order["id"])
    assert (refused.value.status, refused.value.code) == (409, "not_payable")
    assert await market.operator.entries(order["id"]) == []
    assert broken(house) == []


async def is_back(shopper: Shopper, before: int | None) -> bool:
    return await small_loaves(shopper) == before


async def test_money_that_comes_after_all_goes_back_by_itself(
    house: OneBox, market: Market, shopper: Shopper, provider: httpx.AsyncClient, time_is_up: Callable[[], None]
) -> None:
    before = await small_loaves(shopper)
    order = await shopper.order_in((await shopper.check_out())["id"], "awaiting_payment")
    opened = await shopper.open_payment(order["id"])
    time_is_up()
    await shopper.order_in(order["id"], "cancelled")
    intent = f"/v1/payment_intents/{opened['payment_intent']}"
    assert (await provider.get(intent)).json()["status"] == "canceled"
    assert (await shopper.confirm(opened, "works")).is_client_error

    (await provider.post(f"/v1/test/late_success/{opened['payment_intent']}")).raise_for_status()

    entries = await settled_books(market.operator, order["id"], "late_capture", "refund", "processor_fee")
    assert Counter(entry["kind"] for entry in entries) == {"late_capture": 1, "refund": 1, "processor_fee": 1}
    assert sums(entries).keys() == {"processor:fees", "stripe:balance"}
    told = await until(lambda: refunded(shopper, order))
    assert (told["state"], told["refunded"]) == ("cancelled", order["total"])
    assert await charge_state(shopper, order) == "refunded"
    await until(lambda: is_back(shopper, before))
    await books_balance(market.operator)
    assert broken(house) == []


def sums(entries: list[Json]) -> dict[str, int]:
    """What the entries leave in each account, debit positive."""
    left: Counter[str] = Counter()
    for posting in (one for entry in entries for one in entry["postings"]):
        left[posting["account"]] += posting["amount"]
    return {account: amount for account, amount in left.items() if amount}


async def refunded(shopper: Shopper, order: Json) -> Json | None:
    told = await shopper.order(order["id"])
    return told if told["refunded"]["amount"] else None


async def test_a_payment_whose_news_is_held_up_beyond_the_deadline_counts_once(
    house: OneBox, market: Market, shopper: Shopper, provider: httpx.AsyncClient, time_is_up: Callable[[], None]
) -> None:
    order = await shopper.order_in((await shopper.check_out())["id"], "awaiting_payment")
    (await provider.put("/faults", json={"webhooks": "hold"})).raise_for_status()
    try:
        assert (await shopper.pay(order["id"])).is_success
        # When time is up payments asks the provider itself, and hears there that the money is already taken.
        time_is_up()
        await shopper.order_in(order["id"], "paid")
    finally:
        (await provider.put("/faults", json={"webhooks": "deliver"})).raise_for_status()
    await until(lambda: all_delivered(provider))

    entries = await settled_books(market.operator, order["id"], "capture", "processor_fee")
    assert Counter(entry["kind"] for entry in entries) == {"capture": 1, "processor_fee": 1}
    assert (await shopper.order(order["id"]))["state"] == "paid"
    assert await charge_state(shopper, order) == "captured"
    await books_balance(market.operator)
    assert broken(house) == []


async def all_delivered(provider: httpx.AsyncClient) -> bool:
    waiting: int = (await provider.get("/health")).json()["webhooks_waiting"]
    return waiting == 0


async def test_a_double_click_is_one_order(market: Market, shopper: Shopper) -> None:
    form = await shopper.checkout_form()
    first, second = await asyncio.gather(shopper.place(form, "click"), shopper.place(form, "click"))

    assert first == second
    assert [order["id"] for order in (await shopper.get("/orders"))["items"]] == [first["id"]]


async def test_a_key_that_was_used_for_another_order_is_refused(shopper: Shopper) -> None:
    form = await shopper.checkout_form()
    placed = await shopper.place(form, "one intention")

    with pytest.raises(Told) as refused:
        await shopper.place({**form, "email": "grace@example.org"}, "one intention")

    assert (refused.value.status, refused.value.code) == (409, "idempotency_key_reused")
    assert [order["id"] for order in (await shopper.get("/orders"))["items"]] == [placed["id"]]
