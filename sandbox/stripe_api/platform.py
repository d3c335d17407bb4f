"""The marketplace's own Stripe account: its objects, its clock, and the events that tell of every change."""

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import orjson

from sandbox.store import Clock, Store
from sandbox.stripe_api.errors import InvalidParameter, ResourceMissing

API_VERSION = "2026-10-28.endive"
Wire = dict[str, Any]
"""A Stripe object as it goes over the wire, which is also how it is kept."""

_ALPHABET = string.ascii_letters + string.digits
_LETTERS = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{secrets.token_bytes(length).translate(_LETTERS).decode()}"


@dataclass(frozen=True)
class Origin:
    """The API request a change comes from; both None when it came by itself, as settling does."""

    id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Platform:
    store: Store
    clock: Clock
    public_url: str
    house_origin: str
    late_seconds: float
    settle_seconds: float
    webhook_events: frozenset[str]
    instant_onboarding: bool
    wake: Callable[[], None]
    """Called when something became due; those woken run after the transaction, since nothing here awaits."""
    origin: Origin = Origin()

    def now(self) -> int:
        return int(self.clock())

    def add(self, body: Wire, *, parent: str | None = None) -> Wire:
        self.store.write(
            "INSERT INTO objects (id, kind, parent, body) VALUES (?, ?, ?, ?)",
            body["id"], body["object"], parent, orjson.dumps(body),
        )  # fmt: skip
        return body

    def save(self, body: Wire) -> Wire:
        self.store.write("UPDATE objects SET body = ? WHERE id = ?", orjson.dumps(body), body["id"])
        return body

    def find(self, kind: str, id: str, *, param: str = "id") -> Wire:
        row = self.store.row("SELECT body FROM objects WHERE id = ? AND kind = ?", id, kind)
        if row is None:
            raise ResourceMissing(kind, id[:80], param)
        return read(row[0])

    def any_object(self, id: str) -> Wire | None:
        row = self.store.row("SELECT body FROM objects WHERE id = ?", id)
        return read(row[0]) if row else None

    def children(self, kind: str, parent: str) -> list[Wire]:
        rows = self.store.rows("SELECT body FROM objects WHERE parent = ? AND kind = ? ORDER BY seq", parent, kind)
        return [read(body) for (body,) in rows]

    def emit(self, type: str, body: Wire, *, previous: Wire | None = None, account: str | None = None) -> None:
        """Record the event and queue it twice, in the same transaction as the change it tells of."""
        wanted = "*" in self.webhook_events or type in self.webhook_events
        event: Wire = {
            "id": new_id("evt"), "object": "event", "api_version": API_VERSION, "created": self.now(),
            "data": {"object": body} | ({"previous_attributes": previous} if previous else {}),
            "livemode": False, "pending_webhooks": int(wanted),
            "request": {"id": self.origin.id, "idempotency_key": self.origin.idempotency_key}, "type": type,
        }  # fmt: skip
        if account:
            event["account"] = account
        self.add(event)
        if wanted:
            rows = [(event["id"], due) for due in self._due_times(event["id"])]
            self.store.write_all("INSERT INTO deliveries (event, due) VALUES (?, ?)", rows)
            self.wake()

    def _due_times(self, event: str) -> tuple[float, float]:
        """One event in four comes late even the first time, so that events overtake each other as Stripe's do."""
        now, draw = self.clock(), crc32(event.encode())
        first = self.late_seconds if draw % 4 == 0 else 0.0
        return now + first, now + self.late_seconds * (1 + draw // 4 % 4) / 4

    def require_house(self, url: str | None, param: str) -> None:
        """The sandbox sends browsers back to the house and nowhere else."""
        if url is not None and not leads_to(url, self.house_origin):
            problem = f"Not a valid URL: {param} must begin with {self.house_origin}"
            raise InvalidParameter(problem, code="url_invalid", param=param)


def read(body: bytes) -> Wire:
    parsed: Wire = orjson.loads(body)
    return parsed


def leads_to(url: str, origin: str) -> bool:
    """Whether a browser that follows the URL ends up at exactly this origin, whatever tricks are in it."""
    printable = re.fullmatch(r"[\x21-\x7e]+", url) is not None and "\\" not in url
    return printable and (url == origin or url.startswith((f"{origin}/", f"{origin}?")))
