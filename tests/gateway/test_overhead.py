"""What the door itself costs an anonymous call of the API."""

import time

from starlette.types import Message, Receive, Scope, Send

from chassis.database import Database
from gateway.app import create_app
from gateway.carrier import InProcess
from tests.gateway.conftest import settings_for
from tests.gateway.rooms import echo_room

CALLS = 2000
MOST_SECONDS_PER_CALL = 0.0005


class Instant(InProcess):
    """A room that costs nothing, so that what is measured is the door."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


async def test_an_anonymous_call_costs_the_door_well_under_half_a_millisecond() -> None:
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    app = create_app(settings_for(nowhere), nowhere, {"catalog": Instant(echo_room())}, None)
    headers = [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*"), (b"user-agent", b"a test")]
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/products/1",
        "raw_path": b"/api/v1/products/1",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 5000),
    }

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_: Message) -> None:
        return

    await app(dict(scope), receive, send)
    begun = time.process_time()
    for _ in range(CALLS):
        await app(dict(scope), receive, send)

    assert (time.process_time() - begun) / CALLS < MOST_SECONDS_PER_CALL
