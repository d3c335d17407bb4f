"""What a shopper does on the pages."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from onebox.visitor import until
from tests.browser.conftest import keep

ADDRESS = {
    "E-mail": "ada@example.org",
    "Name": "Ada Lovelace",
    "Street and number": "Ständeplatz 12",
    "Postcode": "34117",
    "Town": "Kassel",
}


@dataclass(frozen=True)
class Placed:
    url: str
    number: str


async def until_found(page: Page, title: str, words: str = "") -> Locator:
    """The link to it, on the page of a search."""
    link = page.locator("main").get_by_role("link", name=title)

    async def there() -> int:
        await page.goto(f"/search?q={words}")
        return await link.count()

    await until(there, every=0.1)
    return link


async def find(page: Page, words: str, title: str) -> None:
    """Searches until the index has it, and opens it."""
    await (await until_found(page, title, words)).first.click()
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


async def find_near(page: Page, town: str, title: str, away: str) -> None:
    """Narrows by the form, as it is without scripts."""
    await until_found(page, title)
    await page.get_by_text("Narrow down").click()
    await page.get_by_label("Town").fill(town)
    await page.get_by_label("within").select_option("50 km")
    await page.get_by_label("Germany").check()
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("main").get_by_role("link", name=title)).to_be_visible()
    await expect(page.get_by_text(away).first).to_be_visible()
    await page.get_by_role("link", name="Take out the filter Germany").click()
    await expect(page.get_by_text(away).first).to_be_visible()
    await keep(page, "search-near-phone")


async def put_in_basket(page: Page, *, choice: str = "", quantity: int = 1) -> None:
    if choice:
        await page.get_by_role("radio", name=re.compile(f"^{choice}")).check()
    await page.get_by_label("How many").fill(str(quantity))
    await page.get_by_role("button", name="Put in the basket").click()
    await page.wait_for_url("**/basket*")


async def deliver_to(page: Page, country: str) -> None:
    await page.get_by_label("Deliver to").select_option(country)
    await page.get_by_role("button", name=re.compile("Change|Show delivery")).click()
    await expect(page.get_by_label("Deliver to")).to_have_value(country)


async def check_out(page: Page) -> Placed:
    await page.get_by_role("link", name="Go to checkout").click()
    await keep(page, "checkout-phone")
    for label, text in ADDRESS.items():
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_role("button", name="Order and go to payment").click()
    await page.wait_for_url(re.compile("/orders/[^/]+"))
    heading = await page.get_by_role("heading", level=1).inner_text()
    return Placed(url=page.url.partition("?")[0], number=heading.removeprefix("Order "))


async def go_to_card(page: Page) -> None:
    await page.get_by_role("link", name=re.compile("^Pay ")).click()
    await page.get_by_role("link", name="Go on to the card").click()


async def pay_with(page: Page, card: str) -> None:
    await page.get_by_role("button", name=re.compile(f"^Use {card}")).click()
