"""Putting files on the web servers of the demo names: a page for people, PUT for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.names.zone import BadName
from sandbox.pages import Pages, form, see_other
from sandbox.registry.pages import registered_name
from sandbox.web.files import LONGEST, PATH, Files

DONE = {"put": "The file is there: the web server hands it out from now on.", "removed": "The file is gone."}
TOO_LONG = f"A file has at most {LONGEST} characters."


def web_routes(files: Files, pages: Pages) -> Sequence[BaseRoute]:
    handler = _WebPages(files, pages)
    return [
        Route("/web", handler.index, methods=["GET"]),
        Route("/web", handler.change, methods=["POST"]),
        Route("/web/{name}", handler.put, methods=["PUT"]),
    ]


@dataclass(frozen=True)
class _WebPages:
    files: Files
    pages: Pages

    async def index(self, request: Request) -> Response:
        asked = request.query_params
        done = DONE.get(asked.get("done", ""), "")
        return self._page(name=asked.get("name", ""), value=asked.get("value", ""), done=done)

    async def change(self, request: Request) -> Response:
        """The page's form; the button of a file takes it away."""
        fields = await form(request)
        name, value = fields.get("name", ""), fields.get("value", "").strip()
        text = "" if fields.get("action") == "remove" else value
        try:
            domain = registered_name(name)
        except BadName as error:
            return self._page(name=name, value=value, problem=str(error), status=422)
        if len(text) > LONGEST:
            return self._page(name=name, value=value, problem=TOO_LONG, status=422)
        self.files.put(domain, text)
        return see_other("/web?done=" + ("put" if text else "removed"))

    async def put(self, request: Request) -> Response:
        try:
            domain = registered_name(request.path_params["name"])
        except BadName as error:
            return JSONResponse({"error": str(error)}, 422)
        try:
            text = orjson.loads(await request.body())["text"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            text = None
        if not isinstance(text, str) or len(text) > LONGEST:
            return JSONResponse({"error": f'The body must be {{"text": "…"}}. {TOO_LONG}'}, 422)
        self.files.put(domain, text)
        return JSONResponse({"name": domain, "text": text})

    def _page(self, *, name: str, value: str, problem: str = "", done: str = "", status: int = 200) -> Response:
        files = self.files.all()
        return self.pages.draw(
            "web.html", status=status, files=files, path=PATH, name=name, value=value, problem=problem, done=done
        )
