"""A house with empty shelves, and people with browsers in front of it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.browser.pages import served
from tests.journeys.one_box import OneBox
from tests.storefront.fake_gateway import FakeGateway

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOTS = Path(__file__).parents[2] / "artifacts" / "screenshots"
DESK: ViewportSize = {"width": 1280, "height": 900}
# News of a payment may come late by the sandbox's own will, and the machine may have much else to do.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneBox]:
    with OneBox(tmp_path_factory.mktemp("browser") / "box").opened() as opened:
        yield opened


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def gateway() -> FakeGateway:
    """What the pages of `shop` are told; a test that changes it changes it back."""
    return FakeGateway(signed_in=True, operator=True, lines={"rye-sourdough": 2, "merino-blanket": 1})


@pytest.fixture(scope="module")
def shop(gateway: FakeGateway) -> Iterator[str]:
    """Where the pages are served."""
    with served(gateway) as url:
        yield url


class People:
    """Everybody has a browser of their own; what goes wrong in any of them fails the test."""

    def __init__(self, browser: Browser, house: OneBox, stack: AsyncExitStack) -> None:
        self._browser = browser
        self._house = house
        self._stack = stack
        self.complaints: list[str] = []

    async def arrive(self, *, phone: bool = False, scripts: bool = True) -> Page:
        context = await self._browser.new_context(
            base_url=self._house.world.house,
            viewport=PHONE if phone else DESK,
            java_script_enabled=scripts,
            locale="en-IE",
        )
        self._stack.push_async_callback(context.close)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self._hear(page, str(error)))
        page.on("console", lambda said: self._hear(page, said.text) if said.type == "error" else None)
        return page

    def _hear(self, page: Page, said: str) -> None:
        """Chromium also writes a line for every answer above 399; a page that says no is no fault of the page."""
        if page.url.startswith(self._house.world.house) and "server responded with a status of 4" not in said:
            self.complaints.append(f"{page.url}: {said}")


@pytest.fixture
async def people(chromium: Browser, house: OneBox) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        yield People(chromium, house, stack)


async def keep(page: Page, name: str) -> None:
    """A screenshot for people to look at; the page must not be wider than its screen."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
