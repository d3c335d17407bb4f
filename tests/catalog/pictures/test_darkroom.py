"""A hostile picture harms the process that reads it, and nobody else."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from uuid import UUID, uuid4

import pytest

from services.catalog.pictures import renditions
from services.catalog.pictures.darkroom import MOST_WAITING, Darkroom, DarkroomBusy, PictureRefused, TooManyPictures
from services.catalog.pictures.renditions import Rendered
from services.catalog.pictures.turns import Turns
from tests.catalog.pictures import photos

MODULE = renditions.__name__
# The same process with one guard taken away.
CARELESS = f"import {MODULE} as r; r._require_sizes = lambda *size: None; r._files = lambda base: (); "
STUBBORN = "import time; time.sleep(600)"
TIGHT = "r.MEMORY = 150_000_000; "
# What a process took at most since it began, told by itself when it is over.
MEASURED = "{}; import re, sys; sys.stderr.write(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"


def instead(source: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-c", source)


async def developed(darkroom: Darkroom, original: bytes, *, turn_of: UUID | None = None) -> Rendered:
    with SpooledTemporaryFile(max_size=1_000_000) as file:
        file.write(original)
        return await darkroom.develop(file, turn_of=turn_of or uuid4())


async def test_a_picture_is_made_in_a_process_of_its_own() -> None:
    rendered = await developed(Darkroom(), photos.photo(400, 300))

    assert (rendered.width, rendered.height) == (400, 300)
    assert list(rendered.files)[:2] == ["320.avif", "320.webp"]
    assert rendered.files["400.jpg"].startswith(b"\xff\xd8\xff")


async def test_its_reason_comes_back() -> None:
    with pytest.raises(PictureRefused) as refused:
        await developed(Darkroom(), b"<svg/>")

    assert "SVG" in refused.value.detail


async def peak_megabytes(source: str, content: bytes) -> int:
    process = await asyncio.create_subprocess_exec(
        *instead(MEASURED.format(source)), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, told = await process.communicate(content)
    assert process.returncode == 0
    return int(told) // 1024


async def test_a_bomb_takes_no_memory_and_would_without_the_guard() -> None:
    bomb = photos.png(6_500, 6_500)
    assert len(bomb) < 1_000_000

    assert await peak_megabytes(f"import {MODULE} as r; r.main()", bomb) < 100
    assert await peak_megabytes(CARELESS + "r.main()", bomb) > 150


async def test_what_gets_past_the_guard_ends_at_the_limit_of_memory() -> None:
    with pytest.raises(PictureRefused) as refused:
        await developed(Darkroom(command=instead(CARELESS + TIGHT + "r.main()")), photos.png(6_500, 6_500, rows=1))

    assert "memory" in refused.value.detail


async def test_what_waits_too_long_is_ended_and_may_be_tried_again() -> None:
    with pytest.raises(DarkroomBusy):
        await developed(Darkroom(command=instead(STUBBORN), longest=0.2), photos.photo())


async def test_what_computes_without_end_is_ended_and_refused() -> None:
    endless = f"import {MODULE} as r; r.SECONDS = 1; r.render = lambda _: [None for _ in iter(int, 1)]; r.main()"

    with pytest.raises(PictureRefused):
        await developed(Darkroom(command=instead(endless)), photos.photo())


def test_the_process_loads_nothing_of_the_house() -> None:
    house = "{'chassis', 'fastapi', 'pydantic', 'sqlalchemy'}"
    source = f"import {MODULE}, sys; print({house} & {{name.partition('.')[0] for name in sys.modules}})"

    assert subprocess.run(instead(source), capture_output=True, check=True).stdout.strip() == b"set()"


# Reads what it is given, and says that it has made a picture of it.
ECHO = ("sh", "-c", """cat > /dev/null; echo '{"width": 1, "height": 1, "files": []}'""")


@pytest.mark.parametrize("alike", [False, True])
async def test_nobody_waits_for_what_another_has_in_the_queue(alike: bool) -> None:
    """Were they of the same co-op, the last one would be made last."""
    darkroom, made = Darkroom(places=1, command=ECHO), list[str]()
    greedy = uuid4()
    modest = greedy if alike else uuid4()

    async def bring(who: UUID, name: str) -> None:
        await developed(darkroom, b"", turn_of=who)
        made.append(name)

    await asyncio.gather(*(bring(greedy, f"greedy {nth}") for nth in range(5)), bring(modest, "modest"))

    assert made.index("modest") == (5 if alike else 2)


async def waiting(darkroom: Darkroom, who: UUID, many: int) -> list[str]:
    """What became of so many that came at once."""
    made = (developed(darkroom, b"", turn_of=who) for _ in range(many))
    return [type(one).__name__ for one in await asyncio.gather(*made, return_exceptions=True)]


async def test_who_brings_too_many_at_once_is_told_and_nobody_else() -> None:
    darkroom = Darkroom(command=ECHO)

    greedy, modest = await asyncio.gather(
        waiting(darkroom, uuid4(), MOST_WAITING + 3), waiting(darkroom, uuid4(), MOST_WAITING)
    )

    assert greedy.count(TooManyPictures.__name__) == 2  # One was in the room at once, and waits no more.
    assert set(modest) == {Rendered.__name__}


async def test_who_waits_too_long_for_the_turn_is_told_when_to_come_again() -> None:
    darkroom = Darkroom(places=1, command=instead(STUBBORN), longest=0.4, longest_wait=0.1)

    answers = await asyncio.gather(*(developed(darkroom, b"") for _ in range(2)), return_exceptions=True)

    assert [bool(one.headers) for one in answers if isinstance(one, DarkroomBusy)] == [False, True]


@asynccontextmanager
async def held(turns: Turns, who: UUID) -> AsyncIterator[None]:
    """Soon, or not at all."""
    async with turns.of(who, within=0.05):
        yield


async def test_who_takes_long_has_one_place_and_leaves_the_other_to_others() -> None:
    turns, slow, other = Turns(2), uuid4(), uuid4()

    async with held(turns, slow):
        with pytest.raises(TimeoutError):
            async with held(turns, slow):
                pass
        async with held(turns, other):
            pass
    async with held(turns, slow):
        pass


async def test_who_goes_away_gives_its_turn_to_the_next() -> None:
    turns, first, second = Turns(1), uuid4(), uuid4()

    async def turn(who: UUID) -> None:
        async with turns.of(who, within=5.0):
            pass

    async with held(turns, uuid4()):
        gone, last = asyncio.create_task(turn(first)), asyncio.create_task(turn(second))
        await asyncio.sleep(0)
        gone.cancel()
    await last

    assert gone.cancelled()
    async with held(turns, first):
        pass


async def test_who_went_away_counts_no_more_among_those_who_wait() -> None:
    turns, who = Turns(2), uuid4()

    async with held(turns, who):
        with pytest.raises(TimeoutError):
            async with held(turns, who):
                pass

        assert turns.waiting(who) == 0
