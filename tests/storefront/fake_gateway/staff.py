"""Who works for a co-op, as what, and who was invited."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Route, constant
from tests.storefront.fake_gateway.memory import Memory

SCOPES_OF: Final = {
    "owner": [f"{what}:{how}" for what in ("catalog", "orders", "shop", "staff") for how in ("read", "write")]
    + ["money:read", "keys:write", "stock:write"],
    "catalogue": ["catalog:read", "catalog:write", "stock:write", "shop:read", "staff:read"],
    "fulfilment": ["catalog:read", "orders:read", "orders:write", "shop:read", "staff:read"],
    "finance": ["catalog:read", "money:read", "shop:read", "staff:read"],
}


def get_staff(memory: Memory, _: httpx.Request, __: str) -> Answer:
    since = "2026-11-02T09:00:00Z"
    owner = {"account_id": "account-2", "email": "nora@sunrise.coop", "role": "owner", "joined_at": since}
    own = {"account_id": "account-1", "email": "baker@sunrise.coop", "role": memory.role, "joined_at": since}
    waiting = {"id": "invitation-1", "email": "cleo@sunrise.coop", "role": "finance", "invited_at": since}
    invitations = [waiting | {"expires_at": "2026-11-30T09:00:00Z"}] if memory.role == "owner" else []
    return 200, {"members": [owner, own], "invitations": invitations}


def get_invitation(memory: Memory, _: httpx.Request, __: str) -> Answer:
    coop = {"coop_id": "id-sunrise", "coop_slug": "sunrise", "coop_name": "Sunrise Bakers"}
    sent = {"email": memory.invited, "role": "finance", "expires_at": "2026-11-30T09:00:00Z"}
    return 200, coop | sent | {"coop_domain": "sunrise.coop"}


ROUTES: Final[list[Route]] = [
    ("GET", f"/coops/{ONE}/staff", get_staff),
    ("PUT", f"/coops/{ONE}/staff/{ONE}", constant(204, None)),
    ("DELETE", f"/coops/{ONE}/staff/{ONE}", constant(204, None)),
    ("POST", f"/coops/{ONE}/invitations", constant(201, {})),
    ("DELETE", f"/coops/{ONE}/invitations/{ONE}", constant(204, None)),
    ("GET", f"/invitations/{ONE}", get_invitation),
    ("POST", f"/invitations/{ONE}/accept", constant(200, {})),
]
