"""What a registry says of a domain (RFC 9083), read tolerantly, and what follows from it: one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

MOST_STATUSES = 50
LONGEST_STATUS = 100


class Verdict(StrEnum):
    """What the registry's answer means for the holder of a name, from good to bad; UNKNOWN says nothing either way."""

    UNKNOWN = "unknown"
    PROCEED = "proceed"
    HOLD = "hold"
    ENDING = "ending"
    MOVED = "moved"
    MISSING = "missing"


SEVERITY = tuple(Verdict)

# The statuses that decide something; any other (a lock, a prohibition, a period of grace, one unheard of) stops nobody.
STATUSES: Mapping[str, Verdict] = {
    "server hold": Verdict.HOLD,
    "client hold": Verdict.HOLD,
    "inactive": Verdict.HOLD,
    "pending create": Verdict.HOLD,
    "pending delete": Verdict.ENDING,
    "redemption period": Verdict.ENDING,
    "pending restore": Verdict.ENDING,
    "pending transfer": Verdict.MOVED,
}

# Where one of these is younger than the proof, the proof may be a former holder's.
NEW_REGISTRATIONS = frozenset({"reregistration", "registration"})
CHANGES_OF_HANDS = NEW_REGISTRATIONS | {"transfer"}


@dataclass(frozen=True)
class Registration:
    """One answer about one domain, without a word about persons. `failure`: why it says nothing."""

    server: str
    found: bool = False
    statuses: tuple[str, ...] = ()
    events: Mapping[str, datetime] = field(default_factory=dict)
    failure: str | None = None
    retry_after: timedelta | None = None

    def verdict(self, proved_at: datetime | None) -> Verdict:
        """The worst that its statuses and events say to somebody who proved the domain at that time."""
        if self.failure is not None:
            return Verdict.UNKNOWN
        if not self.found:
            return Verdict.MISSING
        return max(self._verdicts(proved_at), key=SEVERITY.index)

    def _verdicts(self, proved_at: datetime | None) -> Iterator[Verdict]:
        yield Verdict.PROCEED
        for status in self.statuses:
            yield STATUSES.get(status, Verdict.PROCEED)
        for action, at in self.events.items():
            if proved_at is not None and action in CHANGES_OF_HANDS and at > proved_at:
                yield Verdict.MOVED


class Unreadable(Exception):
    """The answer is not about this domain, or not one that RFC 9083 knows."""


def read(domain: str, server: str, answer: Any) -> Registration:
    """Raises Unreadable rather than guess: what is not understood must neither admit nor revoke."""
    if not isinstance(answer, dict) or answer.get("objectClassName") != "domain":
        raise Unreadable("it is no answer about a domain")
    if str(answer.get("ldhName", domain)).lower().removesuffix(".") != domain:
        raise Unreadable("it is about another domain")
    statuses = _statuses(answer.get("status"))
    if not statuses:
        raise Unreadable("it tells no status")
    return Registration(server, found=True, statuses=statuses, events=dict(_events(answer.get("events"))))


def _statuses(told: Any) -> tuple[str, ...]:
    listed: Sequence[Any] = told if isinstance(told, list) else [told] if isinstance(told, str) else []
    # Some servers write EPP's names as they are: serverHold for "server hold".
    return tuple(
        _spaced(one)[:LONGEST_STATUS] for one in listed[:MOST_STATUSES] if isinstance(one, str) and one.strip()
    )


def _spaced(status: str) -> str:
    words = "".join(f" {letter}" if letter.isupper() and not status.isupper() else letter for letter in status)
    return " ".join(words.lower().split())


def _events(told: Any) -> Iterator[tuple[str, datetime]]:
    """The latest of each kind; one without a readable date is passed over."""
    latest: dict[str, datetime] = {}
    for event in told if isinstance(told, list) else []:
        if isinstance(event, dict) and (at := _moment(event.get("eventDate"))) is not None:
            action = str(event.get("eventAction", "")).strip().lower()[:LONGEST_STATUS]
            latest[action] = max(at, latest.get(action, at))
    yield from latest.items()


def _moment(written: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
