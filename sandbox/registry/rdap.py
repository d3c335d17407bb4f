"""RDAP (RFC 9083) for demo names, and the bootstrap file (RFC 9224) that says that it is to be had here."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.names.zone import NAME_SERVER, BadName, demo_name
from sandbox.registry.situations import EXPIRES, REGISTERED, Registrations, Situation

_CONFORMANCE = ["rdap_level_0"]
_TYPE = "application/rdap+json"


def rdap_routes(registrations: Registrations) -> Sequence[BaseRoute]:
    async def bootstrap(request: Request) -> Response:
        services = [[["coop"], [f"{request.base_url}rdap/"]]]
        return JSONResponse({"version": "1.0", "publication": REGISTERED, "services": services})

    async def domain(request: Request) -> Response:
        try:
            name = demo_name(request.path_params["name"]).rstrip(".")
        except BadName:
            return _problem(404)
        situation = registrations.of(name)
        await asyncio.sleep(situation.seconds)
        if situation.status != 200:
            return _problem(situation.status, situation.retry_after)
        return _problem(404) if name.count(".") != 1 else _domain(name, situation)

    return [Route("/rdap/dns.json", bootstrap), Route("/rdap/domain/{name}", domain)]


def _problem(status: int, retry_after: int | None = None) -> Response:
    problem = {"rdapConformance": _CONFORMANCE, "errorCode": status, "title": "No answer", "description": ["None."]}
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse(problem, status, headers, media_type=_TYPE)


def _domain(name: str, situation: Situation) -> Response:
    dates = {"registration": REGISTERED, "expiration": EXPIRES, "last changed": REGISTERED} | dict(situation.events)
    registrar = {
        "objectClassName": "entity", "roles": ["registrar"],
        "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "The sandbox's registrar"]]],
    }  # fmt: skip
    found = {
        "rdapConformance": _CONFORMANCE, "objectClassName": "domain", "handle": f"DEMO-{name}", "ldhName": name,
        "status": list(situation.statuses),
        "events": [{"eventAction": action, "eventDate": date} for action, date in dates.items()],
        "entities": [registrar],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": NAME_SERVER.rstrip(".")}],
        "secureDNS": {"delegationSigned": False},
    }  # fmt: skip
    return JSONResponse(found, media_type=_TYPE)
