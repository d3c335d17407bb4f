"""A whole purchase with nothing but keys, from the front page to the paid order, through a real house."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Final

import pytest
from playwright.async_api import Browser, expect

from onebox.actors import Shopper
from tests.browser.conftest import People, keep
from tests.browser.keys_only import Keys
from tests.browser.shopper_side import ADDRESS
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, open_market, variants_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARD: Final = {"Card number": "4242424242424242", "Expires": "12/34", "Security code": "123"}


@pytest.fixture(scope="module")
async def market(house: OneBox) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        opened = await open_market(stack, house)
        shopper = await stack.enter_async_context(Shopper(house.world))
        await variants_of(shopper, "sourdough")
        yield opened


async def test_a_purchase_with_keys_alone(people: People, market: Market) -> None:
    page = await people.arrive()
    keys = Keys(page)
    await page.goto("/")
    await she_skips_the_head_and_searches(keys)
    await she_narrows_and_chooses(keys)
    await she_fills_her_basket(keys)
    await she_checks_out(keys)
    await she_pays(keys)
    assert people.complaints == []


async def she_skips_the_head_and_searches(keys: Keys) -> None:
    page = keys.page
    await keys.tab()
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await keys.tab()
    field = page.get_by_role("combobox", name="What are you looking for?")
    await expect(field).to_be_focused()
    await page.keyboard.type("sour")
    options = page.get_by_role("option")
    await expect(options.first).to_be_visible()
    await keys.press("ArrowDown")
    await expect(page.get_by_role("option", selected=True)).to_have_count(1)
    await keep(page, "keys-suggestions")
    await keys.press("Escape")
    await expect(options).to_have_count(0)
    await expect(field).to_be_focused()
    await page.keyboard.type("dough")
    await expect(options.first).to_be_visible()
    await keys.press("Escape", "Enter")
    await page.wait_for_url("**/search?q=sourdough")


async def she_narrows_and_chooses(keys: Keys) -> None:
    page = keys.page
    box = page.get_by_label("Germany")
    await keys.to(box)
    await keys.press("Space")
    await page.wait_for_url("**country=DE**")
    await expect(box).to_be_focused()
    await expect(box).to_be_checked()
    await keep(page, "keys-narrowed")
    await keys.enter(page.locator("main").get_by_role("link", name="Rye Sourdough"))
    await expect(page.get_by_role("heading", level=1, name="Rye Sourdough")).to_be_visible()


async def she_fills_her_basket(keys: Keys) -> None:
    page = keys.page
    await keys.to(page.get_by_role("radio", name=re.compile("^Small")))
    await keys.press("ArrowDown")
    await expect(page.get_by_role("radio", name=re.compile("^Large"))).to_be_checked()
    await keys.press("ArrowUp")
    await expect(page.get_by_role("radio", name=re.compile("^Small"))).to_be_checked()
    await keys.fill(page.get_by_label("How many"), "2")
    await keep(page, "keys-product")
    await keys.press("Enter")
    await expect(page.get_by_role("status", name="Rye Sourdough is in your basket.")).to_be_focused()
    await keep(page, "keys-basket")
    await keys.fill(page.get_by_label("How many of Rye Sourdough"), "3")
    await keys.press("Enter")
    await expect(page.get_by_text("€13.50").first).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Rye Sourdough")).to_be_focused()
    await she_says_where_to(keys)


async def she_says_where_to(keys: Keys) -> None:
    """On the way to the Netherlands she passes three others, and nothing is sent before she says so."""
    page = keys.page
    country = page.get_by_label("Deliver to")
    await keys.to(country)
    await page.keyboard.type("N")
    await expect(country).to_have_value("NA")
    for passed in ("NR", "NP", "NL"):
        await keys.press("ArrowDown")
        await expect(country).to_have_value(passed)
    await expect(country).to_be_focused()
    await keys.enter(page.get_by_role("button", name="Change"))
    await expect(page.get_by_role("complementary", name="Total")).to_be_focused()
    await keep(page, "keys-delivery")


async def she_checks_out(keys: Keys) -> None:
    page = keys.page
    await keys.enter(page.get_by_role("link", name="Go to checkout"))
    for label, text in ADDRESS.items():
        await keys.fill(page.get_by_label(label, exact=True), text)
    await keep(page, "keys-checkout")
    await keys.press("Enter")
    await page.wait_for_url(re.compile("/orders/[^/]+"))


async def she_pays(keys: Keys) -> None:
    page = keys.page
    await keys.enter(page.get_by_role("link", name=re.compile("^Pay ")))
    await keys.enter(page.get_by_role("link", name="Go on to the card"))
    for label, text in CARD.items():
        await keys.fill(page.get_by_label(label), text)
    await keep(page, "keys-card")
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="Thank you. It is paid.")).to_be_visible()
    await keep(page, "keys-paid")


@pytest.mark.parametrize(
    ("page_of", "wrong"),
    [
        ("<button style='outline: none'>Unringed</button>", "not ringed"),
        ("<button style='position: fixed; top: -99px'>Away</button>", "not in_sight"),
        ("<button tabindex=2>Late</button><button tabindex=1>Early</button>", "not in_order"),
        ("<p>Nothing to stop at", "lost"),
    ],
)
async def test_a_stop_at_which_somebody_is_lost_would_be_noticed(chromium: Browser, page_of: str, wrong: str) -> None:
    """The negative control."""
    page = await chromium.new_page()
    await page.set_content("<style>:focus-visible { outline: 3px solid }</style>" + page_of)
    keys = Keys(page)
    with pytest.raises(AssertionError, match=wrong):
        await keys.tab()
        await keys.tab()
    await page.close()
