"""For whoever connects a co-op's own system: what it says to us, as commands to try.

A test carries out every example against the catalogue, so that the page says nothing that is not so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from storefront.visit import Visit

COOP: Final = "{coop}"
"""Stands in a path or a body for the id of the co-op."""

LOAF: Final = {
    "title": "Rye loaf",
    "description": "<p>Baked today.</p>",
    "category": "bread-and-baking",
    "tags": ["organic"],
    "variants": [
        {"options": {"Weight": "1 kg"}, "sku": "RYE-1", "price": {"amount": 450, "currency": "EUR"}, "stock": 20},
        {"options": {"Weight": "2 kg"}, "sku": "RYE-2", "price": {"amount": 850, "currency": "EUR"}, "stock": 8},
    ],
}
LINES: Final = (
    '{"external_id": "rye-loaf", "title": "Rye loaf", "category": "bread-and-baking", '
    '"variants": [{"price": {"amount": 460, "currency": "EUR"}, "stock": 20}]}\n'
    '{"external_id": "spelt-loaf", "title": "Spelt loaf", "category": "bread-and-baking", "state": "draft", '
    '"variants": [{"price": {"amount": 480, "currency": "EUR"}, "stock": 12}]}\n'
)
LEVELS: Final = {
    "coop_id": COOP,
    "items": [
        {"product": "rye-loaf", "count": 18, "version": "*"},
        {"product": "spelt-loaf", "change": -1, "price": {"amount": 490, "currency": "EUR"}},
    ],
}
FILE: Final = "id,title,price,stock\nrye-loaf,Rye loaf,4.60,20\n"
FEED: Final = {"url": "https://shop.example.coop/products.csv", "every": "day", "policy": "skip"}


@dataclass(frozen=True)
class Example:
    """One request. `file` is what the body lies in, where it is more than fits on a line; `public` needs no key."""

    key: str
    title: str
    says: str
    method: str
    path: str
    body: str = ""
    file: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    public: bool = False

    def content(self, coop: str) -> str:
        return self.body.replace(COOP, coop)

    def command(self, site: str, coop: str) -> str:
        """As a shell takes it."""
        parts = ["curl" if self.method == "GET" else f"curl -X {self.method}"]
        if not self.public:
            parts.append('-H "Authorization: Bearer $TOAD_KEY"')
        parts += [f'-H "{name}: {value}"' for name, value in self.headers.items()]
        if self.body:
            parts.append(f"--data-binary @{self.file}")
        parts.append(f"'{site}/api/v1{self.path.replace(COOP, coop)}'")
        return " \\\n  ".join(parts)


JSON: Final = {"Content-Type": "application/json"}
PRODUCTS: Final = f"/assortments/{COOP}/products"

EXAMPLES: Final = (
    Example(
        "put",
        "Put one product",
        "By your own id of it, whole: made the first time (201), changed after that (200), left alone where nothing "
        "differs. A variant that is left out is gone; one without “stock” keeps its count. “stock” is a count of the "
        "shelf: what open orders were promised stays deducted. With “parts” a variant is a bundle, "
        "its parts by your id of the product and, of several choices, the choice: {“name”: “shirt: Large”, “quantity”: "
        "2}. Slashes and spaces in your ids are percent-encoded.",
        "PUT",
        f"{PRODUCTS}/rye-loaf",
        json.dumps(LOAF, indent=2),
        "loaf.json",
        JSON,
    ),
    Example(
        "get",
        "Look at it",
        "Send its ETag as If-Match with a change, and nothing newer than what you saw is changed: the answer is 412.",
        "GET",
        f"{PRODUCTS}/rye-loaf",
    ),
    Example(
        "bulk",
        "Put a thousand",
        "JSON Lines, up to 1,000 and 10 MB; for more, upload a file. Each line is answered by one line, in order: its "
        "number, your id, the status it would have had alone, and what became of it or the problem. A bad line loses "
        "nothing of the others. With an Idempotency-Key the same request is carried out once; where the answer breaks "
        "off, send it again with the same key.",
        "POST",
        f"{PRODUCTS}/bulk",
        LINES,
        "loaves.jsonl",
        {"Content-Type": "application/x-ndjson", "Idempotency-Key": "2026-11-26-evening"},
    ),
    Example(
        "levels",
        "Tell stock and prices",
        "For a till, with a key that has stock:write: up to 1,000 items, each answered by itself. A “count” is what "
        "stands on the shelf and names the version of the level that was seen, or “*” for whichever: after a sale in "
        "between a stale one is refused with 409 and the level as it is. A “change” is what came or went.",
        "POST",
        "/stock",
        json.dumps(LEVELS, indent=2),
        "levels.json",
        {**JSON, "Idempotency-Key": "till-1-0815"},
    ),
    Example(
        "list",
        "List what you have",
        "Drafts and archived products too; next_cursor leads to the next page until it is null.",
        "GET",
        f"{PRODUCTS}?state=listed&limit=100",
    ),
    Example(
        "archive",
        "Take it off sale",
        "It is kept for the orders that have it. Put again without a state it stays archived.",
        "DELETE",
        f"{PRODUCTS}/rye-loaf",
    ),
    Example("restore", "List it again", "As it was.", "POST", f"{PRODUCTS}/rye-loaf/restore"),
    Example(
        "changes",
        "What changed since",
        "Each product once, as it is now. Keep next_cursor, and ask again with ?cursor=…: nothing is missed, however "
        "late it was committed. Without a cursor you get all there is. Running out of stock and coming back is a "
        "change; a sale that leaves some over is none.",
        "GET",
        f"/assortments/{COOP}/changes",
    ),
    Example(
        "all-changes",
        "What changed everywhere",
        "For search engines and comparison pages: everything for sale, of all co-ops, and what is withdrawn.",
        "GET",
        "/changes?limit=500",
        public=True,
    ),
    Example(
        "upload",
        "Upload a file",
        "Any format we know, of any length up to 25 MB. The answer says where its report is; policy and dry_run are "
        "yours to choose.",
        "POST",
        f"/imports?coop_id={COOP}&filename=products.csv&policy=skip",
        FILE,
        "products.csv",
        {"Content-Type": "text/csv"},
    ),
    Example(
        "feed",
        "Let us fetch it",
        "Once a day or every hour, from an https address; only what is new is taken.",
        "PUT",
        f"/assortments/{COOP}/feed",
        json.dumps(FEED, indent=2),
        "feed.json",
        JSON,
    ),
)


async def guide(visit: Visit) -> Response:
    return visit.render("developers.html", examples=EXAMPLES, site=visit.settings.public_url)
