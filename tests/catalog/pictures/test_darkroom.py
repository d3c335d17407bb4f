"""A hostile picture harms the process that reads it, and nobody else."""

import asyncio
import subprocess
import sys

import pytest

from services.catalog.pictures import renditions
from services.catalog.pictures.darkroom import Darkroom, DarkroomBusy, PictureRefused
from services.catalog.pictures.renditions import Rendered
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


async def test_a_picture_is_made_in_a_process_of_its_own() -> None:
    rendered = await Darkroom().develop(photos.photo(400, 300))

    assert (rendered.width, rendered.height) == (400, 300)
    assert list(rendered.files)[:2] == ["320.avif", "320.webp"]
    assert rendered.files["400.jpg"].startswith(b"\xff\xd8\xff")


async def test_its_reason_comes_back() -> None:
    with pytest.raises(PictureRefused) as refused:
        await Darkroom().develop(b"<svg/>")

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
        await Darkroom(command=instead(CARELESS + TIGHT + "r.main()")).develop(photos.png(6_500, 6_500, rows=1))

    assert "memory" in refused.value.detail


async def test_what_waits_too_long_is_ended_and_may_be_tried_again() -> None:
    with pytest.raises(DarkroomBusy):
        await Darkroom(command=instead(STUBBORN), longest=0.2).develop(photos.photo())


async def test_what_computes_without_end_is_ended_and_refused() -> None:
    endless = f"import {MODULE} as r; r.SECONDS = 1; r.render = lambda _: [None for _ in iter(int, 1)]; r.main()"

    with pytest.raises(PictureRefused):
        await Darkroom(command=instead(endless)).develop(photos.photo())


def test_the_process_loads_nothing_of_the_house() -> None:
    house = "{'chassis', 'fastapi', 'pydantic', 'sqlalchemy'}"
    source = f"import {MODULE}, sys; print({house} & {{name.partition('.')[0] for name in sys.modules}})"

    assert subprocess.run(instead(source), capture_output=True, check=True).stdout.strip() == b"set()"


async def crowded(most_inside: int) -> list[BaseException | Rendered]:
    """What became of three pictures that came at once, of which none is ever ready."""
    darkroom = Darkroom(command=instead(STUBBORN), longest=0.2, most_inside=most_inside)
    return await asyncio.gather(*(darkroom.develop(photos.photo()) for _ in range(3)), return_exceptions=True)


async def test_who_comes_beyond_the_queue_is_sent_away_at_once() -> None:
    """So that no crowd of uploads fills the memory; with room for three nobody is."""
    sent_away = [[bool(one.headers) for one in await crowded(most) if isinstance(one, DarkroomBusy)] for most in (2, 3)]

    assert sent_away == [[False, False, True], [False, False, False]]
