"""Bad requests, and what each must be answered."""

from dataclasses import dataclass, field
from typing import Any

from onebox.actors import money
from tests.journeys.steps import PASSWORD

ADDRESS = {"line1": "Kade 7", "line2": "", "city": "Kassel", "postcode": "34117", "country": "DE"}
NOBODYS = "01934f5c-8a00-7000-8000-000000000001"


@dataclass(frozen=True)
class Ask:
    """One request and what it must be answered; names in braces stand for things that are there."""

    method: str
    path: str
    status: int
    code: str
    options: dict[str, Any] = field(default_factory=dict)
    by: str = "shopper"

    def __str__(self) -> str:
        return f"{self.method} {self.path[:60]} {self.code} {str(self.options)[:60]}"


def line(**fields: object) -> dict[str, Any]:
    return {"json": {"variant_id": "{small}", "quantity": 1, **fields}}


def order(key: str | None = "a fresh key", **fields: object) -> dict[str, Any]:
    body = {"email": "ada@example.org", "name": "Ada", "address": ADDRESS, "total": money(840), **fields}
    return {"json": body, "headers": {"Idempotency-Key": key} if key else {}}


def product(**variant: object) -> dict[str, Any]:
    one = {"title": "", "options": {}, "sku": None, "price": money(450), "stock": 1, **variant}
    body = {"coop_id": "{sunrise}", "title": "Bun", "category": "bread-and-baking", "tags": [], "variants": [one]}
    return {"json": body}


def raw(content: bytes, kind: str = "application/json") -> dict[str, Any]:
    return {"content": content, "headers": {"content-type": kind}}


CSV = "/imports?coop_id={sunrise}"

WRONG_TYPES = [
    Ask("POST", "/basket/lines", 422, "invalid", line(quantity="two")),
    Ask("POST", "/basket/lines", 422, "invalid", line(quantity=1.5)),
    Ask("POST", "/basket/lines", 422, "invalid", line(quantity=True)),
    Ask("POST", "/basket/lines", 422, "invalid", line(variant_id="42")),
    Ask("POST", "/basket/lines", 422, "invalid", line(price=1)),
    Ask("POST", "/basket/lines", 422, "invalid", raw(b"[1, 2")),
    Ask("POST", "/basket/lines", 422, "invalid", raw(b"")),
    Ask("POST", "/basket/lines", 422, "invalid", raw(b"null")),
    Ask("POST", "/basket/lines", 422, "invalid", raw(b"a=1", "application/x-www-form-urlencoded")),
    Ask("PUT", "/basket", 422, "invalid", {"json": {"country": "Atlantis"}}),
    Ask("POST", "/orders", 422, "invalid", order(email="nobody at all")),
    Ask("POST", "/orders", 422, "invalid", order(total=8.4)),
    Ask("POST", "/orders", 422, "invalid", order(total={"amount": 8.4, "currency": "EUR"})),
    Ask("POST", "/orders", 422, "invalid", order(total={"amount": 10**30, "currency": "EUR"})),
    Ask("POST", "/orders", 422, "invalid", order(name="Ada\u0000Lovelace")),
    Ask("POST", "/orders", 422, "wrong_currency", order(total=money(840, "USD"))),
    Ask("POST", "/orders", 400, "idempotency_key_missing", order(key=None)),
    Ask("POST", "/orders", 422, "invalid", order(key="k" * 201)),
    Ask("GET", "/orders?cursor=yesterday", 400, "bad_cursor"),
    Ask("GET", "/orders?limit=0", 422, "invalid"),
    Ask("GET", "/search?sort=cheapest", 422, "invalid"),
    Ask("GET", "/search?page=0", 422, "invalid"),
    Ask("GET", "/search?near=Nowhereville", 422, "place_unknown"),
    Ask("GET", "/search?near=Springfield", 422, "place_ambiguous"),
    Ask("GET", "/search?sort=nearest", 422, "near_missing"),
    Ask("GET", "/search?near=Kassel&radius_km=-1", 422, "invalid"),
    Ask("GET", "/places?q=" + "x" * 101, 422, "invalid"),
    Ask("GET", "/search?min_price=-1", 422, "invalid"),
    Ask("GET", "/search?min_price=" + "9" * 40, 422, "invalid"),
    Ask("POST", "/accounts", 422, "invalid", {"json": {"email": ["a"], "password": PASSWORD, "name": "A"}}),
    Ask("POST", "/products", 422, "invalid", product(price=money(-1, "euros")), by="sunrise"),
    Ask("POST", "/products", 422, "invalid", product(stock="many"), by="sunrise"),
    Ask("PUT", "/products/{bread}", 428, "if_match_missing", product(), by="sunrise"),
    Ask("PUT", "/deliveries/{sunrise}", 422, "invalid", {"json": {"rates": {"DE": 1}}}, by="sunrise"),
]  # fmt: skip

QUANTITIES = [
    Ask("POST", "/basket/lines", 422, "invalid", line(quantity=0)),
    Ask("POST", "/basket/lines", 422, "invalid", line(quantity=-1)),
    Ask("POST", "/basket/lines", 422, "invalid", line(quantity=100)),
    Ask("POST", "/basket/lines", 422, "invalid", line(quantity=2**63)),
    Ask("POST", "/basket/lines", 422, "quantity_too_large", line(quantity=99)),
    Ask("PUT", "/basket/lines/{small}", 422, "invalid", {"json": {"quantity": -1}}),
    Ask("PUT", "/basket/lines/{small}", 422, "invalid", {"json": {"quantity": 10**40}}),
    Ask("POST", "/products", 422, "invalid", product(stock=-1), by="sunrise"),
    Ask("POST", "/products", 422, "invalid", product(stock=2**63), by="sunrise"),
]  # fmt: skip

UNKNOWN = [
    Ask("POST", "/basket/lines", 404, "unknown_variant", line(variant_id=NOBODYS)),
    Ask("PUT", f"/basket/lines/{NOBODYS}", 404, "unknown_variant", {"json": {"quantity": 1}}),
    Ask("GET", "/products/no-such-loaf", 404, "not_found"),
    Ask("GET", f"/products/{NOBODYS}", 404, "not_found"),
    Ask("GET", "/products/%00", 404, "not_found"),
    Ask("GET", "/products/%ff%fe", 404, "not_found"),
    Ask("GET", "/coops/nobody", 404, "coop_not_found"),
    Ask("GET", f"/orders/{NOBODYS}", 404, "not_found"),
    Ask("POST", f"/orders/{NOBODYS}/cancel", 404, "not_found"),
    Ask("GET", f"/charges/{NOBODYS}", 409, "not_yet"),
    Ask("GET", f"/imports/{NOBODYS}", 404, "not_found", by="sunrise"),
    Ask("GET", f"/consignments/{NOBODYS}", 404, "not_found", by="sunrise"),
    Ask("GET", f"/applications/{NOBODYS}", 404, "not_found", by="sunrise"),
    Ask("PUT", "/password-resets/guessed", 404, "reset_link_spent", {"json": {"password": PASSWORD}}),
    Ask("GET", "/nothing", 404, "not_found"),
    Ask("GET", "/orders/a/b/c", 404, "not_found"),
    Ask("DELETE", "/orders", 405, "method_not_allowed"),
    Ask("PATCH", "/basket", 405, "method_not_allowed"),
    Ask("POST", "/search", 405, "method_not_allowed"),
    Ask("PROPFIND", "/basket", 405, "method_not_allowed"),
]  # fmt: skip

OTHERS = [
    Ask("GET", "/orders/{order}", 404, "not_found"),
    Ask("GET", "/orders/{order}?token=guessed", 404, "not_found"),
    Ask("GET", "/orders/{number}", 422, "invalid"),
    Ask("POST", "/orders/{order}/cancel", 404, "not_found"),
    Ask("POST", "/charges/{order}/open", 404, "not_found"),
    Ask("GET", "/charges/{order}", 404, "not_found"),
    Ask("GET", "/orders?scope=all", 403, "forbidden"),
    Ask("GET", "/ledger/balances", 403, "forbidden", by="sunrise"),
    Ask("GET", "/ledger/entries", 403, "forbidden"),
    Ask("GET", "/consignments?coop_id={sunrise}", 404, "not_found", by="quayside"),
    Ask("GET", "/payees/{sunrise}", 404, "not_found", by="quayside"),
    Ask("GET", "/imports?coop_id={sunrise}", 404, "not_found", by="quayside"),
    Ask("GET", "/keys?coop_id={sunrise}", 404, "not_found", by="quayside"),
    Ask("GET", "/applications/{sunrise}", 404, "not_found", by="quayside"),
    Ask("POST", "/applications/{sunrise}/admit", 403, "forbidden", {"json": {"note": "us"}}, by="quayside"),
    Ask("POST", CSV, 404, "not_found", raw(b"Handle,Title\n", "text/csv"), by="quayside"),
    Ask("POST", "/products", 404, "not_found", product(), by="quayside"),
    Ask("DELETE", "/products/{bread}", 404, "not_found", by="quayside"),
    Ask("PUT", "/deliveries/{sunrise}", 404, "not_found", {"json": {"rates": []}}, by="quayside"),
    Ask("GET", "/applications", 401, "sign_in_required"),
]  # fmt: skip

FILES = [
    Ask("POST", CSV, 422, "empty_file", raw(b"", "text/csv"), by="sunrise"),
    Ask("POST", CSV, 422, "not_a_csv", raw(b"\x89PNG\r\n\x1a\n\0\0\0", "text/csv"), by="sunrise"),
    Ask("POST", CSV, 422, "not_a_csv", raw(b"MZ\0\0\0\0", "text/csv"), by="sunrise"),
    Ask("POST", CSV, 422, "not_utf8", raw(b"Handle,Title\nbrot,\xc3\xb6 Br\xf6tchen\n", "text/csv"), by="sunrise"),
    Ask("POST", CSV, 422, "missing_column", raw("Handle,Title\n".encode("utf-16"), "text/csv"), by="sunrise"),
    Ask("POST", f"/imports/{NOBODYS}/commit", 404, "not_found", {"json": {}}, by="sunrise"),
    Ask("POST", CSV + "&policy=maybe", 422, "invalid", raw(b"Handle,Title\n", "text/csv"), by="sunrise"),
    Ask("POST", CSV, 422, "unknown_format", raw(b"a poem,\nabout,bread\n", "text/csv"), by="sunrise"),
    Ask("POST", CSV, 422, "file_missing", raw(b"nonsense", "multipart/form-data; boundary=x"), by="sunrise"),
    Ask("POST", "/basket/lines", 400, "bad_request", raw(b'{"variant_id": "\xff\xfe", "quantity": 1}')),
    Ask("POST", "/sessions", 400, "bad_request", raw(b'{"email": "\xc3\x28", "password": "x"}')),
]  # fmt: skip

FORGED = [
    Ask("POST", "/webhooks/stripe", 400, "bad_signature", raw(b"{}")),
    Ask("POST", "/webhooks/stripe", 400, "bad_signature", {**raw(b"{}"), "headers": {"Stripe-Signature": "t=1,v1=00"}}),
    Ask("GET", "/ledger/balances", 403, "forbidden", {"headers": {"x-toadlane-operator": "true"}}),
    Ask("GET", "/ledger/balances", 403, "forbidden", {"headers": {"x-forwarded-for": "127.0.0.1"}}),
    Ask("GET", "/ledger/balances", 401, "key_refused", {"headers": {"authorization": "Bearer eyJhbGciOiJub25l.e30."}}),
    Ask("POST", "/basket/lines", 403, "cross_site", {**line(), "headers": {"sec-fetch-site": "cross-site"}}),
    Ask("POST", "/basket/lines", 403, "cross_site", {**line(), "headers": {"origin": "https://evil.example"}}),
    Ask("PUT", "/basket", 403, "cross_site", {"json": {"country": "NL"}, "headers": {"sec-fetch-site": "same-site"}}),
]  # fmt: skip

ASKED = [*WRONG_TYPES, *QUANTITIES, *UNKNOWN, *OTHERS, *FILES, *FORGED]
