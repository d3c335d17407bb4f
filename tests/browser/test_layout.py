"""Every page on the narrowest phone, by keyboard, in the dark: over a fake gateway, so that each state can be had."""

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import DESK, PHONE, keep
from tests.browser.pages import addresses
from tests.storefront.fake_gateway import FakeGateway

pytestmark = pytest.mark.browser

IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def test_no_page_is_wider_than_the_narrowest_phone(chromium: Browser, shop: str) -> None:
    page = await chromium.new_page(base_url=shop, viewport={"width": 360, "height": 740})
    too_wide = []
    for address in [*addresses(), "/search?q=zeppelin", "/nowhere"]:
        await page.goto(address)
        if await page.evaluate(IS_TOO_WIDE):
            too_wide.append(address)
    assert too_wide == []
    await page.evaluate("document.querySelector('h1').style.width = '400px'")
    assert await page.evaluate(IS_TOO_WIDE), "a page that is too wide would not have been noticed"
    await page.close()


async def test_small_things_to_press_are_large_enough_for_a_thumb(chromium: Browser, shop: str) -> None:
    page = await chromium.new_page(base_url=shop, viewport={"width": 360, "height": 740})
    for address in ("/", "/basket", "/products/dk-yarn", "/checkout"):
        await page.goto(address)
        heights = await page.locator("button:visible, .button:visible, .nav a, .mine a").evaluate_all(
            "all => all.map(one => [one.textContent.trim(), one.getBoundingClientRect().height])"
        )
        assert [one for one in heights if one[1] < 24] == [], address
    await page.close()


@pytest.mark.parametrize("section", ["products", "keys", "standing"])
async def test_the_tabs_of_the_desk_are_one_row_that_begins_where_one_is(
    chromium: Browser, shop: str, section: str
) -> None:
    context = await chromium.new_context(base_url=shop, viewport=PHONE, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"/desk/sunrise/{section}")
    tabs = page.get_by_role("navigation", name="Desk")
    row = await tabs.bounding_box()
    assert row is not None
    assert row["height"] < 60
    current = tabs.locator("[aria-current]")
    box = await current.bounding_box()
    assert box is not None
    assert box["x"] >= row["x"]
    assert box["x"] + box["width"] <= row["x"] + row["width"]
    await keep(page, f"desk-tabs-{section}-phone")
    for name in ("Products", "Standing"):
        tab = tabs.get_by_role("link", name=name)
        await tab.focus()
        await expect(tab).to_be_in_viewport(ratio=1)
    await tabs.locator("ul").evaluate("row => { row.style.flexWrap = 'wrap'; }")
    rows = await tabs.bounding_box()
    assert rows is not None
    assert rows["height"] > 100, "tabs that wrap would have been noticed"
    await context.close()


async def test_the_first_press_of_tab_offers_to_skip_the_head(chromium: Browser, shop: str) -> None:
    page = await chromium.new_page(base_url=shop)
    await page.goto("/products/dk-yarn")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await page.close()


async def with_suggestions(chromium: Browser, shop: str) -> Page:
    """A page whose scripts ask the fake gateway."""
    gateway, page = FakeGateway(), await chromium.new_page(base_url=shop, viewport=DESK)

    async def answer(route: Route) -> None:
        told = await gateway.answer(httpx.Request("GET", route.request.url))
        await route.fulfill(status=told.status_code, content_type="application/json", body=told.content)

    await page.route("**/api/v1/**", answer)
    return page


async def test_suggestions_are_walked_by_keyboard_and_told_to_who_cannot_see_them(chromium: Browser, shop: str) -> None:
    page = await with_suggestions(chromium, shop)
    await page.goto("/")
    field = page.get_by_role("combobox", name="Search goods")
    await field.press_sequentially("cup")
    await expect(page.get_by_role("option")).to_have_text(["cup first", "Coffee cup with a saucer Terra Viva"])
    await expect(field).to_have_attribute("aria-expanded", "true")
    await keep(page, "suggestions")

    await field.press("ArrowUp")
    chosen = page.get_by_role("option", selected=True)
    await expect(chosen).to_have_text("Coffee cup with a saucer Terra Viva")
    await expect(field).to_have_attribute("aria-activedescendant", await chosen.get_attribute("id") or "")
    await field.press("Escape")
    await expect(page.get_by_role("option")).to_have_count(0)
    await expect(field).to_have_value("cup")

    await field.press("ArrowDown")
    await expect(page.get_by_role("option")).to_have_count(2)
    await field.press_sequentially("s")
    await expect(page.get_by_role("option")).to_have_text(["cups first"])
    await field.press("ArrowDown")
    await expect(page.get_by_role("option", selected=True)).to_have_text("cups first")
    await field.press("Enter")
    await page.wait_for_url("**/search?q=cups+first")
    await page.close()


async def test_a_tick_is_answered_at_once_and_keeps_the_focus(chromium: Browser, shop: str) -> None:
    page = await with_suggestions(chromium, shop)
    await page.goto("/search?q=a")
    await page.get_by_label("Germany").focus()
    await page.keyboard.press("Space")
    await page.wait_for_url("**/search?q=a&sort=relevance&country=DE")
    await expect(page.get_by_label("Germany")).to_be_focused()
    await expect(page.get_by_label("Germany")).to_be_checked()

    await page.get_by_role("link", name="Take out the filter Germany").click()
    await page.get_by_role("combobox", name="Town").press_sequentially("vale")
    await page.get_by_role("option", name="Valencia Spain").click()
    await page.wait_for_url("**near=Valencia%2C+ES**")
    await page.close()


async def test_a_list_sends_what_a_hand_chose_and_not_what_keys_pass(chromium: Browser, shop: str) -> None:
    page = await chromium.new_page(base_url=shop, viewport=DESK)
    await page.goto("/basket")
    country = page.get_by_label("Deliver to")
    await country.focus()
    await page.keyboard.press("ArrowDown")
    await expect(country).to_have_value("IM")
    await page.reload()
    await expect(country).to_have_value("IE")
    await country.select_option("GB")
    await page.wait_for_url("**/basket#total")
    await expect(country).to_have_value("GB")
    await country.select_option("IE")
    await expect(page.get_by_text("Delivery to Ireland").first).to_be_visible()
    await page.close()


async def test_keys_pass_one_order_of_goods_on_the_way_to_another(chromium: Browser, shop: str) -> None:
    page = await chromium.new_page(base_url=shop, viewport=DESK)
    await page.goto("/search?q=a")
    drawn: list[str] = []
    page.on("request", lambda asked: drawn.append(asked.url) if asked.is_navigation_request() else None)
    sort = page.get_by_label("Sort by")
    await sort.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.wait_for_url("**sort=-price")
    await expect(sort).to_be_focused()
    assert len(drawn) == 1
    await page.close()


async def test_what_is_wrong_with_a_form_has_the_focus_and_leads_to_its_field(chromium: Browser, shop: str) -> None:
    page = await chromium.new_page(base_url=shop)
    await page.goto("/sign-up")
    await page.get_by_label("Name").fill("Nora")
    await page.get_by_label("E-mail").fill("nora@sunrise.coop")
    await page.get_by_label("Password").fill("short")
    await page.get_by_role("button", name="Make the account").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await page.get_by_role("alert").get_by_role("link").click()
    await expect(page.get_by_label("Password")).to_be_focused()
    await expect(page.get_by_label("Name")).to_have_value("Nora")
    await page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_its_ground(chromium: Browser, shop: str, scheme: str) -> None:
    """WCAG AA, 4.5 to 1, for the colours that the style sheet pairs."""
    context = await chromium.new_context(base_url=shop, color_scheme="dark" if scheme == "dark" else "light")
    page = await context.new_page()
    await page.goto("/sign-in")
    colours: dict[str, str] = await page.evaluate(
        "() => Object.fromEntries([...'paper card sunk ink soft green on-green green-deep green-wash brick brick-wash"
        " ochre-wash ochre-ink'.split(' ')].map(n => [n, getComputedStyle(document.documentElement)"
        ".getPropertyValue('--' + n).trim()]))"
    )
    await context.close()
    pairs = [
        *(("ink", ground) for ground in ("paper", "card", "sunk", "green-wash", "brick-wash", "ochre-wash")),
        *(("soft", ground) for ground in ("paper", "card", "sunk")),
        *(("green", ground) for ground in ("paper", "card", "sunk", "green-wash")),
        *(("brick", ground) for ground in ("paper", "card", "brick-wash")),
        *(("green-deep", "green-wash"), ("ochre-ink", "ochre-wash"), ("on-green", "green"), ("card", "brick")),
    ]
    faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: round(found, 2) for pair, found in faint.items() if found < 4.5} == {}


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
