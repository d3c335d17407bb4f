"""When it does not go as hoped: the last one is gone, or the shopper changes her mind."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Page, expect

from onebox.actors import Shopper
from onebox.visitor import until
from tests.browser import shopper_side
from tests.browser.conftest import People, keep
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


async def refunded(page: Page) -> None:
    told = page.get_by_text(re.compile("€38.90 went back to your card"))

    async def shown() -> int:
        await page.reload()
        return await told.count()

    await until(shown, every=0.2)
