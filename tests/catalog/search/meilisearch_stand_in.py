"""Keeps indexes as a Meilisearch server does, and finds in them what it is told to."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Document = dict[str, Any]


@dataclass
class StandIn:
    """`indexes` hold documents by id, `settings` belong to them; `tasks` are done in the moment they are told.

    `meanwhile` is called with an index's name whenever documents were added to it. What is looked for is kept in
    `asked`, and answered by the next of `answers`.
    """

    indexes: dict[str, dict[str, Document]] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    asked: list[list[dict[str, Any]]] = field(default_factory=list)
    answers: list[list[dict[str, Any]]] = field(default_factory=list)
    url: str = ""
    meanwhile: Callable[[str], None] = lambda _: None

    def titles(self, uid: str) -> set[str]:
        return {one["title"] for one in self.indexes[uid].values()}

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        told = path.partition("?")[0].strip("/")
        for verb, pattern, call in _ROUTES:
            if verb == method and (found := re.fullmatch(pattern, told)):
                return 200, call(self, *found.groups(), body)
        return 404, {"code": "not_found", "message": f"the stand-in knows no {method} {told}"}

    def shown(self, uid: str, _: Any) -> Any:
        if uid not in self.indexes:
            raise KeyError(uid)
        return self.settings[uid].get("displayedAttributes", ["*"])

    def set_up(self, uid: str, settings: dict[str, Any]) -> Any:
        self.indexes.setdefault(uid, {})
        self.settings.setdefault(uid, {}).update(settings)
        return self.done("settingsUpdate")

    def add(self, uid: str, documents: list[Document]) -> Any:
        self.settings.setdefault(uid, {})
        self.indexes.setdefault(uid, {}).update({one["id"]: one for one in documents})
        self.meanwhile(uid)
        return self.done("documentAdditionOrUpdate")

    def take_out(self, uid: str, body: dict[str, str]) -> Any:
        for one in re.findall(r'"([0-9a-f-]{36})"', body["filter"]):
            self.indexes[uid].pop(one, None)
        return self.done("documentDeletion")

    def page(self, uid: str, _: Any) -> Any:
        results = [{"id": one} for one in self.indexes[uid]]
        return {"results": results, "offset": 0, "limit": len(results), "total": len(results)}

    def swap(self, swaps: list[dict[str, list[str]]]) -> Any:
        for one, other in (swap["indexes"] for swap in swaps):
            self.indexes[one], self.indexes[other] = self.indexes[other], self.indexes[one]
            self.settings[one], self.settings[other] = self.settings[other], self.settings[one]
        return self.done("indexSwap")

    def drop(self, uid: str, _: Any) -> Any:
        del self.indexes[uid], self.settings[uid]
        return self.done("indexDeletion")

    def find(self, body: dict[str, Any]) -> Any:
        self.asked.append(body["queries"])
        for one in self.asked[-1]:
            if one["indexUid"] not in self.indexes:
                raise KeyError(one["indexUid"])
        return {"results": self.answers.pop(0)}

    def words(self, uid: str, body: dict[str, str]) -> Any:
        """Those of its documents with the same first letter; a server tells fewer, those that are spelled nearly so."""
        times = Counter(word for one in self.indexes[uid].values() for word in one.get(body["facetName"], ()))
        found = {word: count for word, count in times.items() if word[0] == body["facetQuery"][0]}
        return {"facetHits": [{"value": word, "count": count} for word, count in found.items()]}

    def done(self, kind: str) -> Any:
        uid, now = len(self.tasks), "2026-11-26T05:00:00.0Z"
        told = {"status": "succeeded", "type": kind, "enqueuedAt": now, "indexUid": None}
        self.tasks.append({"uid": uid, **told})
        return {"taskUid": uid, **told}

    def task(self, uid: str, _: Any) -> Any:
        return self.tasks[int(uid)]


_INDEX = r"indexes/([^/]+)"
_ROUTES: list[tuple[str, str, Any]] = [
    ("GET", f"{_INDEX}/settings/displayed-attributes", StandIn.shown),
    ("PATCH", f"{_INDEX}/settings", StandIn.set_up),
    ("POST", f"{_INDEX}/documents", StandIn.add),
    ("POST", f"{_INDEX}/documents/delete", StandIn.take_out),
    ("POST", f"{_INDEX}/documents/fetch", StandIn.page),
    ("DELETE", _INDEX, StandIn.drop),
    ("POST", f"{_INDEX}/facet-search", StandIn.words),
    ("POST", "swap-indexes", StandIn.swap),
    ("POST", "multi-search", StandIn.find),
    ("GET", r"tasks/(\d+)", StandIn.task),
]


class _Handler(BaseHTTPRequestHandler):
    stand_in: StandIn

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        try:
            status, told = self.stand_in.answer(self.command, self.path, body)
        except KeyError as error:
            status, told = 404, {"code": "index_not_found", "message": f"Index {error} not found."}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 (as http.server calls them)

    def log_message(self, *_: Any) -> None:
        """The tests' output is no place for an access log."""


@contextmanager
def meilisearch_stand_in() -> Iterator[StandIn]:
    """On loopback until the block ends."""
    stand_in = StandIn()
    handler = type("Handler", (_Handler,), {"stand_in": stand_in})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        stand_in.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield stand_in
        server.shutdown()
