"""A house whose catalogue reserves without looking twice: no row lock, no guard, and a pause after the check.

Run as `python -m tests.journeys.careless …`. It is the negative control of the last unit: here it must be oversold.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from onebox.cli import main
from onebox.rooms import ROOMS
from services.catalog.stock.journal import WRITE_MOVES
from services.catalog.stock.shelf import LOOK, TAKE, OnShelf, Shelf
from services.catalog.worker import create_worker


class CarelessShelf(Shelf):
    """Nobody waits for anybody between looking and taking."""

    look_sql = LOOK
    take_sql = TAKE.format(guard="", write=WRITE_MOVES)

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        found = await super().look(session, variants)
        await asyncio.sleep(1)
        return found


if __name__ == "__main__":
    worker = partial(create_worker, shelf=CarelessShelf())
    careless = tuple(replace(room, create_worker=worker) if room.name == "catalog" else room for room in ROOMS)
    sys.exit(main(rooms=careless, launcher="tests.journeys.careless"))
