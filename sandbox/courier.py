"""Webhooks: signed as Stripe signs, tried again with back-off until they are taken, remembered across a kill."""

import asyncio
import hmac
import math
from contextlib import closing, suppress
from hashlib import sha256

from sandbox.post import NotDelivered, Poster
from sandbox.store import Clock, Store

AT_ONCE = 8
TIMEOUT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 15.0
"""Stripe waits for hours; a demo's house is back within seconds and must hear the news then."""

Delivery = tuple[int, int, bytes]


def signature(secret: str, timestamp: int, body: bytes) -> str:
    mac = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256)
    return f"t={timestamp},v1={mac.hexdigest()}"


def back_off(attempt: int) -> float:
    return float(min(0.5 * 2 ** min(attempt, 10), LONGEST_WAIT_SECONDS))


class Courier:
    def __init__(self, store: Store, clock: Clock, *, url: str, secret: str) -> None:
        self._store, self._clock, self._url, self._secret = store, clock, url, secret
        self._under_way: set[int] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    @property
    def held(self) -> bool:
        return self._store.row("SELECT 1 FROM faults WHERE name = 'webhooks' AND value = 'hold'") is not None

    def hold(self, *, held: bool) -> None:
        """Remembered across a restart, as everything here."""
        value = "hold" if held else "deliver"
        self._store.write("INSERT OR REPLACE INTO faults (name, value) VALUES ('webhooks', ?)", value)
        self.wake()

    def waiting(self) -> int:
        """How many deliveries have not been taken yet, late ones included."""
        row = self._store.row("SELECT count(*) FROM deliveries")
        return int(row[0]) if row else 0

    async def run(self) -> None:
        with closing(Poster(self._url, timeout=TIMEOUT_SECONDS)) as poster:
            await self._deliver_for_ever(poster)

    async def _deliver_for_ever(self, poster: Poster) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                self._woken.clear()
                for delivery in self._due():
                    self._under_way.add(delivery[0])
                    group.create_task(self._deliver(poster, delivery))
                await self._sleep()

    def _due(self) -> list[Delivery]:
        if self.held or len(self._under_way) >= AT_ONCE:
            return []
        rows = self._store.rows(
            "SELECT d.id, d.attempt, o.body FROM deliveries d JOIN objects o ON o.id = d.event "
            "WHERE d.due <= ? ORDER BY d.due, d.id LIMIT ?",
            self._clock(), 2 * AT_ONCE,
        )  # fmt: skip
        free = [(id, attempt, body) for id, attempt, body in rows if id not in self._under_way]
        return free[: AT_ONCE - len(self._under_way)]

    async def _sleep(self) -> None:
        row = None
        if not self.held and len(self._under_way) < AT_ONCE:
            # Those under way wake us when they end; they are at most AT_ONCE of the earliest.
            rows = self._store.rows("SELECT id, due FROM deliveries ORDER BY due, id LIMIT ?", AT_ONCE + 1)
            row = next((due for id, due in rows if id not in self._under_way), None)
        pause = math.inf if row is None else max(0.0, row - self._clock())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), None if pause == math.inf else pause)

    async def _deliver(self, poster: Poster, delivery: Delivery) -> None:
        id, attempt, body = delivery
        try:
            if await self._taken(poster, body):
                self._store.write("DELETE FROM deliveries WHERE id = ?", id)
            else:
                due = self._clock() + back_off(attempt)
                self._store.write("UPDATE deliveries SET attempt = attempt + 1, due = ? WHERE id = ?", due, id)
        finally:
            self._under_way.discard(id)
            self.wake()

    async def _taken(self, poster: Poster, body: bytes) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (+sandbox)",
            "Stripe-Signature": signature(self._secret, int(self._clock()), body),
        }  # fmt: skip
        try:
            return await poster.post(body, headers) // 100 == 2
        except NotDelivered:
            return False
