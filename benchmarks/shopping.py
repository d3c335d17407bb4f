"""What the measured visitors do, each call as a page or an app of ours would make it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import orjson
from pydantic import BaseModel

from benchmarks.client import Answer, Connection, Unexpected

ADDRESS = {"line1": "Mühlengasse 4", "line2": "", "city": "Kassel", "postcode": "34117", "country": "DE"}
PATIENCE = 60.0
# Before payments is asked again, which has not heard of the order yet: our page takes a second, an impatient app this.
LOOK_AGAIN = 0.25


class Goods(BaseModel):
    """What there is to look at and to buy: `variants` by co-op."""

    slugs: list[str]
    queries: list[str]
    variants: list[list[str]]


class Bought(BaseModel):
    """An order, and the cookie of the guest who may see it."""

    order_id: str
    cookie: str


class Visitor:
    """One of the concurrent clients. It forgets its cookie with every checkout, so that each is a new guest's."""

    def __init__(self, house: str, sandbox: str, goods: Goods, chance: random.Random) -> None:
        self.house, self.sandbox = Connection(house), Connection(sandbox)
        self.goods, self.chance = goods, chance
        self.cookie: str | None = None
        self.bought: list[Bought] = []

    async def ask(self, method: str, path: str, body: Any = None, *, expected: Sequence[int] = (200,)) -> Answer:
        """Raises Unexpected for any other status."""
        headers = {"Accept": "application/json"}
        if self.cookie is not None:
            headers["Cookie"] = self.cookie
        if path == "/api/v1/orders":
            headers["Idempotency-Key"] = uuid4().hex
        payload = b""
        if body is not None:
            headers["Content-Type"] = "application/json"
            payload = orjson.dumps(body)
        answer = await self.house.ask(method, path, payload, headers)
        if answer.status not in expected:
            raise Unexpected(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        if answer.cookie is not None:
            self.cookie = answer.cookie
        return answer


async def read_product(visitor: Visitor) -> None:
    await visitor.ask("GET", f"/api/v1/products/{visitor.chance.choice(visitor.goods.slugs)}")


async def open_product_page(visitor: Visitor) -> None:
    answer = await visitor.ask("GET", f"/products/{visitor.chance.choice(visitor.goods.slugs)}")
    if b"<h1" not in answer.body:
        raise Unexpected("the product page has no heading")


async def search(visitor: Visitor) -> None:
    """A word, now and then a category or a price, and always the counts beside the hits."""
    chance = visitor.chance
    asked: dict[str, object] = {"q": chance.choice(visitor.goods.queries)}
    if chance.random() < 0.3:
        asked["category"] = chance.choice(("food", "drinks", "clothing", "home", "body"))
    if chance.random() < 0.3:
        asked["max_price"] = chance.randrange(500, 9_000)
    answer = await visitor.ask("GET", f"/api/v1/search?{urlencode(asked)}")
    if b'"facets"' not in answer.body:
        raise Unexpected("the search counted nothing")


async def check_out(visitor: Visitor) -> None:
    """A guest buys one product of each of two co-ops, and stays until the order says that it is paid."""
    visitor.cookie = None
    for variants in visitor.chance.sample(visitor.goods.variants, 2):
        line = {"variant_id": visitor.chance.choice(variants), "quantity": 1}
        await visitor.ask("POST", "/api/v1/basket/lines", line, expected=(200, 201))
    basket = (await visitor.ask("PUT", "/api/v1/basket", {"country": "DE"})).json()
    form = {"email": "ada@example.org", "name": "Ada Lovelace", "address": ADDRESS, "total": basket["total"]}
    order_id = (await visitor.ask("POST", "/api/v1/orders", form, expected=(201,))).json()["id"]
    async with asyncio.timeout(PATIENCE):
        await _until(visitor, order_id, "awaiting_payment")
        await _pay(visitor, order_id)
        await _until(visitor, order_id, "paid")
    visitor.bought.append(Bought(order_id=order_id, cookie=str(visitor.cookie)))


async def _until(visitor: Visitor, order_id: str, state: str) -> None:
    until = "paid" if state == "paid" else "decided"
    while (
        seen := (await visitor.ask("GET", f"/api/v1/orders/{order_id}?wait=1&until={until}")).json()["state"]
    ) != state:
        if seen not in ("placed", "awaiting_payment"):
            raise Unexpected(f"order {order_id} is {seen}")


async def _pay(visitor: Visitor, order_id: str) -> None:
    while (opened := await visitor.ask("POST", f"/api/v1/charges/{order_id}/open", expected=(200, 409))).status == 409:
        await asyncio.sleep(LOOK_AGAIN)
    charge = opened.json()
    card = {"client_secret": charge["client_secret"], "payment_method": "pm_card_visa"}
    headers = {
        "Authorization": f"Bearer {charge['publishable_key']}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    intent = quote(charge["payment_intent"])
    # The visitor's browser talks to the provider itself: this call costs the house nothing.
    answer = await visitor.sandbox.ask(
        "POST", f"/v1/payment_intents/{intent}/confirm", urlencode(card).encode(), headers
    )
    if answer.status != 200:
        raise Unexpected(f"the card was refused: {answer.status} {answer.body[:300]!r}")


OPERATIONS: dict[str, Callable[[Visitor], Awaitable[None]]] = {
    "product": read_product,
    "page": open_product_page,
    "search": search,
    "checkout": check_out,
}
