"""A passkey made and used in a browser, with a device that Chromium plays; the gateway and its pages stand alone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from chassis.testing import Databases
from gateway.app import create_app
from gateway.carrier import InProcess
from gateway.loopback import Loopback
from storefront import app as storefront
from storefront.settings import Settings
from tests.browser import coop_side
from tests.gateway.conftest import settings_for
from tests.gateway.servers import served
from tests.ports import free_port

pytestmark = pytest.mark.browser

MIRA = "mira@sunrise.coop"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True,
}  # fmt: skip


@pytest.fixture
async def page(chromium: Browser, databases: Databases) -> AsyncIterator[Page]:
    """A browser before the front door, by a name: browsers bind no passkey to a number."""
    port, database, loopback = free_port(), await databases("gateway"), Loopback()
    url = f"http://localhost:{port}"
    pages = InProcess(storefront.create_app(Settings(public_url=url), loopback.client(url)))
    door = create_app(settings_for(database, public_url=url), database, {}, pages, loopback=loopback)
    async with served(door, port=port):
        context = await chromium.new_context(base_url=url)
        yield await context.new_page()
        await context.close()


async def test_a_passkey_is_made_and_stands_beside_the_password(page: Page) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await coop_side.sign_up(page, MIRA, "Mira")
    device = await a_device(page)

    await page.goto("/account/security/passkeys/new")
    await page.get_by_label("What you call it").fill("My laptop")
    await page.get_by_role("button", name="Make the passkey").click()
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    await page.get_by_role("link", name="I have them, go on").click()
    await expect(page.get_by_role("rowheader", name="My laptop")).to_be_visible()

    await page.goto("/account")
    await page.get_by_role("button", name="Sign out").click()
    await coop_side.sign_in(page, MIRA)
    button = page.get_by_role("button", name="Use a passkey")
    await device("setUserVerified", isUserVerified=False)
    await button.click()
    await expect(page.get_by_role("alert")).to_contain_text("The browser gave no passkey")
    await device("setUserVerified", isUserVerified=True)
    await button.click()
    await page.wait_for_url("**/account")
    await page.goto("/account/security")
    await expect(page.get_by_role("button", name="Remove My laptop")).to_be_visible()
    assert complaints == []


class Device:
    """The phone, computer or stick that Chromium plays."""

    def __init__(self, session: CDPSession, id: str) -> None:
        self._session = session
        self._id = id

    async def __call__(self, command: str, **told: Any) -> None:
        await self._session.send(f"WebAuthn.{command}", {"authenticatorId": self._id, **told})


async def a_device(page: Page) -> Device:
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return Device(session, added["authenticatorId"])
