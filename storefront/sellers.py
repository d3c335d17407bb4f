"""Who sells what: every product page says so, and it hardly ever changes."""

import time
from collections.abc import Callable
from typing import Final

from storefront.api import Api, Problem
from storefront.wire.coops import Coop, Seller

FRESH: Final = 60.0  # Seconds for which the registry's word is good: a page would cost half as much again to ask.


class Sellers:
    """What the registry said of each co-op less than a minute ago; the same for whoever looks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Seller | None]] = {}

    async def of(self, api: Api, slug: str) -> Seller | None:
        """None where the registry cannot be asked just now: the goods can be looked at all the same."""
        until, seller = self._known.get(slug, (0.0, None))
        if self._clock() < until:
            return seller
        try:
            seller = (await api.get(Coop, "coops", slug)).seller
        except Problem:
            return None
        self._known[slug] = (self._clock() + FRESH, seller)
        return seller
