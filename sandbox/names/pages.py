"""Putting TXT records into the demo zones: a page for people, PUT for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    Manner.FAILING: "Fails (SERVFAIL)",
    Manner.SILENT: "Keeps silent",
}


def name_routes(zones: Zones, pages: Pages) -> Sequence[BaseRoute]:
    handler = _NamePages(zones, pages)
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
        chosen = (await form(request)).get("manner", "")
        self.zones.behave(Manner(chosen) if chosen in set(Manner) else Manner.PLAIN)
        return see_other("/names")

    async def behave(self, request: Request) -> Response:
        """How every question is answered from now on: plainly, as if signed, with a failure or not at all."""
        try:
            manner = Manner(orjson.loads(await request.body())["manner"])
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return JSONResponse({"error": f'The body must be {{"manner": …}} with one of {", ".join(Manner)}.'}, 422)
        self.zones.behave(manner)
        return JSONResponse({"manner": manner})

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
            manner=self.zones.manner,
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
