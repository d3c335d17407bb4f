"""A token bucket per key, in memory: how often somebody may come, and when they may come again."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import BeforeValidator

_PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds, all of them at once if somebody likes."""

    count: int
    seconds: int

    @classmethod
    def parse(cls, text: "str | Limit") -> Self | "Limit":
        if isinstance(text, Limit):
            return text
        count, _, period = text.partition("/")
        if not count.isdigit() or int(count) < 1 or period not in _PERIODS:
            raise ValueError('a limit reads like "600/minute": a number, a slash, and second, minute, hour or day')
        return cls(int(count), _PERIODS[period])


LimitSetting = Annotated[Limit, BeforeValidator(Limit.parse)]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`retry_after` is in whole seconds and 0 where the request may pass; `reset` is when the bucket is full again."""

    limit: Limit
    remaining: int
    reset: int
    retry_after: int

    @property
    def passes(self) -> bool:
        return self.retry_after == 0

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("RateLimit-Limit", str(self.limit.count)),
            ("RateLimit-Remaining", str(self.remaining)),
            ("RateLimit-Reset", str(self.reset)),
            ("RateLimit-Policy", f"{self.limit.count};w={self.limit.seconds}"),
        ]


class Buckets:
    """One limit over many keys, each process counting for itself. The keys longest unseen are forgotten first."""

    def __init__(self, limit: Limit, clock: Callable[[], datetime], *, keys: int = 50_000) -> None:
        self._limit = limit
        self._rate = limit.count / limit.seconds
        self._clock = clock
        self._keys = keys
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> Verdict:
        """Takes one token; what is refused costs nothing, so that who waits as told gets in."""
        now = self._clock().timestamp()
        level, seen = self._levels.get(key, (float(self._limit.count), now))
        level = min(float(self._limit.count), level + max(0.0, now - seen) * self._rate)
        passes = level >= 1.0
        level -= passes
        self._levels[key] = (level, now)
        self._levels.move_to_end(key)
        if len(self._levels) > self._keys:
            self._levels.popitem(last=False)
        return Verdict(
            self._limit,
            remaining=int(level),
            reset=math.ceil((self._limit.count - level) / self._rate),
            retry_after=0 if passes else max(1, math.ceil((1.0 - level) / self._rate)),
        )
