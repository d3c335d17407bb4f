"""Second factors: an authenticator app, a passkey, recovery codes."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Route, constant, refused, sent
from tests.storefront.fake_gateway.memory import Memory

SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


RECOVERY_CODES: Final = [f"abcd-ef{nth}h-jkmn" for nth in range(10)]


def factors(memory: Memory, _: httpx.Request) -> Answer:
    app = {"id": "factor-1", "kind": "totp", "name": "Nora’s phone", "added_at": "2026-11-20T10:00:00Z"}
    key = {"id": "factor-2", "kind": "passkey", "name": "The office key", "added_at": "2026-11-21T10:00:00Z"}
    items = [] if memory.second_factor == "none" else [app, key] if memory.has_passkey else [app]
    return 200, {"items": items, "recovery_codes_left": 9, "confirmed": memory.confirmed}


def begun_app(_: Memory, __: httpx.Request, ___: str = "") -> Answer:
    uri = f"otpauth://totp/Toad%20Lane:baker%40sunrise.coop?secret={SECRET}&issuer=Toad%20Lane"
    return 201, {"id": "factor-3", "name": "My phone", "account": "baker@sunrise.coop", "secret": SECRET, "uri": uri}


def show_factor(memory: Memory, request: httpx.Request) -> Answer:
    if sent(request).get("code") == "000000":
        errors = [
            {
                "field": "code",
                "detail": "That code is wrong or was used already: give the next one that your app shows.",
            }
        ]
        return refused(422, "wrong_code", errors=errors)
    memory.second_factor, memory.withheld = "shown", False
    return 204, None


def made_factor(memory: Memory, _: httpx.Request, *__: str) -> Answer:
    first, memory.second_factor, memory.withheld = memory.second_factor == "none", "shown", False
    return 201, {"recovery_codes": RECOVERY_CODES if first else []}


ROUTES: Final[list[Route]] = [
    ("GET", "/factors", factors),
    ("POST", "/factors/totp", begun_app),
    ("GET", f"/factors/totp/{ONE}", begun_app),
    ("POST", f"/factors/totp/{ONE}/confirm", made_factor),
    ("POST", "/factors/passkeys/(?:creation|request)-options", constant(200, {"options": {"challenge": "AAAA"}})),
    ("POST", "/factors/passkeys", made_factor),
    ("POST", "/factors/recovery-codes", constant(201, {"recovery_codes": RECOVERY_CODES})),
    ("DELETE", f"/factors/{ONE}", constant(204, None)),
    ("POST", "/sessions/current/factor", show_factor),
]
