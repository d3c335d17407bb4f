"""The room as most tests want it."""

import pytest

from chassis.testing import Databases
from tests.payments.room import Room


@pytest.fixture
async def room(databases: Databases) -> Room:
    return Room.of(await databases("services.payments"))
