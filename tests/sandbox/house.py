"""The house as the sandbox knows it: an address that takes webhooks, or for a while does not."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import orjson
import stripe

from tests.sandbox.box import WEBHOOK_SECRET


@dataclass(frozen=True)
class Heard:
    """One delivery: when it came, and the event that its verified body holds."""

    at: float
    body: bytes
    signature: str

    @property
    def event(self) -> stripe.Event:
        event: stripe.Event = stripe.Webhook.construct_event(self.body, self.signature, WEBHOOK_SECRET)
        return event

    @property
    def type(self) -> str:
        kind: str = orjson.loads(self.body)["type"]
        return kind

    @property
    def subject(self) -> str:
        id: str = orjson.loads(self.body)["data"]["object"]["id"]
        return id

    @property
    def id(self) -> str:
        id: str = orjson.loads(self.body)["id"]
        return id


class House:
    def __init__(self, port: int = 0) -> None:
        self.heard: list[Heard] = []
        self.refused: list[Heard] = []
        self.refusing = 0
        """How many of the next deliveries are answered with 500."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def webhook_url(self) -> str:
        return f"{self.origin}/api/v1/webhooks/stripe"

    def forget(self) -> None:
        self.heard.clear()
        self.refused.clear()
        self.refusing = 0

    def about(self, subject: str, type: str | None = None) -> list[Heard]:
        return [heard for heard in list(self.heard) if heard.subject == subject and type in {None, heard.type}]

    def wait_for(self, subject: str, type: str, *, copies: int = 2, seconds: float = 90.0) -> list[Heard]:
        self.until(lambda: len(self.about(subject, type)) >= copies, seconds)
        return self.about(subject, type)

    def until(self, done: Callable[[], bool], seconds: float = 90.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"waited in vain; heard {[(h.type, h.subject) for h in self.heard]}"
            time.sleep(0.01)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        house = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard = Heard(time.time(), body, self.headers["Stripe-Signature"])
                refused = house.refusing > 0
                house.refusing -= refused
                (house.refused if refused else house.heard).append(heard)
                self.send_response(500 if refused else 200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
