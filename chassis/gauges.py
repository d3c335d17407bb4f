"""What operators watch of a room: how far behind it is, what is parked, and the room's own numbers."""

from collections.abc import Mapping, Sequence

from prometheus_client import Gauge
from sqlalchemy import text

from chassis.bus import Bus
from chassis.database import Database
from chassis.telemetry import GaugeQuery

HOUSEKEEPING = 5.0

UNSENT = Gauge("toadlane_outbox_unsent", "Facts written and not yet shipped", ["room"])
PARKED = Gauge("toadlane_events_parked", "Events put aside after failing, and those waiting behind them", ["room"])
TASKS = Gauge("toadlane_tasks", "Tasks by kind and state", ["room", "kind", "state"])
LAG = Gauge("toadlane_event_lag", "Events published and not yet handled", ["room", "topic"])

_PLUMBING = text("SELECT (SELECT count(*) FROM outbox) AS unsent, (SELECT count(*) FROM parked) AS parked")
_TASKS = text("""
    SELECT kind, count(*) AS number,
           CASE WHEN parked_at IS NOT NULL THEN 'parked' WHEN attempts > 0 THEN 'retrying' ELSE 'due' END AS state
    FROM tasks GROUP BY kind, state
""")
_known: dict[str, Gauge] = {}


class Gauges:
    """Reads the numbers every few seconds, so that a scrape costs no query."""

    def __init__(
        self, room: str, database: Database, bus: Bus, groups: Mapping[str, str], queries: Sequence[GaugeQuery]
    ) -> None:
        self._room, self._database, self._bus, self._groups = room, database, bus, groups
        self._told: set[tuple[str, str]] = set()
        self._queries = [(query, _gauge(query)) for query in queries]

    async def refresh(self) -> None:
        """Brings every gauge up to date."""
        await self._plumbing()
        for topic, group in self._groups.items():
            LAG.labels(self._room, topic).set(await self._bus.lag(group, topic))
        async with self._database.reading() as session:
            for query, gauge in self._queries:
                rows = (await session.execute(text(query.sql))).all()
                gauge.clear()
                for *labels, value in rows:
                    (gauge.labels(*labels) if labels else gauge).set(value)

    async def _plumbing(self) -> None:
        async with self._database.reading() as session:
            row = (await session.execute(_PLUMBING)).one()
            tasks = (await session.execute(_TASKS)).all()
        UNSENT.labels(self._room).set(row.unsent)
        PARKED.labels(self._room).set(row.parked)
        told = {(task.kind, task.state): task.number for task in tasks}
        for kind, state in self._told | told.keys():
            TASKS.labels(self._room, kind, state).set(told.get((kind, state), 0))
        self._told |= told.keys()


def _gauge(query: GaugeQuery) -> Gauge:
    # Prometheus refuses a second gauge of one name; a process may hold two workers of a room, as tests do.
    if query.name not in _known:
        _known[query.name] = Gauge(query.name, query.help, query.labels)
    return _known[query.name]
