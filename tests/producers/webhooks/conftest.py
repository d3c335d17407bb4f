"""Each test has a co-op's desk of its own; the authority behind the receivers' certificates is made once."""

from collections.abc import AsyncIterator

import pytest

from tests.chassis.authority import Authority
from tests.producers.conftest import Room
from tests.producers.webhooks.desk import Desk, open_desk


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def desk(room: Room, authority: Authority) -> AsyncIterator[Desk]:
    async with open_desk(room, authority) as opened:
        yield opened
