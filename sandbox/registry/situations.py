"""What a demo name can be up to at its registry: in good order, until somebody says otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from sandbox.store import Clock, Store

REGISTERED = "2020-01-01T00:00:00Z"
EXPIRES = "2034-01-01T00:00:00Z"
EVERY_NAME = "*"
"""Under this name stands what is wrong with the registry itself, whatever it is asked about."""

SLOWEST = 60.0
MOST_STATUSES = 20


class BadSituation(Exception):
    """Not something a registry can be told here."""


@dataclass(frozen=True)
class Situation:
    """`status` of HTTP other than 200 is a fault; `seconds` are waited before anything is answered."""

    statuses: Sequence[str] = ("active",)
    events: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    retry_after: int | None = None
    seconds: float = 0.0


SITUATIONS: Mapping[str, tuple[str, Situation]] = {
    "in_order": ("In good order", Situation()),
    "locked": (
        "Locked against changes",
        Situation(("active", "client transfer prohibited", "server delete prohibited")),
    ),
    "on_hold": ("On hold, by the registry", Situation(("server hold",))),
    "on_client_hold": ("On hold, by the registrar", Situation(("client hold",))),
    "inactive": ("Without name servers", Situation(("inactive",))),
    "redemption": ("Expired, can still be redeemed", Situation(("redemption period", "pending delete"))),
    "moving": ("On its way to another registrar", Situation(("pending transfer",))),
    "moved": ("Moved to another registrar just now", Situation(events={"transfer": "now"})),
    "registered_anew": ("Registered anew just now", Situation(events={"registration": "now"})),
    "missing": ("Not registered", Situation(status=404)),
    "busy": ("The registry is busy (429)", Situation(status=429, retry_after=60)),
    "broken": ("The registry is broken (500)", Situation(status=500)),
    "slow": ("The registry takes 30 seconds", Situation(seconds=30.0)),
}


class Registrations:
    """Kept in the sandbox's memory, so that a name on hold is still on hold tomorrow."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def put(self, name: str, situation: Situation) -> None:
        now = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        events = {action: now if at == "now" else at for action, at in situation.events.items()}
        told = {**vars(situation), "events": events}
        sql = (
            "INSERT INTO registrations (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body"
        )
        self._store.write(sql, name, orjson.dumps(told))

    def forget(self, name: str) -> None:
        """The name is in good order again."""
        self._store.write("DELETE FROM registrations WHERE name = ?", name)

    def of(self, name: str) -> Situation:
        """A fault of the registry itself goes before whatever it knows of a name."""
        for one in (EVERY_NAME, name):
            row = self._store.row("SELECT body FROM registrations WHERE name = ?", one)
            if row is not None:
                return Situation(**orjson.loads(row[0]))
        return Situation()

    def all(self) -> dict[str, Situation]:
        rows = self._store.rows("SELECT name, body FROM registrations ORDER BY name")
        return {name: Situation(**orjson.loads(body)) for name, body in rows}


def told(body: bytes) -> Situation:
    """A situation by its name, or spelled out; raises BadSituation."""
    try:
        given = orjson.loads(body)
        if "situation" in given:
            return SITUATIONS[given["situation"]][1]
        return _spelled_out(given)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        known = ", ".join(SITUATIONS)
        raise BadSituation(
            f'The body must be {{"situation": …}} with one of {known}; or give statuses, events, status, retry_after '
            "and seconds."
        ) from error


def _spelled_out(given: Mapping[str, Any]) -> Situation:
    made = Situation(
        statuses=tuple(map(str, given.get("statuses", ["active"])))[:MOST_STATUSES],
        events={str(action): _moment(str(at)) for action, at in given.get("events", {}).items()},
        status=int(given.get("status", 200)),
        retry_after=None if given.get("retry_after") is None else int(given["retry_after"]),
        seconds=min(max(float(given.get("seconds", 0)), 0.0), SLOWEST),
    )
    if not 200 <= made.status <= 599 or set(given) - set(vars(made)):
        raise ValueError
    return made


def _moment(written: str) -> str:
    if written != "now":
        datetime.fromisoformat(written)  # raises ValueError where it is none
    return written
