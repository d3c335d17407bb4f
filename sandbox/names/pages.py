"""Putting TXT records into the demo zones: a page for people, PUT for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.names.zone import BadName, BadValue, Manner, Zones, demo_name
from sandbox.pages import Pages, form, see_other

DONE = {"put": "It is in the zone: the name server answers with it from now on.", "removed": "It is out of the zone."}

MANNERS = {
    Manner.PLAIN: "Answers, without DNSSEC",
    Manner.SIGNED: "Answers, and says that DNSSEC vouches for it",
    Manner.BEHIND: "Is behind the others, and knows no record yet",
    Manner.LATE: "Answers half a second late",
    Manner.CUT: "Cuts its answers short, so that it is asked again over TCP",
    Manner.FAILING: "Fails (SERVFAIL)",
    Manner.SILENT: "Keeps silent",
}


def name_routes(zones: Zones, pages: Pages, servers: Sequence[int]) -> Sequence[BaseRoute]:
    handler = _NamePages(zones, pages, servers)
    return [
        Route("/names", handler.index, methods=["GET"]),
        Route("/names", handler.change, methods=["POST"]),
        Route("/names", handler.behave, methods=["PUT"]),
        Route("/names/manner", handler.choose, methods=["POST"]),
        Route("/names/{name}/TXT", handler.show, methods=["GET"]),
        Route("/names/{name}/TXT", handler.put, methods=["PUT"]),
        Route("/names/{name}/TXT", handler.delete, methods=["DELETE"]),
    ]


@dataclass(frozen=True)
class _NamePages:
    zones: Zones
    pages: Pages
    servers: Sequence[int]

    async def index(self, request: Request) -> Response:
        asked = request.query_params
        done = DONE.get(asked.get("done", ""), "")
        return self._page(name=asked.get("name", ""), value=asked.get("value", ""), done=done)

    async def change(self, request: Request) -> Response:
        """The page's form: one value per line; the button of a line takes its name away."""
        fields = await form(request)
        name, value = fields.get("name", ""), fields.get("value", "")
        lines = [line.strip() for line in value.splitlines() if line.strip()]
        values = [] if fields.get("action") == "remove" else lines
        try:
            self.zones.put(demo_name(name), values)
        except (BadName, BadValue) as error:
            return self._page(name=name, value=value, problem=str(error), status=422)
        return see_other("/names?done=" + ("put" if values else "removed"))

    async def choose(self, request: Request) -> Response:
        fields = await form(request)
        chosen, server = fields.get("manner", ""), fields.get("server", "")
        manner = Manner(chosen) if chosen in set(Manner) else Manner.PLAIN
        self._behave(manner, int(server) if server.isascii() and server.isdigit() else None)
        return see_other("/names")

    def _behave(self, manner: Manner, server: int | None) -> None:
        for one in self.servers if server is None else {server} & set(self.servers):
            self.zones.behave(manner, one)

    async def behave(self, request: Request) -> Response:
        """How one name server, or each of them, answers every question from now on."""
        try:
            told = orjson.loads(await request.body())
            manner, server = Manner(told["manner"]), self._known(told.get("server"))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError):
            servers = ", ".join(map(str, self.servers))
            how = f'{{"manner": …, "server": …}} with one of {", ".join(Manner)}, and of {servers} or none for all'
            return JSONResponse({"error": f"The body must be {how}."}, 422)
        self._behave(manner, server)
        return JSONResponse({"manner": manner, "server": server})

    def _known(self, server: Any) -> int | None:
        """The number of a name server, None for all of them; raises ValueError where there is none of it."""
        return None if server is None else self.servers[self.servers.index(server)]

    def _page(self, *, name: str, value: str, problem: str = "", done: str = "", status: int = 200) -> Response:
        records = self.zones.all()
        return self.pages.draw(
            "names.html",
            status=status,
            records=records,
            name=name,
            value=value,
            problem=problem,
            done=done,
            manners=MANNERS,
            behaves={server: MANNERS[self.zones.manner(server)] for server in self.servers},
        )

    async def show(self, request: Request) -> Response:
        try:
            name = demo_name(request.path_params["name"])
        except BadName as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse({"name": name, "values": self.zones.values(name)})

    async def put(self, request: Request) -> Response:
        try:
            name, values = demo_name(request.path_params["name"]), _values(await request.body())
            self.zones.put(name, values)
        except (BadName, BadValue) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse({"name": name, "values": values})

    async def delete(self, request: Request) -> Response:
        try:
            self.zones.put(demo_name(request.path_params["name"]), [])
        except BadName as error:
            return JSONResponse({"error": str(error)}, 422)
        return Response(status_code=204)


def _values(body: bytes) -> list[str]:
    try:
        values = orjson.loads(body)["values"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise BadValue('The body must be {"values": ["…"]}.') from error
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadValue('The body must be {"values": ["…"]}.')
    return values
