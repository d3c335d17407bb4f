"""What operators see of the traffic: how much, how quick, how it ended; no address of a page holds anything private."""

import time

from prometheus_client import Counter, Histogram

from chassis.telemetry import log
from gateway.route_table import API, SAFE_METHODS, find_route

ANSWERS = Counter("toadlane_gateway_answers_total", "Answers given, by room and status", ["room", "status"])
SECONDS = Histogram(
    "toadlane_gateway_seconds",
    "Time from a request to the beginning of its answer",
    ["room"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class Stopwatch:
    """One request's entry in the books."""

    __slots__ = ("_begun", "_method", "_path")

    def __init__(self, method: str, path: str) -> None:
        self._begun = time.perf_counter()
        self._method = method
        self._path = path

    def answered(self, status: int) -> None:
        """Counts the answer; what changes something, and what broke, is written down with its trace."""
        took = time.perf_counter() - self._begun
        route = find_route(self._path)
        room = route.room if route is not None else "none"
        ANSWERS.labels(room, str(status)).inc()
        SECONDS.labels(room).observe(took)
        if self._method not in SAFE_METHODS or status >= 500:
            log.info("answered", method=self._method, place=_place(self._path), status=status, seconds=round(took, 4))


def _place(path: str) -> str:
    """The first segment only: those after it may be the token of an order or of a new password."""
    prefix = API if path.startswith(API) else "/"
    return prefix + path[len(prefix) :].partition("/")[0]
