"""A world of co-ops on a simulated clock: what happens to their domains, and what a daily check makes of it."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from services.producers.control import Action, Control, Notice, Seen, Shown, Stand, step, wait
from services.producers.rdap import Verdict

DAWN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

Look = Callable[[datetime], Seen]


@dataclass
class Life:
    """One co-op: what a check would see on a day, and what the house has done about it."""

    look: Look
    known: Control
    done: list[tuple[datetime, Action]] = field(default_factory=list)

    @property
    def stands(self) -> list[Stand]:
        return [action for _, action in self.done if isinstance(action, Stand)]

    @property
    def notices(self) -> list[Notice]:
        return [action for _, action in self.done if isinstance(action, Notice)]

    def on(self, action: Action) -> list[float]:
        """The days on which something was done."""
        return [(at - DAWN) / DAY for at, one in self.done if one == action]


def admitted(look: Look, at: datetime = DAWN) -> Life:
    return Life(look, Control(proved_at=at, counted_at=at))


@dataclass
class World:
    """Runs every life's checks in the order of their due times, as the scheduler does."""

    dice: random.Random
    checks: Counter[int] = field(default_factory=Counter)
    """How many checks fell into each hour since dawn."""

    def run(self, lives: list[Life], until: datetime) -> None:
        order = count()
        due = [(DAWN + DAY * self.dice.random(), next(order), life) for life in lives]
        heapq.heapify(due)
        while due[0][0] < until:
            now, _, life = due[0]
            seen = life.look(now)
            life.known, actions = step(life.known, seen, now)
            life.done += [(now, action) for action in actions]
            self.checks[int((now - DAWN) / timedelta(hours=1))] += 1
            heapq.heapreplace(due, (now + wait(life.known, seen, self.dice.random()), next(order), life))


def day(now: datetime) -> float:
    return (now - DAWN) / DAY


def diligent(now: datetime) -> Seen:
    """Proves itself anew some days after it was asked to, or as soon as it can."""
    asked = day(now) > 80 and (day(now) + 10) % 90 < 23
    return Seen(Verdict.PROCEED, Shown.YES if asked else Shown.NOT_ASKED)


def idle(now: datetime) -> Seen:
    return Seen(Verdict.PROCEED, Shown.NO if day(now) > 90 else Shown.NOT_ASKED)
