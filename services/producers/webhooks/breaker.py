"""The circuit breaker of an endpoint: one that fails again and again is left alone, then asked once, then given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS_AFTER = 5
"""Failures in a row, of whichever deliveries."""

# How long nothing is sent after the circuit has opened, and after each probe that failed; the last one stays.
RESTS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))

GIVEN_UP_AFTER = timedelta(days=5)


@dataclass(frozen=True)
class Health:
    """How an endpoint fares. While it rests nothing is sent to it; what is due after that is the probe."""

    failures: int = 0
    failing_since: datetime | None = None
    rests_until: datetime | None = None

    def failed(self, now: datetime) -> "Health":
        failures = self.failures + 1
        beyond = failures - OPENS_AFTER
        rests_until = now + RESTS[min(beyond, len(RESTS) - 1)] if beyond >= 0 else None
        return Health(failures, self.failing_since or now, rests_until)

    def is_hopeless(self, now: datetime) -> bool:
        """Whether it has done nothing but fail for days."""
        return (
            self.failures >= OPENS_AFTER
            and self.failing_since is not None
            and now - self.failing_since >= GIVEN_UP_AFTER
        )


HEALTHY = Health()
