"""Whether a co-op still holds its domain: what each day's check means, as a pure function of what was known before.

Two clocks can end an admission: the grace after a proof has grown old, and the days for which a registry is about to
let a domain go. Both run only between checks that got through: nobody is revoked by an outage, the registry's, the
name servers' or our own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.producers.coop import CoopState, Reason
from services.producers.rdap import Verdict

PROOF_LIFE = timedelta(days=90)
GRACE = timedelta(days=14)
ENDING_LIFE = timedelta(days=30)
SOON = timedelta(days=14)
DAY = timedelta(days=1)
LONGEST_COUNTED = timedelta(hours=36)  # of the time between two checks; for the rest this house itself was away
LONGEST_STOPPED = timedelta(days=60)  # a zone that nobody can ever ask is no outage
FIRST_RETRY = timedelta(hours=1)  # an outage is everybody's: nobody is helped by asking about each domain at once
JITTER = 0.1
"""Of every wait: checks that began together drift apart."""


class Shown(StrEnum):
    """Whether a fresh challenge was published, where there was one to look for."""

    NOT_ASKED = "not_asked"
    NO = "no"
    YES = "yes"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Seen:
    """What one check found. `retry_after`: how long the registry wants to be left alone."""

    registry: Verdict
    shown: Shown = Shown.NOT_ASKED
    retry_after: timedelta | None = None

    @property
    def got_through(self) -> bool:
        return self.registry is not Verdict.UNKNOWN and self.shown is not Shown.UNREACHABLE


class Notice(StrEnum):
    """What is written to the co-op before its proof costs it anything; each once for a proof."""

    SOON = "proof_due_soon"
    DUE = "proof_due"
    HALF = "grace_half_over"
    LAST_DAY = "grace_last_day"


@dataclass(frozen=True)
class Stand:
    """Where the co-op has to stand from now on, as far as its domain goes."""

    state: CoopState
    reason: Reason


Action = Stand | Notice


@dataclass(frozen=True)
class Control:
    """All that is remembered from check to check. `proved_at` is None while the proof is revoked."""

    proved_at: datetime | None
    counted_at: datetime
    stand: Stand = Stand(CoopState.ADMITTED, Reason.MENDED)
    registry: Verdict = Verdict.PROCEED
    grace_used: timedelta = timedelta(0)
    ending_used: timedelta = timedelta(0)
    stopped: timedelta = timedelta(0)
    got_through: bool = True
    failures: int = 0
    notices: tuple[Notice, ...] = ()

    @property
    def proof_due_at(self) -> datetime | None:
        return None if self.proved_at is None else self.proved_at + PROOF_LIFE

    def is_in_grace(self, now: datetime) -> bool:
        return self.proof_due_at is not None and now >= self.proof_due_at


# The first that holds says where a co-op stands; where none does it is admitted.
Rule = Callable[[Control, datetime], bool]
RULES: Sequence[tuple[Rule, Stand]] = (
    (lambda known, _: known.registry is Verdict.MISSING, Stand(CoopState.LAPSED, Reason.DOMAIN_GONE)),
    (lambda known, _: known.ending_used >= ENDING_LIFE, Stand(CoopState.LAPSED, Reason.DOMAIN_GONE)),
    (lambda known, _: known.proved_at is None, Stand(CoopState.LAPSED, Reason.DOMAIN_CHANGED_HANDS)),
    (lambda known, _: known.registry is Verdict.MOVED, Stand(CoopState.LAPSED, Reason.DOMAIN_CHANGED_HANDS)),
    (lambda known, _: known.grace_used >= GRACE, Stand(CoopState.LAPSED, Reason.PROOF_EXPIRED)),
    (lambda known, _: known.registry is Verdict.HOLD, Stand(CoopState.SUSPENDED, Reason.DOMAIN_ON_HOLD)),
    (lambda known, _: known.registry is Verdict.ENDING, Stand(CoopState.SUSPENDED, Reason.DOMAIN_EXPIRING)),
)

# When each notice is due, in the order in which they come.
NOTICES: Mapping[Notice, Rule] = {
    Notice.SOON: lambda known, now: known.proof_due_at is not None and now >= known.proof_due_at - SOON,
    Notice.DUE: lambda known, now: known.is_in_grace(now),
    Notice.HALF: lambda known, _: known.grace_used >= GRACE / 2,
    Notice.LAST_DAY: lambda known, _: known.grace_used >= GRACE - DAY,
}


def step(known: Control, seen: Seen, now: datetime) -> tuple[Control, Sequence[Action]]:
    """What is known after a check, and what is to be done about it, if anything."""
    after = _heard(_counted(known, seen, now), seen, now)
    stand = _stand(after, known, now)
    due = [notice for notice, is_due in NOTICES.items() if is_due(after, now) and notice not in after.notices]
    after = replace(after, stand=stand, notices=(*after.notices, *due))
    return after, list(_actions(known, after, due))


def proved(known: Control, now: datetime) -> tuple[Control, Sequence[Action]]:
    """What a fresh proof changes at once, without waiting for the next check."""
    after = _proved(known, now)
    after = replace(after, stand=_stand(after, known, now))
    return after, list(_actions(known, after, []))


def wait(known: Control, seen: Seen, roll: float) -> timedelta:
    """How long until the next check: a day, or soon and then less and less often while nothing gets through.

    `roll`, between 0 and 1, spreads the load.
    """
    usual = DAY if seen.got_through else min(DAY, FIRST_RETRY * 2 ** min(known.failures - 1, 5))
    wished = max(usual, seen.retry_after or usual)
    # Never earlier than a registry wishes, and on the average as often as is usual.
    early = 0.0 if seen.retry_after else JITTER
    return wished * (1 - early + (early + JITTER) * roll)


def _counted(known: Control, seen: Seen, now: datetime) -> Control:
    """The clocks moved on, if they run."""
    passed = max(now - known.counted_at, timedelta(0))
    after = replace(
        known,
        counted_at=max(now, known.counted_at),
        got_through=seen.got_through,
        failures=0 if seen.got_through else known.failures + 1,
    )
    if not (seen.got_through and known.got_through) and known.stopped < LONGEST_STOPPED:
        return replace(after, stopped=known.stopped + passed)
    passed = min(passed, LONGEST_COUNTED)
    if known.registry is Verdict.ENDING:
        after = replace(after, ending_used=known.ending_used + passed)
    if known.proof_due_at is not None and now > known.proof_due_at:
        after = replace(after, grace_used=known.grace_used + min(passed, now - known.proof_due_at))
    return after


def _heard(known: Control, seen: Seen, now: datetime) -> Control:
    """What the registry and the name servers said, taken in; what did not get through changes nothing."""
    if seen.shown is Shown.YES:
        known = _proved(known, now)
    if seen.registry is Verdict.UNKNOWN:
        return known
    return replace(
        known,
        registry=seen.registry,
        proved_at=None if seen.registry is Verdict.MOVED else known.proved_at,
        ending_used=known.ending_used if seen.registry is Verdict.ENDING else timedelta(0),
        stopped=timedelta(0) if seen.got_through and not known.is_in_grace(now) else known.stopped,
    )


def _proved(known: Control, now: datetime) -> Control:
    return replace(known, proved_at=now, grace_used=timedelta(0), stopped=timedelta(0), notices=())


def _stand(after: Control, before: Control, now: datetime) -> Stand:
    for holds, stand in RULES:
        if holds(after, now):
            return stand
    if before.stand.state is CoopState.ADMITTED:
        return before.stand
    lost_proof = before.stand.reason in {Reason.DOMAIN_CHANGED_HANDS, Reason.PROOF_EXPIRED}
    return Stand(CoopState.ADMITTED, Reason.PROVED_AGAIN if lost_proof else Reason.MENDED)


def _actions(before: Control, after: Control, due: Sequence[Notice]) -> Iterator[Action]:
    if after.stand != before.stand:
        yield after.stand
    # Of several that fell due while nobody looked only the last is still true.
    if due and after.stand.state is not CoopState.LAPSED:
        yield due[-1]
