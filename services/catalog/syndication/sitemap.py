"""The map of the site for search engines: an index, and parts that are short enough for every reader of maps."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.database import Database
from services.catalog.syndication.xml import PROLOGUE, elements, w3c

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LONGEST_PART = 50_000  # No reader takes more.
PART = 45_000  # Leaves room for what is listed between reading the index and reading the part.
AT_ONCE = 2_000
FRESH = 600.0  # Seconds for which an index is given out again: to go through a million goods takes seconds.
PAGES = ("/", "/search", "/coops")

_LISTED = "FROM products p JOIN coops c USING (coop_id) WHERE p.state = 'listed' AND c.state = 'admitted'"
# As text an id sorts as it does by itself, and its least and greatest can be asked for.
_PART = f"""
    SELECT min(product_id::text) AS first, max(product_id::text) AS last, max(updated_at) AS changed
    FROM (SELECT p.product_id, p.updated_at {_LISTED} AND p.product_id > $1 ORDER BY p.product_id LIMIT $2) goods
    HAVING count(*) > 0
"""  # noqa: S608 - our own words
_GOODS = f"""
    SELECT p.product_id AS at, '/products/' || p.slug AS path, p.updated_at AS changed {_LISTED}
      AND p.product_id >= $1 ORDER BY p.product_id LIMIT $2
"""
_COOPS = "SELECT '/coops/' || slug AS path FROM coops WHERE state = 'admitted' ORDER BY slug LIMIT $1"


@dataclass
class Sitemap:
    """Names only what is public, under the marketplace's own address."""

    database: Database
    public_url: str
    part: int = PART
    clock: Callable[[], float] = time.monotonic
    _known: tuple[float, str] = field(default=(0.0, ""), init=False)

    async def index(self) -> AsyncIterator[str]:
        """Every part and when something in it last changed, as they are found; ten minutes old at most."""
        until, text = self._known
        if self.clock() < until:
            yield text
            return
        told: list[str] = []
        async for entry in self._index():
            told.append(entry)
            yield entry
        self._known = self.clock() + FRESH, "".join(told)

    async def _index(self) -> AsyncIterator[str]:
        """No statement looks at more than one part: the first is told before the second is looked for."""
        yield f"{PROLOGUE}<sitemapindex {NAMESPACE}>\n"
        yield f"<sitemap>{elements({'loc': self._url('/sitemaps/pages.xml')})}</sitemap>\n"
        after = UUID(int=0)
        while rows := await self.database.fetch(_PART, after, self.part):
            part = {"loc": self._url(f"/sitemaps/{rows[0]['first']}.xml"), "lastmod": w3c(rows[0]["changed"])}
            yield f"<sitemap>{elements(part)}</sitemap>\n"
            after = UUID(rows[0]["last"])
        yield "</sitemapindex>\n"

    async def pages(self) -> AsyncIterator[str]:
        """What everybody may look at that is no product."""
        yield self._begun()
        rows = await self.database.fetch(_COOPS, LONGEST_PART - len(PAGES))
        for path in (*PAGES, *(row["path"] for row in rows)):
            yield self._entry({"path": path})
        yield "</urlset>\n"

    async def goods(self, first: UUID) -> AsyncIterator[str]:
        """The part that begins with this product, or with the next one there is."""
        yield self._begun()
        left = LONGEST_PART
        while rows := await self.database.fetch(_GOODS, first, min(AT_ONCE, left)):
            yield "".join(self._entry(row) for row in rows)
            left -= len(rows)
            if not left or len(rows) < AT_ONCE:
                break
            first = UUID(int=rows[-1]["at"].int + 1)
        yield "</urlset>\n"

    def _begun(self) -> str:
        return f"{PROLOGUE}<urlset {NAMESPACE}>\n"

    def _entry(self, row: Mapping[str, Any]) -> str:
        changed = row.get("changed")
        return f"<url>{elements({'loc': self._url(row['path']), 'lastmod': w3c(changed) if changed else None})}</url>\n"

    def _url(self, path: str) -> str:
        return self.public_url.rstrip("/") + path
