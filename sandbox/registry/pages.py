"""Making trouble for demo names: a page for people, PUT for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.names.zone import BadName, demo_name
from sandbox.pages import Pages, form, see_other
from sandbox.registry.situations import EVERY_NAME, SITUATIONS, BadSituation, Registrations, told


def registry_routes(registrations: Registrations, pages: Pages) -> Sequence[BaseRoute]:
    handler = _RegistryPages(registrations, pages)
    return [
        Route("/registry", handler.index, methods=["GET"]),
        Route("/registry", handler.change, methods=["POST"]),
        Route("/registry/{name}", handler.put, methods=["PUT"]),
        Route("/registry/{name}", handler.delete, methods=["DELETE"]),
    ]


def registered_name(text: str) -> str:
    """A second-level demo name, or the mark for all of them."""
    if text.strip() == EVERY_NAME:
        return EVERY_NAME
    name = demo_name(text).rstrip(".")
    if name.count(".") != 1:
        raise BadName(f"{name} is below a registered name: only names such as sunrise.coop are registered.")
    return name


@dataclass(frozen=True)
class _RegistryPages:
    registrations: Registrations
    pages: Pages

    async def index(self, request: Request) -> Response:
        return self._page(name=request.query_params.get("name", ""))

    async def change(self, request: Request) -> Response:
        fields = await form(request)
        name, chosen = fields.get("name", ""), fields.get("situation", "")
        try:
            self._tell(registered_name(name), chosen)
        except BadName as error:
            return self._page(name=name, problem=str(error), status=422)
        return see_other("/registry")

    def _tell(self, name: str, chosen: str) -> None:
        if chosen not in SITUATIONS or chosen == "in_order":
            self.registrations.forget(name)
        else:
            self.registrations.put(name, SITUATIONS[chosen][1])

    def _page(self, *, name: str, problem: str = "", status: int = 200) -> Response:
        situations = {key: words for key, (words, _) in SITUATIONS.items()}
        registered = self.registrations.all()
        return self.pages.draw(
            "registry.html", status=status, registered=registered, situations=situations, name=name, problem=problem
        )

    async def put(self, request: Request) -> Response:
        try:
            name, situation = registered_name(request.path_params["name"]), told(await request.body())
        except (BadName, BadSituation) as error:
            return JSONResponse({"error": str(error)}, 422)
        self.registrations.put(name, situation)
        return JSONResponse({"name": name, "statuses": list(situation.statuses), "status": situation.status})

    async def delete(self, request: Request) -> Response:
        try:
            self.registrations.forget(registered_name(request.path_params["name"]))
        except BadName as error:
            return JSONResponse({"error": str(error)}, 422)
        return Response(status_code=204)
