"""What the stand-in remembers: what a test sets before, what pages change, and what was asked."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.storefront.fake_gateway.answers import Answer, Json


@dataclass
class Memory:
    # Who asks.
    signed_in: bool = False
    role: str = "owner"
    operator: bool = False
    withheld: bool = False
    second_factor: str = "shown"
    confirmed: bool = True
    has_passkey: bool = False
    email_verified: bool = True
    invited: str = "baker@sunrise.coop"

    # What they buy.
    country: str | None = "IE"
    lines: dict[str, int] = field(default_factory=dict)
    order_state: str = "awaiting_payment"
    pay_url: str | None = "http://127.0.0.1:9100/pay/pi_1?client_secret=pi_1_secret"

    # Their co-op.
    application_state: str = "applied"
    challenged: bool = False
    proof_revoked: bool = False
    coop_state: str = "admitted"
    appeals: list[Json] = field(default_factory=list)
    pause: Json | None = None
    webhook_state: str = "enabled"
    import_state: str = "done"
    feed: Json | None = None

    # By method and path: what is answered instead, and what was asked.
    refusals: dict[tuple[str, str], Answer] = field(default_factory=dict)
    bodies: dict[tuple[str, str], Any] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    headers: list[httpx.Headers] = field(default_factory=list)
    urls: list[httpx.URL] = field(default_factory=list)
