"""A search server that is away, or slow, is waited for by nobody but whoever asked it."""

import asyncio
import socket
import threading

import pytest
from pydantic import ValidationError

from chassis.auth import Caller
from chassis.testing import MemoryBus, client_for, do_tasks, failures
from services.catalog.app import create_app
from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.engine import search_engine
from services.catalog.search.port import Question, SearchUnavailable
from services.catalog.search.server.engine import MeilisearchEngine
from services.catalog.settings import Settings
from services.catalog.worker import create_worker
from tests.catalog.conftest import Room
from tests.catalog.search.meilisearch_stand_in import meilisearch_stand_in
from tests.ports import free_port


def naming(url: str, settings: Settings) -> Settings:
    return settings.model_copy(update={"meili_url": url})


def nowhere(settings: Settings) -> Settings:
    return naming(f"http://127.0.0.1:{free_port()}", settings)


class Silent:
    """A server that takes one question, and hangs up when it is told to, or after a second."""

    def __init__(self) -> None:
        self.asked, self.enough = threading.Event(), threading.Event()
        self.was_told: bool | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._keep_silent, daemon=True).start()

    def _keep_silent(self) -> None:
        connection, _ = self._socket.accept()
        self.asked.set()
        self.was_told = self.enough.wait(1)
        connection.close()
        self._socket.close()


def test_the_engine_follows_from_whether_a_server_is_named(settings: Settings) -> None:
    assert isinstance(search_engine(settings), TantivyEngine)
    assert isinstance(search_engine(naming("http://search.example:7700", settings)), MeilisearchEngine)


@pytest.mark.parametrize(
    ("told", "missing"),
    [({"MEILI_URL": "search.example:7700"}, "MEILI_URL"), ({"MEILI_URL": "https://search.example"}, "MEILI_API_KEY")],
)
def test_a_server_that_cannot_be_meant_or_is_open_to_all_stops_the_start(
    settings: Settings, told: dict[str, str], missing: str
) -> None:
    real = settings.model_dump() | {"demo": False, "smtp_url": "smtp://mail.example"}

    with pytest.raises(ValidationError, match=f"(?i){missing}"):
        Settings.model_validate(real | {name.lower(): value for name, value in told.items()})


async def test_a_search_without_its_server_says_so_and_to_try_again(room: Room, settings: Settings) -> None:
    app = create_app(nowhere(settings), room.database)

    async with client_for(app, "catalog", Caller()) as nobody:
        answer = await nobody.get("/api/v1/search")

    assert (answer.status_code, answer.json()["code"]) == (503, "search_unavailable")
    assert "try again" in answer.json()["detail"]


async def test_what_could_not_be_written_is_written_later(room: Room, settings: Settings) -> None:
    await room.made(await room.coop(), "Loaf")
    away = create_worker(nowhere(settings), room.database, MemoryBus())
    await do_tasks(away)
    assert "SearchUnavailable" in (await failures(room.database))[0]

    with meilisearch_stand_in() as server:
        back = create_worker(naming(server.url, settings), room.database, MemoryBus())
        await room.database.fetch("UPDATE tasks SET run_at = now()")
        await do_tasks(back)
        assert server.titles("products") == {"Loaf"}
    assert await failures(room.database) == []


def test_a_server_that_refuses_is_as_good_as_none() -> None:
    """As one does to whom the key means nothing."""
    with meilisearch_stand_in() as server, pytest.raises(SearchUnavailable):
        MeilisearchEngine(f"{server.url}/elsewhere", None).search(Question("loaf"))


class Inline(MeilisearchEngine):
    """The guard taken away: it is asked on the loop that serves everybody."""

    waits = False


@pytest.mark.parametrize(("engine", "others_were_answered"), [(MeilisearchEngine, True), (Inline, False)])
async def test_while_one_waits_for_search_others_are_answered(
    room: Room, settings: Settings, engine: type[MeilisearchEngine], others_were_answered: bool
) -> None:
    """The second engine is the negative control."""
    server = Silent()
    app = create_app(settings, room.database, engine=engine(server.url, None))
    async with client_for(app, "catalog", Caller()) as nobody:
        searching = asyncio.create_task(nobody.get("/api/v1/search"))
        while not server.asked.is_set():
            await asyncio.sleep(0.01)
        assert (await nobody.get("/api/v1/categories")).status_code == 200
        server.enough.set()
        assert (await searching).status_code == 503

    assert server.was_told is others_were_answered
