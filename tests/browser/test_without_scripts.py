"""The sellers' desk where no script runs: everything it is for, from the second factor to a key for the stock room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Final

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from storefront.words import POLICIES
from tests.browser import coop_side
from tests.browser.conftest import DESK, People, keep
from tests.browser.gate_side import keep_both
from tests.browser.pages import served
from tests.catalog.pictures.photos import photo
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, open_market
from tests.storefront.fake_gateway import FakeGateway

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STAFF: Final = "staff@sunrise.coop"
HEADER: Final = "Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status\n"


@pytest.fixture(scope="module")
async def market(house: OneBox) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        yield await open_market(stack, house)


def shop_file(*rows: tuple[str, str, str]) -> str:
    """A Shopify export of goods in one size each: handle, title, price."""
    return HEADER + "".join(
        f"{handle},{title},Sunrise,Bread,Title,Default Title,{handle},{price},active\n" for handle, title, price in rows
    )


GOOD: Final = ("buns", "Plain Buns", "2.20")
BAD: Final = ("tarts", "Plum Tarts", "cheap")
ALSO_GOOD: Final = ("oatcakes", "Oatcakes", "3.30")


async def test_a_desk_is_kept_without_scripts(people: People, market: Market) -> None:
    page = await people.arrive(scripts=False)
    await coop_side.sign_in(page, STAFF)
    await coop_side.show_code(page, market.world, STAFF)
    await coop_side.open_desk(page, "Sunrise Bakers")
    await files_are_taken_under_each_policy(page)
    await a_product_is_made_and_changed(page)
    await a_picture_is_handed_in(page)
    await stock_is_counted(page)
    await a_key_is_made(page)
    assert people.complaints == []


async def files_are_taken_under_each_policy(page: Page) -> None:
    await upload(page, "some.csv", shop_file(GOOD, BAD))
    await expect(page.get_by_text("1 product would be new, 0 changed, 0 as before; 1 row cannot")).to_be_visible()
    await keep_both(page, "no-scripts-dry-run")
    await take(page, "skip")
    await expect(page.locator("main .heading-row .status")).to_have_text("Done")
    assert "cheap" in await rejected_rows(page)
    await keep_both(page, "no-scripts-done")

    await upload(page, "none.csv", shop_file(GOOD, BAD, ALSO_GOOD))
    await take(page, "all_or_nothing")
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was imported.")
    await page.get_by_role("button", name="Leave everything as it is").click()
    await expect(page.get_by_text("You stopped it.")).to_be_visible()

    await upload(page, "held.csv", shop_file(GOOD, BAD, ALSO_GOOD))
    await take(page, "hold")
    await expect(page.get_by_role("heading", name="Nothing is published yet")).to_be_visible()
    await keep(page, "no-scripts-held-back")
    await page.get_by_role("button", name="Publish it all").click()
    await expect(page.locator("main .heading-row .status")).to_have_text("Done")


async def upload(page: Page, filename: str, content: str) -> None:
    file: FilePayload = {"name": filename, "mimeType": "text/csv", "buffer": content.encode()}
    await page.get_by_role("link", name="Uploads", exact=True).click()
    await page.get_by_label("Your shop’s product file").set_input_files(file)
    await page.get_by_role("button", name="Upload and look").click()
    await expect(page.get_by_role("heading", name="Nothing is changed yet")).to_be_visible()


async def take(page: Page, policy: str) -> None:
    await page.get_by_label(POLICIES[policy]).check()
    await page.get_by_role("button", name="Take it").click()


async def rejected_rows(page: Page) -> str:
    async with page.expect_download() as download:
        await page.get_by_role("link", name="rows to mend").click()
    return await asyncio.to_thread((await (await download.value).path()).read_text)


async def a_product_is_made_and_changed(page: Page) -> None:
    await coop_side.add_product(page, "Baker’s Apron", "24.00", "5")
    await page.get_by_role("link", name="Baker’s Apron").click()
    await page.locator("#price-0").fill("26.00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row", name="Baker’s Apron")).to_contain_text("€26.00")


async def a_picture_is_handed_in(page: Page) -> None:
    file: FilePayload = {"name": "apron.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    await page.get_by_role("link", name="Baker’s Apron").click()
    await page.get_by_role("link", name="Pictures (0)").click()
    await page.get_by_label("Add a picture").set_input_files(file)
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_role("status")).to_contain_text("The picture is there")
    await page.get_by_role("textbox", name="What it shows").fill("A green apron")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("img", name="A green apron")).to_be_visible()
    await keep_both(page, "no-scripts-pictures")


async def stock_is_counted(page: Page) -> None:
    await page.get_by_role("link", name="Stock", exact=True).click()
    await page.get_by_label("Find by name or number").fill("apron")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("link", name="Baker’s Apron").click()
    await page.get_by_label("I counted the shelf").check()
    await page.get_by_label("How many").fill("7")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("Saved.")
    await expect(page.get_by_role("heading", name="Why there are 7")).to_be_visible()
    await keep_both(page, "no-scripts-stock")


async def a_key_is_made(page: Page) -> None:
    await page.get_by_role("link", name="API keys").click()
    await page.get_by_label("Name").fill("stock room")
    await page.get_by_role("group", name="It may").get_by_role("checkbox").first.check()
    await page.get_by_role("button", name="Make the key").click()
    await expect(page.get_by_role("status", name="“stock room” is made")).to_be_visible()
    await keep_both(page, "no-scripts-key")
    await page.get_by_role("button", name="Revoke stock room").click()
    await expect(page.get_by_text("Revoked")).to_be_visible()


async def test_an_import_that_goes_on_is_read_by_a_page_that_comes_again(chromium: Browser) -> None:
    told = FakeGateway(signed_in=True, import_state="running")
    with served(told) as lane:
        context = await chromium.new_context(base_url=lane, viewport=DESK, java_script_enabled=False)
        page = await context.new_page()
        await page.goto("/desk/sunrise/imports/import-1")
        await expect(page.get_by_text("512 of 1,240 rows taken")).to_be_visible()
        told.import_state = "done"
        await expect(page.locator("main .heading-row .status")).to_have_text("Done")
        await context.close()
