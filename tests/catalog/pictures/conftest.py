"""A catalogue among strangers whose web servers have pictures."""

from collections.abc import AsyncIterator

import pytest

from chassis.safe_client import SafeClient
from tests.catalog.pictures.web import Web
from tests.chassis.canary import Server, listening


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    answers: dict[str, bytes] = {}
    async with listening(Server(answers)) as server:
        yield Web(server, answers)


@pytest.fixture
def strangers(web: Web) -> SafeClient:
    return web.client()
