"""What the door itself costs an anonymous call of the API."""

import json
import time

from starlette.types import Message, Receive, Scope, Send

from chassis.database import Database
from gateway.app import create_app
from gateway.carrier import InProcess
from tests.gateway.conftest import settings_for
from tests.gateway.rooms import echo_room

CALLS, ROUNDS = 500, 8
MOST = 20  # Times what the yardstick takes. It was three when this was written.


class Instant(InProcess):
    """A room that costs nothing, so that what is measured is the door."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


def yardstick() -> None:
    """A little work of the same kind, to measure by: how fast the machine is, and how busy, is not the door's doing."""
    headers = {f"x-header-{number}": str(number).encode() for number in range(20)}
    json.loads(json.dumps({name: value.decode() for name, value in headers.items()}))


async def test_an_anonymous_call_costs_the_door_little() -> None:
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
    calls, yardsticks = [], []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(CALLS):
            await app(dict(scope), receive, send)
        called = time.process_time()
        for _ in range(CALLS):
            yardstick()
        calls.append(called - begun)
        yardsticks.append(time.process_time() - called)

    print(f"{min(calls) / CALLS * 1e6:.0f} µs, yardstick {min(yardsticks) / CALLS * 1e6:.1f} µs")
    assert min(calls) < MOST * min(yardsticks)
