"""What somebody hears who cannot see the pages: by Chromium's own tree of what it tells a screen reader."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pytest
from playwright.async_api import Browser, Route, ViewportSize, expect

from onebox.visitor import until
from tests.browser import spoken
from tests.browser.conftest import DESK, PHONE, keep
from tests.browser.pages import addresses, served
from tests.storefront.fake_gateway import FakeGateway

pytestmark = pytest.mark.browser

ELSEWHERE: Final = (
    *("/search?q=zeppelin", "/search?q=a&country=DE&coop=sunrise&in_stock=1", "/search?near=Valencia", "/nowhere"),
    *("/products/dk-yarn?variant=var-Heather", "/basket?added=Rye", "/desk/sunrise/products?saved=Rye"),
)
# Every step of an import, and every state of an order.
STEPS: Final = ("queued", "reading", "checking", "ready", "running", "held_back", "done", "failed", "cancelled")
STATES: Final = ("placed", "awaiting_payment", "paid", "part_shipped", "shipped", "voiding", "cancelled")
# A form, what is typed into it, its button, and the fields that are wrong then.
WRONG: Final[Sequence[tuple[str, Mapping[str, str], str, set[str]]]] = (
    ("/checkout", {}, "Order and go to payment", {"email", "name", "line1", "postcode", "city"}),
    ("/sign-up", {"name": "Nora", "password": "short"}, "Make the account", {"email", "password"}),
    ("/desk/sunrise/keys", {"name": ""}, "Make the key", {"name", "catalog:read"}),
    ("/desk/sunrise/webhooks", {"url": ""}, "Add it", {"url"}),
    ("/desk/sunrise/products/new", {"price-0": "dear"}, "Save", {"title", "price-0", "category", "stock-0"}),
    ("/desk/sunrise/stock/var-Oatmeal", {"number": "many"}, "Save", {"number"}),
    ("/desk/sunrise/consignments", {"carrier-consignment-sunrise": ""}, "It has left", {"carrier", "tracking_number"}),
    ("/desk/sunrise/delivery", {"price-0": "dear"}, "Save", {"price-0"}),
)


@pytest.fixture
def told() -> FakeGateway:
    """What the pages of one test are told, and nobody else's."""
    return FakeGateway(signed_in=True, operator=True, lines={"rye-sourdough": 2, "oat-cakes": 1})


@pytest.fixture
def lane(told: FakeGateway) -> Iterator[str]:
    with served(told) as url:
        yield url


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
async def test_every_page_can_be_heard(chromium: Browser, shop: str, viewport: ViewportSize) -> None:
    page = await chromium.new_page(base_url=shop, viewport=viewport)
    heard = {}
    for address in [*addresses(), *ELSEWHERE]:
        await page.goto(address)
        heard[address] = await spoken.complaints(page)
    await page.close()
    assert {address: wrong for address, wrong in heard.items() if wrong} == {}


async def test_every_step_of_an_import_and_of_an_order_can_be_heard(
    chromium: Browser, lane: str, told: FakeGateway
) -> None:
    page = await chromium.new_page(base_url=lane, viewport=DESK)
    heard = {}
    for told.import_state in STEPS:
        await page.goto("/desk/sunrise/imports/import-1")
        heard[told.import_state] = await spoken.complaints(page)
    for told.order_state in STATES:
        await page.goto("/orders/order-1?token=abc")
        heard[told.order_state] = await spoken.complaints(page)
    await page.close()
    assert {state: wrong for state, wrong in heard.items() if wrong} == {}


async def test_what_could_not_be_heard_would_be_noticed(chromium: Browser) -> None:
    """The negative control: a page with one fault of each kind."""
    page = await chromium.new_page()
    await page.set_content(
        "<main><h1>One</h1><h3>Three</h3><button></button><img src=x width=9 height=9>"
        "<nav><a href=/>a</a></nav><nav><a href=/>b</a></nav><input aria-label=Age aria-invalid=true>"
        "<table role=table><tr><td>1</td></tr><tr><td>2</td></tr></table></main>"
    )
    assert {rule.__name__ for rule in spoken.RULES if list(rule(await spoken.spoken(page)))} == {
        rule.__name__ for rule in spoken.RULES
    }
    await page.close()


@pytest.mark.parametrize(("address", "typed", "button", "fields"), WRONG, ids=[row[0] for row in WRONG])
async def test_what_is_wrong_is_announced_and_told_at_its_field(
    chromium: Browser, lane: str, told: FakeGateway, address: str, typed: Mapping[str, str], button: str,
    fields: set[str],
) -> None:  # fmt: skip
    told.lines.pop("oat-cakes")
    told.order_state = "paid"
    page = await chromium.new_page(base_url=lane, viewport=DESK)
    await page.goto(address)
    await page.evaluate("document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })")
    for name, text in typed.items():
        await page.locator(f"main [id='{name}']").fill(text)
    await page.locator("main").get_by_role("button", name=button).first.click()
    summary = page.get_by_role("alert", name="That did not go through yet")
    await expect(summary).to_be_focused()
    wrong = page.locator("main [aria-invalid=true]")
    assert set(await wrong.evaluate_all("all => all.map(one => one.id)")) == fields
    for field in await wrong.all():
        sentence = await summary.locator(f"a[href='#{await field.get_attribute('id')}']").inner_text()
        await expect(field).to_have_accessible_description(re.compile(re.escape(sentence)))
    assert await spoken.complaints(page) == []
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(wrong.first).to_be_focused()
    await page.close()


async def test_what_is_put_in_the_basket_is_announced_there(chromium: Browser, lane: str) -> None:
    page = await chromium.new_page(base_url=lane, viewport=DESK)
    await page.goto("/products/rye-sourdough")
    await page.get_by_role("button", name="Put in the basket").click()
    await expect(page.get_by_role("status", name="Rye sourdough, 900 g is in your basket.")).to_be_focused()
    await keep(page, "basket-added")
    await page.get_by_role("button", name="Remove Rye sourdough").click()
    await expect(page.get_by_role("status", name="It is out of your basket.")).to_be_focused()
    await page.close()


SSE: Final = "text/event-stream"
LISTENS: Final = """
    window.heard = 0; window.seen = 0;
    const listening = new MutationObserver((all) => {
      for (const { target } of all) {
        const at = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
        if (at?.closest("[role=status], [role=alert], [aria-live]")) window.heard += 1;
        else if (at?.closest("[data-done]")) window.seen += 1;
      }
    });
    addEventListener("DOMContentLoaded", () => {
      listening.observe(document, { subtree: true, childList: true, characterData: true });
    });
"""


async def test_how_much_a_tick_leaves_is_announced(chromium: Browser, lane: str) -> None:
    page = await chromium.new_page(base_url=lane, viewport=DESK)
    await page.add_init_script(LISTENS)
    await page.goto("/search?q=a")
    assert await page.evaluate("heard") == 0
    await page.get_by_label("Germany").check()
    await page.wait_for_url("**country=DE")
    await until(lambda: page.evaluate("heard"), every=0.05)
    await expect(page.get_by_role("status").filter(has_text="found")).to_have_text(re.compile(r"things? found$"))
    await page.close()


async def test_an_import_that_goes_on_is_heard_at_every_tenth_and_seen_at_every_step(
    chromium: Browser, lane: str, told: FakeGateway
) -> None:
    told.import_state = "running"
    page = await chromium.new_page(base_url=lane, viewport=DESK)
    await page.add_init_script(LISTENS)
    news = "".join(f"data: {json.dumps({'state': 'running', 'rows_done': rows})}\n\n" for rows in range(520, 1240, 8))
    await page.route("**/api/v1/imports/*/events", lambda route: route.fulfill(body=news, content_type=SSE))
    await page.goto("/desk/sunrise/imports/import-1")
    await expect(page.get_by_text("1,232 of 1,240 rows taken")).to_be_visible()
    await expect(page.get_by_role("progressbar", name="1,232 of 1,240 rows taken")).to_have_attribute("value", "1232")
    await expect(page.locator("section").get_by_role("status")).to_have_text("90% of the rows are taken")
    assert 2 <= await page.evaluate("heard") <= 10
    assert await page.evaluate("seen") > 50, "so often it would have been heard, were the number in a live region"
    await page.close()


async def test_an_import_that_came_to_another_step_says_so(chromium: Browser, lane: str, told: FakeGateway) -> None:
    told.import_state = "running"
    page = await chromium.new_page(base_url=lane, viewport=DESK)

    async def next_step(route: Route) -> None:
        told.import_state = "done"
        await route.fulfill(body='data: {"state": "done", "rows_done": 1240}\n\n', content_type=SSE)

    await page.route("**/api/v1/imports/*/events", next_step)
    await page.goto("/desk/sunrise/imports/import-1")
    await expect(page.get_by_role("group", name="products_export.csv Done")).to_be_focused()
    await page.goto("/desk/sunrise/imports/import-1")
    assert await page.evaluate("document.activeElement === document.body"), "who comes later begins at the top"
    await page.close()


async def test_what_became_of_an_order_is_announced_and_nobody_loses_their_place(
    chromium: Browser, lane: str, told: FakeGateway
) -> None:
    told.order_state = "placed"
    page = await chromium.new_page(base_url=lane, viewport=DESK)
    await page.add_init_script(LISTENS)
    await page.goto("/orders/order-1?token=abc")
    brand = page.get_by_role("link", name="Toad Lane").first
    await brand.focus()
    await page.evaluate("window.kept = true")
    told.order_state = "paid"
    await expect(page.get_by_role("heading", name="Thank you. It is paid.")).to_be_visible()
    await expect(page.locator("main .heading-row .status").first).to_have_text("Paid")
    await expect(brand).to_be_focused()
    assert await page.evaluate("window.kept && window.heard > 0")
    assert await spoken.complaints(page) == []
    await page.close()


async def test_who_stood_on_what_is_gone_stands_where_it_is_told(
    chromium: Browser, lane: str, told: FakeGateway
) -> None:
    told.order_state = "placed"
    page = await chromium.new_page(base_url=lane, viewport=DESK)
    await page.goto("/orders/order-1?token=abc")
    await page.get_by_role("link", name="Look again now").focus()
    told.order_state = "awaiting_payment"
    await expect(page.get_by_role("status").filter(has_text="put aside for you")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name=re.compile("^Pay "))).to_be_focused()
    await page.close()
