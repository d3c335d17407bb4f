"""Real servers on loopback sockets, for what only shows over a wire."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from tests.ports import free_port


@asynccontextmanager
async def served(app: ASGIApp, *, lifespan: Literal["on", "off"] = "on", port: int = 0) -> AsyncIterator[str]:
    """The app's address while it is served."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_level="critical", lifespan=lifespan, timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            assert not running.done(), "the server did not start"
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await running


def unused_address() -> str:
    """An address at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"
