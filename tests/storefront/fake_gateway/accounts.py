"""Who is signed in, where, and how they came in."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, constant, page, refused, sent
from tests.storefront.fake_gateway.memory import Memory
from tests.storefront.fake_gateway.staff import SCOPES_OF


def me(memory: Memory, _: httpx.Request) -> Answer:
    if not memory.signed_in:
        return 200, {"id": "guest-1", "kind": "guest", "operator": False, "works_for": []}
    person: Json = {"id": "account-1", "kind": "account", "email": "baker@sunrise.coop", "name": "Nora Baker"}
    person |= {"second_factor": memory.second_factor, "email_verified": memory.email_verified}
    if memory.withheld:
        withheld = {"operator_withheld": memory.operator, "withheld_from": ["id-sunrise"]}
        return 200, person | {"operator": False, "works_for": []} | withheld
    works_for = [{"coop_id": "id-sunrise", "role": memory.role, "scopes": SCOPES_OF[memory.role]}]
    return 200, person | {"operator": memory.operator, "works_for": works_for}


def sessions(*_: object) -> Answer:
    seen = {"opened_at": "2026-11-20T10:00:00Z", "seen_at": "2026-11-23T11:00:00Z"}
    here = {"id": "session-1", "device": "Firefox on Linux", "current": True}
    return page([here | seen, {"id": "session-2", "device": "", "current": False} | seen])


def sign_in(memory: Memory, request: httpx.Request) -> Answer:
    if sent(request)["password"] == "wrong":
        return refused(401, "bad_credentials")
    memory.signed_in = True
    return 201, {"id": "account-1"}


ROUTES: Final[list[Route]] = [
    ("GET", "/me", me),
    ("POST", "/accounts", sign_in),
    ("POST", "/sessions", sign_in),
    ("GET", "/sessions", sessions),
    ("DELETE", "/sessions", constant(204, None)),
    ("DELETE", f"/sessions/{ONE}", constant(204, None)),
    ("POST", "/me/address/verification", constant(202, None)),
    ("PUT", "/me/address", constant(202, None)),
    ("PUT", "/me/password", constant(204, None)),
    ("DELETE", "/me", constant(204, None)),
    ("POST", f"/address-verifications/{ONE}", constant(204, None)),
    ("POST", "/password-resets", constant(202, None)),
    ("PUT", f"/password-resets/{ONE}", constant(204, None)),
    ("POST", "/sessions/current/password", constant(204, None)),
]
