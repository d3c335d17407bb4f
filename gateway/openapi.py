"""One OpenAPI document out of those of the rooms: only what the route table opens, every schema under one name."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
import orjson
from starlette.types import ASGIApp

from chassis.errors import DomainError
from chassis.telemetry import log
from gateway.route_table import PAGES, find_route

Document = dict[str, Any]

_REFERENCE = re.compile(rb'"#/components/schemas/([^"]+)"')
# What FastAPI describes and our answers are not: every refusal here is a problem document.
_PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457); `code` is stable.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "detail": {"type": "string"}}},
        },
    },
}
_PROBLEM_RESPONSE = {
    "description": "What went wrong, and what to do about it",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_HEAD: Document = {
    "openapi": "3.1.0",
    "info": {
        "title": "Toad Lane",
        "version": "1",
        "description": "The marketplace of the co-op economy. Money is integer minor units with a currency.",
    },
    "security": [{}, {"visitor": []}, {"key": []}],
}


class ApiDocument:
    """Asks each room once and remembers; a room that cannot be reached is left out, and asked again next time."""

    def __init__(self, rooms: Mapping[str, ASGIApp], *, cookie_name: str) -> None:
        self._rooms = rooms
        self._cookie_name = cookie_name
        self._merged: Document | None = None

    async def merged(self) -> Document:
        if self._merged is not None:
            return self._merged
        found = {room: await _document_of(room, app) for room, app in self._rooms.items() if room != PAGES}
        document = merge({room: one for room, one in found.items() if one is not None}, self._cookie_name)
        if None not in found.values():
            self._merged = document
        return document


async def _document_of(room: str, app: ASGIApp) -> Document | None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://room") as client:
        try:
            answer = await client.get("/openapi")
        except DomainError as unreachable:
            log.warning("room tells no API", room=room, error=unreachable.code)
            return None
    if answer.status_code != httpx.codes.OK:
        log.warning("room tells no API", room=room, status=answer.status_code)
        return None
    document: Document = orjson.loads(answer.content)
    return document


def merge(documents: Mapping[str, Document], cookie_name: str) -> Document:
    """Schemas that rooms share keep their name; of two that differ each is named after its room."""
    renamed = _with_own_names(documents)
    paths: Document = {}
    schemas: Document = {"Problem": _PROBLEM}
    for room, document in renamed.items():
        schemas |= document.get("components", {}).get("schemas", {})
        paths |= {path: _tagged(item, room) for path, item in document["paths"].items() if _opened(path, room)}
    schemes = {
        "visitor": {"type": "apiKey", "in": "cookie", "name": cookie_name},
        "key": {"type": "http", "scheme": "bearer", "description": "A co-op's API key, which begins with toad_"},
    }
    used = _used_schemas(paths, schemas)
    return {
        **_HEAD,
        "tags": [{"name": room} for room in renamed],
        "paths": dict(sorted(paths.items())),
        "components": {"securitySchemes": schemes, "schemas": {name: schemas[name] for name in sorted(used)}},
    }


def _opened(path: str, room: str) -> bool:
    route = find_route(path)
    return route is not None and route.room == room


def _with_own_names(documents: Mapping[str, Document]) -> dict[str, Document]:
    told: dict[str, list[bytes]] = {}
    for document in documents.values():
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            told.setdefault(name, []).append(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS))
    contested = {name for name, schemas in told.items() if len(set(schemas)) > 1}
    return {room: _renamed(document, room, contested) for room, document in documents.items()}


def _renamed(document: Document, room: str, contested: set[str]) -> Document:
    def own(name: str) -> str:
        return f"{room.capitalize()}{name}" if name in contested else name

    def reference(found: re.Match[bytes]) -> bytes:
        return b'"#/components/schemas/' + own(found[1].decode()).encode() + b'"'

    renamed: Document = orjson.loads(_REFERENCE.sub(reference, orjson.dumps(document)))
    components = renamed.setdefault("components", {})
    components["schemas"] = {own(name): schema for name, schema in components.get("schemas", {}).items()}
    return renamed


def _tagged(item: Document, room: str) -> Document:
    return {method: _told(operation, room) for method, operation in item.items()}


def _told(operation: Document, room: str) -> Document:
    responses = {status: told for status, told in operation["responses"].items() if status != "422"}
    return {**operation, "tags": [room], "responses": {**responses, "default": _PROBLEM_RESPONSE}}


def _used_schemas(paths: Document, schemas: Document) -> set[str]:
    used: set[str] = set()
    waiting = _references(paths)
    while waiting:
        name = waiting.pop()
        if name not in used and name in schemas:
            used.add(name)
            waiting |= _references(schemas[name])
    return used


def _references(part: object) -> set[str]:
    return {name.decode() for name in _REFERENCE.findall(orjson.dumps(part))}


def operations(document: Document) -> Iterable[tuple[str, str, Document]]:
    """Method, path and operation, in the document's order."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation
