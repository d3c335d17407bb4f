"""How a refusal is worded: a problem document for programs, a page of its own for somebody who asked for one."""

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from chassis.errors import DomainError, problem, problem_of
from gateway.headers import header
from gateway.route_table import PAGES, find_route


class Refusals:
    def __init__(self, templates: Environment) -> None:
        self._page = templates.get_template("refusal.html")

    def answer(self, scope: Scope, refusal: DomainError) -> Response:
        if not _wants_a_page(scope):
            return problem_of(refusal)
        page = self._page.render(title=refusal.title, detail=refusal.detail)
        return HTMLResponse(page, refusal.status, refusal.headers)

    async def crash(self, request: Request, _: Exception) -> Response:
        """What is told when our own door breaks, before the error goes on to the log."""
        title, detail = "Something broke on our side", "It has been noted; please try again."
        if _wants_a_page(request.scope):
            return HTMLResponse(self._page.render(title=title, detail=detail), 500)
        return problem(500, "internal", title, detail)


def _wants_a_page(scope: Scope) -> bool:
    route = find_route(scope["path"])
    return route is not None and route.room == PAGES and b"text/html" in (header(scope["headers"], b"accept") or b"")
