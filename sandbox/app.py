"""The sandbox's HTTP side put together: Stripe, its pages, the registry, mail, names and a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.authenticator.pages import authenticator_routes
from sandbox.authenticator.phone import Phone
from sandbox.checkout import checkout_routes
from sandbox.courier import Courier
from sandbox.guard import Guard
from sandbox.mail.mailbox import Mailbox
from sandbox.mail.pages import mail_routes
from sandbox.names.pages import name_routes
from sandbox.names.zone import Zones
from sandbox.onboarding import onboarding_routes
from sandbox.pages import HERE, Pages
from sandbox.registry.pages import registry_routes
from sandbox.registry.rdap import rdap_routes
from sandbox.registry.situations import Registrations
from sandbox.stripe_api.api import Keys, stripe_routes
from sandbox.stripe_api.cards import CARDS
from sandbox.stripe_api.platform import Platform
from sandbox.web.files import Files
from sandbox.web.pages import web_routes


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything behind the HTTP side, made by whoever starts the sandbox."""

    platform: Platform
    courier: Courier
    zones: Zones
    registrations: Registrations
    mailbox: Mailbox
    phone: Phone
    keys: Keys
    files: Files
    dns_ports: Sequence[int]
    web_port: int
    smtp_port: int
    own_hosts: Sequence[str] = ()


def create_app(world: World) -> Starlette:
    pages = Pages(world.platform.house_origin)
    routes: list[BaseRoute] = [
        *stripe_routes(world.platform, world.keys),
        *_own_routes(world, pages),
        *checkout_routes(world.platform, pages),
        *onboarding_routes(world.platform, pages),
        *mail_routes(world.mailbox, pages),
        *name_routes(world.zones, pages, range(1, len(world.dns_ports) + 1)),
        *web_routes(world.files, pages),
        *authenticator_routes(world.phone, pages),
        *registry_routes(world.registrations, pages),
        *rdap_routes(world.registrations),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    guard = Middleware(Guard, house_origin=world.platform.house_origin, own_hosts=world.own_hosts)
    return Starlette(routes=routes, middleware=[guard])


def _own_routes(world: World, pages: Pages) -> Sequence[BaseRoute]:
    async def index(request: Request) -> Response:
        return pages.draw("index.html", cards=CARDS)

    async def health(request: Request) -> Response:
        ports = {"dns_ports": world.dns_ports, "smtp_port": world.smtp_port, "web_port": world.web_port}
        return JSONResponse({"status": "ok", "webhooks_waiting": world.courier.waiting(), **ports})

    async def faults(request: Request) -> Response:
        if not world.keys.is_secret(request):
            return JSONResponse({"error": "The secret key opens this."}, 401)
        wanted = _wanted(await request.body())
        if wanted is None:
            return JSONResponse({"error": 'The body must be {"webhooks": "hold"} or {"webhooks": "deliver"}.'}, 422)
        world.courier.hold(held=wanted == "hold")
        return JSONResponse({"webhooks": wanted})

    return [Route("/", index), Route("/health", health), Route("/faults", faults, methods=["PUT"])]


def _wanted(body: bytes) -> str | None:
    try:
        wanted = orjson.loads(body)["webhooks"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return wanted if wanted in ("hold", "deliver") else None
