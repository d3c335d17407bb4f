"""A storefront over a fake gateway, and a browser-like client that keeps its cookies."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape

import httpx
import pytest
from httpx import ASGITransport
from starlette.applications import Starlette

from storefront.app import create_app
from storefront.sellers import Sellers
from storefront.settings import Settings
from tests.storefront.fake_gateway import FakeGateway


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


class Switchboard:
    """Puts the one storefront of the run through to the gateway of the test that is running."""

    def __init__(self) -> None:
        self.gateway = FakeGateway()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        return await self.gateway.answer(request)


@pytest.fixture(scope="session")
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture(scope="session")
def shop(switchboard: Switchboard) -> Starlette:
    settings = Settings(demo=True, sandbox_url="http://127.0.0.1:9100", public_url="http://shop")
    api = httpx.AsyncClient(transport=httpx.MockTransport(switchboard.answer), base_url="http://gateway")
    return create_app(settings, api)


@pytest.fixture
async def visitor(shop: Starlette, switchboard: Switchboard, gateway: FakeGateway) -> AsyncIterator[httpx.AsyncClient]:
    switchboard.gateway = gateway
    shop.state.shop = replace(shop.state.shop, sellers=Sellers())  # What one test was told is not the next one's.
    async with httpx.AsyncClient(transport=ASGITransport(app=shop), base_url="http://shop") as client:
        yield client


def words(page: httpx.Response) -> str:
    """What a reader sees, on one line."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page.text)
    assert found, f"no hidden field {name}"
    return unescape(found[1])
