"""One document for all rooms, and a page of it for people."""

from collections.abc import Mapping
from html.parser import HTMLParser

import orjson

from gateway.carrier import InProcess
from gateway.carrier_http import OverHttp
from gateway.openapi import merge
from tests.gateway.conftest import Door, OpenDoor
from tests.gateway.rooms import echo_room
from tests.gateway.servers import served, unused_address


def _document(path: str, **schemas: Mapping[str, object]) -> dict[str, object]:
    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}, "422": {}}
    return {
        "openapi": "3.1.0",
        "paths": {path: {"get": {"summary": "Look", "responses": answer}}, "/health": {"get": {"responses": {}}}},
        "components": {"schemas": schemas},
    }


MONEY = {"type": "object", "properties": {"amount": {"type": "integer"}}}
ORDERS = _document(
    "/api/v1/orders/{id}", Money=MONEY, Unused=MONEY,
    Item={"properties": {"price": {"$ref": "#/components/schemas/Money"}}},
)  # fmt: skip
CATALOG = _document("/api/v1/products", Money=MONEY, Item={"properties": {"title": {"type": "string"}}})


def test_schemas_that_differ_are_named_after_their_room_and_shared_ones_are_told_once() -> None:
    document = merge({"orders": ORDERS, "catalog": CATALOG}, "toadlane")

    schemas = document["components"]["schemas"]
    assert set(schemas) == {"OrdersItem", "CatalogItem", "Money", "Problem"}
    reference = document["paths"]["/api/v1/products"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert reference == {"$ref": "#/components/schemas/CatalogItem"}


def test_only_what_the_route_table_opens_is_told() -> None:
    secret = _document("/internal/secret", Item={}) | {}
    stolen = _document("/api/v1/products", Item={})

    document = merge({"orders": ORDERS, "catalog": secret, "payments": stolen}, "toadlane")

    assert set(document["paths"]) == {"/api/v1/orders/{id}"}


async def test_the_document_has_the_gateways_own_api_and_the_rooms(open_door: OpenDoor) -> None:
    async with served(echo_room(document=CATALOG)) as catalog:
        over_http = OverHttp(catalog)
        door = await open_door({"orders": InProcess(echo_room(document=ORDERS)), "catalog": over_http})
        async with door.visitor() as visitor:
            document = (await visitor.get("/api/openapi.json")).json()

    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/orders/{id}", "/api/v1/products", "/api/v1/accounts", "/api/v1/keys/{key_id}"} <= set(
        document["paths"]
    )
    assert document["components"]["securitySchemes"]["visitor"]["name"] == "toadlane"
    assert all(
        reference.split(b'"')[0].decode() in document["components"]["schemas"]
        for reference in orjson.dumps(document).split(b"#/components/schemas/")[1:]
    )


async def test_a_room_that_is_down_is_left_out_and_not_forgotten(open_door: OpenDoor) -> None:
    door = await open_door({"orders": InProcess(echo_room(document=ORDERS)), "catalog": OverHttp(unused_address())})

    async with door.visitor() as visitor:
        answer = await visitor.get("/api/openapi.json")

    assert answer.status_code == 200
    assert "/api/v1/orders/{id}" in answer.json()["paths"]


class _Outside(HTMLParser):
    """Collects what a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "style") or "style" in given or any(name.startswith("on") for name in given):
            self.refused.append(tag)
        self.refused += [value for name in ("src", "href") if (value := given.get(name)) and "//" in value]


async def test_the_page_for_people_tells_every_operation_and_needs_nothing_from_outside(door: Door) -> None:
    async with door.visitor() as visitor:
        page = await visitor.get("/api/docs")
        sheet = await visitor.get("/api/docs.css")
        document = (await visitor.get("/api/openapi.json")).json()

    outside = _Outside()
    outside.feed(page.text)
    assert outside.refused == []
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert all(path in page.text for path in document["paths"])
    assert all(f'id="{name}"' in page.text for name in document["components"]["schemas"])
