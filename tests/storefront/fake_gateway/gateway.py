"""A small stand-in for the gateway's API with a memory: enough of each answer to draw every page."""

import json
import re
from typing import Final

import httpx

from tests.storefront.fake_gateway import (
    accounts,
    applications,
    basket,
    coops,
    desk,
    factors,
    feeds,
    imports,
    operators,
    orders,
    pictures,
    shop,
    staff,
    stock,
    webhooks,
    wishes,
)
from tests.storefront.fake_gateway.answers import Answer, Route, refused
from tests.storefront.fake_gateway.memory import Memory

ROUTES: Final[list[Route]] = [
    *accounts.ROUTES,
    *applications.ROUTES,
    *basket.ROUTES,
    *coops.ROUTES,
    *desk.ROUTES,
    *factors.ROUTES,
    *feeds.ROUTES,
    *imports.ROUTES,
    *operators.ROUTES,
    *orders.ROUTES,
    *pictures.ROUTES,
    *shop.ROUTES,
    *staff.ROUTES,
    *stock.ROUTES,
    *webhooks.ROUTES,
    *wishes.ROUTES,
]


class FakeGateway(Memory):
    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer), base_url="http://gateway")

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        content = await request.aread()
        is_json = request.headers.get("content-type") == "application/json"
        self.calls.append((request.method, path))
        self.headers.append(request.headers)
        self.urls.append(request.url)
        self.bodies[request.method, path] = json.loads(content) if is_json else content
        status, body = self.refusals.get((request.method, path)) or self.found(request, path)
        cookie = {"set-cookie": "toadlane=guest-1; Path=/; HttpOnly"} if "cookie" not in request.headers else {}
        if body is None:
            return httpx.Response(status, headers=cookie)
        return httpx.Response(status, json=body, headers=cookie)

    def found(self, request: httpx.Request, path: str) -> Answer:
        for method, pattern, make in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                return make(self, request, *match.groups())
        return refused(404, "not_found", "There is no such thing.")
