"""When it does not go as hoped: the last one is gone, the shopper changes her mind, or a catalogue is an attack."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, Page, expect

from onebox.actors import Shopper
from onebox.visitor import until
from storefront.visit import CSP
from tests.browser import shopper_side
from tests.browser.conftest import People, keep
from tests.browser.payload_walk import catalogue, watched
from tests.browser.payloads import PAYLOADS
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, open_market, variants_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
async def market(house: OneBox) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        yield await open_market(stack, house)


async def test_the_one_who_comes_second_is_told_before_paying(people: People, market: Market) -> None:
    second = await people.arrive()
    await shopper_side.find(second, "sourdough", "Rye Sourdough")
    await shopper_side.put_in_basket(second, choice="Large")
    await shopper_side.deliver_to(second, "DE")

    async with Shopper(market.world) as first:
        _, large = await variants_of(first, "sourdough")
        await first.can_buy(large["id"])
        await first.order_in((await first.check_out())["id"], "awaiting_payment")

    await shopper_side.check_out(second)

    await expect(second.get_by_role("heading", name="This order is cancelled")).to_be_visible()
    await expect(second.get_by_role("listitem").filter(has_text="Rye Sourdough").first).to_contain_text("sold out")
    await expect(second.get_by_text("Nothing was charged.")).to_be_visible()
    await keep(second, "order-rejected")
    assert people.complaints == []


async def test_a_paid_order_can_be_cancelled_and_the_money_comes_back(people: People, market: Market) -> None:
    shopper = await people.arrive()
    await shopper_side.find(shopper, "espresso", "Harbour Espresso")
    await shopper_side.put_in_basket(shopper, choice="1 kg")
    await shopper_side.deliver_to(shopper, "DE")
    await shopper_side.check_out(shopper)
    await shopper_side.go_to_card(shopper)
    await shopper_side.pay_with(shopper, "4242 4242 4242 4242")
    await expect(shopper.get_by_role("heading", name="Thank you. It is paid.")).to_be_visible()

    await shopper.get_by_role("link", name="Cancel this order").click()
    await keep(shopper, "order-cancel")
    await shopper.get_by_role("button", name="Yes, cancel it").click()

    await expect(shopper.get_by_role("heading", name="This order is cancelled")).to_be_visible()
    await refunded(shopper)
    await keep(shopper, "order-refunded")
    assert people.complaints == []


async def test_of_a_hundred_attacks_in_a_catalogue_none_runs_on_any_page(chromium: Browser, market: Market) -> None:
    staff = market.sunrise
    about = {"coop_id": staff.coop_id, "limit": 100}
    report = await staff.upload("attack.csv", catalogue())
    assert (report["products_created"], report["rows_rejected"]) == (len(PAYLOADS), len(PAYLOADS))
    goods = (await staff.get("/products", **about))["items"]
    shop = goods[0]["coop"]["slug"]
    for one in goods[:20]:
        await staff.post("/basket/lines", {"variant_id": one["variants"][0]["id"], "quantity": 1})
    begun = await staff.ask(
        "POST",
        "/imports",
        params={"coop_id": staff.coop_id, "filename": "<img src=x onerror=ran()>.csv", "dry_run": "true"},
        content=catalogue().replace(b"1.00", b"3.00"),
        headers={"content-type": "text/csv"},
    )
    await until(lambda: is_ready(market, begun["id"]))

    async with watched(chromium, market.world.house, staff.http.cookies) as walk:
        seen = await walk.through(
            [
                *(f"/products/{one['slug']}" for one in goods),
                *(f"/search?{urlencode({'q': words})}" for words in PAYLOADS[::4]),
                *("/", f"/coops/{shop}", "/search", "/search?page=2", "/search?page=5", "/basket", "/checkout"),
                *(f"/desk/{shop}/products/{one['id']}" for one in goods[::10]),
                *(f"/desk/{shop}", f"/desk/{shop}/products", f"/desk/{shop}/imports"),
                *(f"/desk/{shop}/imports/{one}" for one in (report["id"], begun["id"])),
                *("/feeds/new.xml", f"/feeds/new.xml?coop={shop}", "/feeds/merchant.xml", "/sitemap.xml"),
            ]
        )

    assert seen > len(PAYLOADS)
    assert walk.canary.sang == []


async def is_ready(market: Market, import_id: str) -> bool:
    return bool((await market.sunrise.get(f"/imports/{import_id}"))["state"] == "ready")


async def test_on_a_page_that_trusts_its_words_the_attacks_run_and_our_policy_would_stop_them(
    chromium: Browser, market: Market
) -> None:
    """The negative control, and the second lock."""
    async with watched(chromium, market.world.house) as trusting:
        shown = await trusting.show_trusting(PAYLOADS)
    async with watched(chromium, market.world.house, bypass_csp=False) as locked:
        shown_locked = await locked.show_trusting(PAYLOADS[::4], policy=CSP)

    assert (shown > 90, shown_locked > 20) == (True, True)
    assert len(trusting.canary.ran) > 40, "the others wait for a hand, or for another engine"
    assert any("evil.example" in url for url in trusting.canary.strayed)
    assert locked.canary.ran == []


async def refunded(page: Page) -> None:
    told = page.get_by_text(re.compile("€38.90 went back to your card"))

    async def shown() -> int:
        await page.reload()
        return await told.count()

    await until(shown, every=0.2)
