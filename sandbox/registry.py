"""The registry's RDAP (RFC 9083) for demo names: every second-level name under .coop is registered and active."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.names.zone import NAME_SERVER, BadName, demo_name

REGISTERED = "2020-01-01T00:00:00Z"
EXPIRES = "2034-01-01T00:00:00Z"
_CONFORMANCE = ["rdap_level_0"]
_TYPE = "application/rdap+json"


def registry_routes() -> Sequence[BaseRoute]:
    return [Route("/rdap/domain/{name}", _domain)]


async def _domain(request: Request) -> Response:
    try:
        name = demo_name(request.path_params["name"]).rstrip(".")
    except BadName:
        return _missing()
    return _missing() if name.count(".") != 1 else JSONResponse(_registered(name), media_type=_TYPE)


def _missing() -> Response:
    problem = {
        "rdapConformance": _CONFORMANCE,
        "errorCode": 404,
        "title": "Not Found",
        "description": ["Unregistered."],
    }
    return JSONResponse(problem, 404, media_type=_TYPE)


def _registered(name: str) -> dict[str, object]:
    dates = {"registration": REGISTERED, "expiration": EXPIRES, "last changed": REGISTERED}
    registrar = {
        "objectClassName": "entity", "roles": ["registrar"],
        "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "The sandbox's registrar"]]],
    }  # fmt: skip
    return {
        "rdapConformance": _CONFORMANCE, "objectClassName": "domain", "handle": f"DEMO-{name}", "ldhName": name,
        "status": ["active"], "events": [{"eventAction": action, "eventDate": date} for action, date in dates.items()],
        "entities": [registrar],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": NAME_SERVER.rstrip(".")}],
        "secureDNS": {"delegationSigned": False},
    }  # fmt: skip
