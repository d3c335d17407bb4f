"""A small stand-in for the gateway's API with a memory: enough of each answer to draw every page."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

Answer = tuple[int, Any]
Json = dict[str, Any]
ADDRESS: Final = {"line1": "12 Quay Street", "line2": None, "city": "Galway", "postcode": "H91 X2C4", "country": "IE"}


def money(amount: int) -> Json:
    return {"amount": amount, "currency": "EUR"}


COOPS: Final = [
    (
        "sunrise",
        "Sunrise Bakers",
        "sunrise.coop",
        "IE",
        "Galway",
        "Sourdough, oat cakes and a rye that keeps for a week.",
    ),
    ("hebden-wool", "Hebden Wool", "hebdenwool.coop", "GB", "Hebden Bridge", "Blankets and yarn from our own flocks."),
    ("la-vega", "La Vega", "lavega.coop", "ES", "Granada", "Olive oil, almonds and honey from forty families."),
    ("radwerk", "Radwerk", "radwerk.coop", "DE", "Leipzig", "Bicycles built to be repaired, and the parts to do it."),
    ("typoteque", "Typotèque", "typoteque.coop", "FR", "Lyon", "Letterpress cards and notebooks, printed by members."),
    ("terra-viva", "Terra Viva", "terraviva.coop", "IT", "Faenza", "Pots and bowls thrown by hand."),
]
GOODS: Final = [
    ("rye-sourdough", "Rye sourdough, 900 g", "bread", "sunrise", 640),
    ("oat-cakes", "Oat cakes with sea salt", "bread", "sunrise", 385),
    ("merino-blanket", "Merino blanket “Calder”", "textiles", "hebden-wool", 11900),
    ("dk-yarn", "DK yarn, undyed, 100 g", "textiles", "hebden-wool", 1250),
    ("olive-oil", "Olive oil, early harvest", "oil-vinegar", "la-vega", 1490),
    ("thyme-honey", "Thyme honey", "honey-preserves", "la-vega", 890),
    ("city-bicycle", "City bicycle “Pleiße”", "bicycles", "radwerk", 98000),
    ("repair-kit", "Repair kit in a tin", "tools", "radwerk", 2450),
    ("letterpress-cards", "Letterpress cards, set of six", "stationery", "typoteque", 1800),
    ("notebook", "Notebook, thread-sewn", "books", "typoteque", 1400),
    ("serving-bowl", "Serving bowl, ash glaze", "ceramics", "terra-viva", 4600),
    ("coffee-cup", "Coffee cup with a saucer", "cups", "terra-viva", 2200),
]
CATEGORIES: Final = [
    ("bread", "Bread and cakes"),
    ("cheese", "Cheese and dairy"),
    ("honey-preserves", "Honey and preserves"),
    ("oil-vinegar", "Oil and vinegar"),
    ("coffee-tea", "Coffee and tea"),
    ("textiles", "Wool and textiles"),
    ("clothing", "Clothing"),
    ("ceramics", "Pots and bowls"),
    ("stationery", "Print and paper"),
    ("bicycles", "Bicycles"),
    ("garden", "Garden"),
    ("toys", "Toys"),
]


@dataclass
class FakeGateway:
    signed_in: bool = False
    role: str = "owner"
    operator: bool = False
    second_factor: str = "shown"
    withheld: bool = False
    confirmed: bool = True
    has_passkey: bool = False
    email_verified: bool = True
    country: str | None = "IE"
    order_state: str = "awaiting_payment"
    refusals: dict[tuple[str, str], Answer] = field(default_factory=dict)
    bodies: dict[tuple[str, str], Any] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    headers: list[httpx.Headers] = field(default_factory=list)
    urls: list[httpx.URL] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    invited: str = "baker@sunrise.coop"
    application_state: str = "applied"
    coop_state: str = "admitted"
    appeals: list[Json] = field(default_factory=list)
    proof_revoked: bool = False
    pause: dict[str, Any] | None = None
    webhook_state: str = "enabled"
    challenged: bool = False
    import_state: str = "done"
    pay_url: str | None = "http://127.0.0.1:9100/pay/pi_1?client_secret=pi_1_secret"

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer), base_url="http://gateway")

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        content = await request.aread()
        is_json = request.headers.get("content-type") == "application/json"
        self.calls.append((request.method, path))
        self.headers.append(request.headers)
        self.urls.append(request.url)
        self.bodies[request.method, path] = json.loads(content) if is_json else content
        status, body = self.refusals.get((request.method, path)) or self.found(request, path)
        cookie = {"set-cookie": "toadlane=guest-1; Path=/; HttpOnly"} if "cookie" not in request.headers else {}
        if body is None:
            return httpx.Response(status, headers=cookie)
        return httpx.Response(status, json=body, headers=cookie)

    def found(self, request: httpx.Request, path: str) -> Answer:
        for method, pattern, make in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                return make(self, request, *match.groups())
        return 404, refusal(404, "not_found", "There is no such thing.")

    def body(self, request: httpx.Request) -> Any:
        return json.loads(request.content)


def refusal(status: int, code: str, detail: str = "", **extra: Any) -> Json:
    return {"type": f"/problems/{code}", "status": status, "code": code, "title": code, "detail": detail, **extra}


def refused(status: int, code: str, detail: str = "", **extra: Any) -> Answer:
    return status, refusal(status, code, detail, **extra)


def page(items: list[Json], cursor: str | None = None) -> Answer:
    return 200, {"items": items, "next_cursor": cursor}


def coop(slug: str, state: str = "admitted") -> Json:
    _, name, domain, country, city, makes = next(row for row in COOPS if row[0] == slug or f"id-{row[0]}" == slug)
    return {
        "id": f"id-{slug.removeprefix('id-')}",
        "slug": slug.removeprefix("id-"),
        "name": name,
        "domain": domain,
        "country": country,
        "city": city,
        "makes": makes,
        "state": state,
        "state_since": "2026-11-20T10:00:00Z",
        "state_reason": None if state == "admitted" else "rules_broken",
        "state_told": None if state == "admitted" else "The marketplace is looking into something about it.",
        "admitted_at": "2026-10-02T09:12:00Z",
        "proof": {
            "method": "dns_txt",
            "proved_at": "2026-10-01T15:00:00Z",
            "due_again_at": "2026-12-30T15:00:00Z",
            "revoked": False,
            "resolvers": ["192.0.2.53", "198.51.100.53"],
            "authenticated_data": True,
        },
        "registry": {
            "verdict": "proceed",
            "statuses": ["active", "client transfer prohibited"],
            "seen_at": "2026-11-24T08:00:00Z",
            "next_check_due": "2026-11-25T09:00:00Z",
        },
        "seller": {
            "name": f"{name} Co-operative Ltd",
            "legal_form": "Worker co-operative",
            "address": "31 Toad Lane",
            "postcode": "OL12 0NU",
            "city": city,
            "country": country,
            "email": f"hello@{domain}",
            "phone": "+44 1706 000000",
            "register_name": "Mutuals Public Register",
            "register_number": "1844",
            "certified_at": "2026-10-02T09:00:00Z",
        },
    }


def get_coop(gateway: FakeGateway, _: httpx.Request, slug: str) -> Answer:
    if slug.removeprefix("id-") not in {row[0] for row in COOPS}:
        return refused(404, "not_found")
    return 200, {**coop(slug, gateway.coop_state), "pause": gateway.pause}


def put_pause(gateway: FakeGateway, request: httpx.Request, _: str) -> Answer:
    gateway.pause = {"since": "2026-11-24T09:00:00Z", **gateway.body(request)}
    return 200, gateway.pause


def end_pause(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    gateway.pause = None
    return 204, None


def webhook(gateway: FakeGateway) -> Json:
    return {
        "id": "hook-1",
        "url": "https://hooks.sunrise.coop/toadlane",
        "description": "",
        "events": ["consignment.to_pack", "shop.paused"],
        "state": gateway.webhook_state,
        "made_at": "2026-11-20T10:00:00Z",
        "failures": 6,
        "failing_since": "2026-11-24T08:00:00Z",
        "rests_until": "2026-11-24T10:00:00Z",
        "former_secret_until": None,
    }


DELIVERIES: Final = [
    {
        "id": "message-1",
        "type": "consignment.to_pack",
        "state": "failed",
        "made_at": "2026-11-24T08:00:00Z",
        "tries": 10,
        "next_at": None,
        "body": '{"type":"consignment.to_pack"}',
        "attempts": [
            {"at": "2026-11-24T08:00:01Z", "took_ms": 31, "status": 500, "failure": None, "answer": "<b>flour</b>"},
            {"at": "2026-11-24T08:05:01Z", "took_ms": 5000, "status": None, "failure": "No answer.", "answer": ""},
        ],
    }
]


def list_coops(gateway: FakeGateway, request: httpx.Request) -> Answer:
    listed = [coop(row[0], gateway.coop_state if row[0] == "sunrise" else "admitted") for row in COOPS]
    return page([one for one in listed if request.url.params.get("state") in (None, one["state"])])


def get_standing(gateway: FakeGateway, _: httpx.Request, coop_id: str) -> Answer:
    stopped = gateway.coop_state != "admitted"
    return 200, {
        "coop_id": coop_id,
        "state": gateway.coop_state,
        "since": "2026-11-20T10:00:00Z",
        "reason": "rules_broken" if stopped else None,
        "told": "The marketplace is looking into something about it." if stopped else None,
        "to_do": "Read what the operator wrote and put it right, then write below that it is done, or why it is wrong."
        if stopped
        else None,
        "words": "Three shoppers told us that the rye is not yours.\nPlease send us the bills of the flour."
        if stopped
        else None,
        "by_operator": stopped,
        "appeals": gateway.appeals,
    }


def appeal_standing(gateway: FakeGateway, request: httpx.Request, coop_id: str) -> Answer:
    if gateway.appeals:
        return refused(409, "appeal_open")
    words = gateway.body(request)["words"]
    gateway.appeals = [{"appealed_at": "2026-11-21T10:00:00Z", "words": words, "upheld": None}]
    return 201, get_standing(gateway, request, coop_id)[1]


def dismiss_standing_appeal(gateway: FakeGateway, request: httpx.Request, coop_id: str) -> Answer:
    answer = gateway.body(request)["words"]
    gateway.appeals = [
        {**one, "decided_at": "2026-11-22T10:00:00Z", "answer": answer, "upheld": False} for one in gateway.appeals
    ]
    return get_standing(gateway, request, coop_id)


def list_standing_appeals(gateway: FakeGateway, _: httpx.Request) -> Answer:
    waiting = [one for one in gateway.appeals if one["upheld"] is None]
    return page([{**one, "coop_id": "id-sunrise", "name": "Sunrise Bakers", "state": "suspended"} for one in waiting])


def move_coop(gateway: FakeGateway, request: httpx.Request, coop_id: str, verb: str) -> Answer:
    gateway.coop_state = "suspended" if verb == "suspend" else "admitted"
    return get_standing(gateway, request, coop_id)


def hit(row: tuple[str, str, str, str, int]) -> Json:
    slug, title, category, maker, price = row
    return {
        "id": f"id-{slug}",
        "slug": slug,
        "title": title,
        "price": money(price),
        "price_max": money(price + (400 if slug == "dk-yarn" else 0)),
        "compare_at": money(13900) if slug == "merino-blanket" else None,
        "coop": {"slug": maker, "name": coop(maker)["name"]},
        "category": category,
        "picture": f"{category}/{slug}",
        "in_stock": slug != "serving-bowl",
    }


def search(_: FakeGateway, request: httpx.Request) -> Answer:
    asked = request.url.params
    rows = [
        row
        for row in GOODS
        if asked.get("category") in (None, row[2])
        and asked.get("coop") in (None, row[3])
        and asked.get("q", "").lower() in row[1].lower()
        and int(asked.get("min_price", 0)) <= row[4] <= int(asked.get("max_price", 10**9))
    ]
    limit = int(asked.get("limit", 24))
    names = dict(CATEGORIES)
    return 200, {
        "query": asked.get("q"),
        "total": len(rows) * (30 if not asked.get("q") else 1),
        "page": int(asked.get("page", 1)),
        "limit": limit,
        "hits": [hit(row) for row in rows[:limit]],
        "facets": {
            "category": [
                {"value": slug, "name": names.get(slug, slug.title()), "count": 3} for slug in {r[2]: 1 for r in rows}
            ],
            "coop": [{"value": slug, "name": coop(slug)["name"], "count": 2} for slug in {r[3]: 1 for r in rows}],
        },
        "price": {"min": money(385), "max": money(98000)},
    }


def variant(name: str, price: int, available: int | None = 9, **extra: Any) -> Json:
    return {
        "id": f"var-{name}",
        "title": name,
        "options": {"Size": name},
        "sku": f"SKU-{name}",
        "price": money(price),
        "compare_at": None,
        "tracked": available is not None,
        "available": available,
        "in_stock": available is None or available > 0,
        **extra,
    }


def product(slug: str) -> Json:
    row = next(row for row in GOODS if row[0] == slug.removeprefix("id-"))
    variants = {
        "dk-yarn": [
            variant("Oatmeal", 1250, 40),
            variant("Heather", 1250, 3),
            variant("Slate", 1650, 0),
            variant("To order", 1650, None),
        ],
        "merino-blanket": [variant("150 × 200 cm", 11900, 7, compare_at=money(13900))],
    }.get(row[0], [variant("Default Title", row[4], 12)])
    return {
        "id": f"id-{row[0]}",
        "slug": row[0],
        "title": row[1],
        "description_html": "<p>Slow dough, dark crust. Our ovens burn wood from the hills behind the bakery, "
        "and nobody starts before four.</p><ul><li>Rye flour, water, salt</li><li>Keeps for a week</li></ul>",
        "category": {"slug": row[2], "name": dict(CATEGORIES).get(row[2], row[2].title())},
        "coop": coop(row[3]),
        "picture": f"{row[2]}/{row[0]}",
        "state": "listed",
        "version": 3,
        "variants": variants,
        "updated_at": "2026-11-01T10:00:00Z",
    }


def get_product(gateway: FakeGateway, __: httpx.Request, slug: str) -> Answer:
    if slug.removeprefix("id-") not in {row[0] for row in GOODS}:
        return refused(404, "not_found")
    found = product(slug)
    if gateway.pause:
        found["coop"] |= {"paused": True, "paused_until": gateway.pause["until"]}
    return 200, found


def basket(gateway: FakeGateway) -> Json:
    makers: dict[str, list[Json]] = {}
    for slug, quantity in gateway.lines.items():
        row = next(row for row in GOODS if row[0] == slug)
        makers.setdefault(row[3], []).append(
            {
                "variant_id": slug,
                "product_id": f"id-{slug}",
                "slug": slug,
                "title": row[1],
                "variant_title": "Default Title",
                "coop_id": f"id-{row[3]}",
                "quantity": quantity,
                "unit_price": money(row[4]),
                "line_total": money(row[4] * quantity),
                "picture": f"{row[2]}/{slug}",
                "problem": "withdrawn" if slug == "oat-cakes" else None,
            }
        )
    groups: list[Json] = [
        {
            "coop": {"id": f"id-{slug}", "slug": slug, "name": coop(slug)["name"]},
            "lines": [line["variant_id"] for line in lines],
            "goods": money(sum(line["line_total"]["amount"] for line in lines)),
            "delivery": money(490) if gateway.country and not (slug == "radwerk" and gateway.country == "IE") else None,
            "delivers": not (slug == "radwerk" and gateway.country == "IE"),
        }
        for slug, lines in makers.items()
    ]
    goods = sum(group["goods"]["amount"] for group in groups)
    delivery = sum(group["delivery"]["amount"] for group in groups if group["delivery"])
    return {
        "id": "basket-1",
        "country": gateway.country,
        "lines": [line for lines in makers.values() for line in lines],
        "consignments": groups,
        "goods": money(goods),
        "delivery": money(delivery),
        "total": money(goods + delivery),
        "can_checkout": bool(groups) and bool(gateway.country) and all(group["delivers"] for group in groups),
    }


def get_basket(gateway: FakeGateway, _: httpx.Request) -> Answer:
    return 200, basket(gateway)


def put_basket(gateway: FakeGateway, request: httpx.Request) -> Answer:
    gateway.country = gateway.body(request)["country"]
    return 200, basket(gateway)


def add_line(gateway: FakeGateway, request: httpx.Request) -> Answer:
    asked = gateway.body(request)
    slug = "rye-sourdough" if asked["variant_id"].startswith("var-") else asked["variant_id"]
    gateway.lines[slug] = gateway.lines.get(slug, 0) + asked["quantity"]
    return 201, basket(gateway)


def put_line(gateway: FakeGateway, request: httpx.Request, variant_id: str) -> Answer:
    quantity = gateway.body(request)["quantity"]
    gateway.lines[variant_id] = quantity
    if not quantity:
        del gateway.lines[variant_id]
    return 200, basket(gateway)


def order_line(title: str, quantity: int, price: int, slug: str) -> Json:
    return {
        "variant_id": slug,
        "slug": slug,
        "title": title,
        "variant_title": None,
        "sku": slug.upper()[:8],
        "quantity": quantity,
        "unit_price": money(price),
        "line_total": money(price * quantity),
    }


CONSIGNMENT_STATES: Final = {
    "paid": ("to_pack", "to_pack"),
    "part_shipped": ("shipped", "to_pack"),
    "shipped": ("shipped", "shipped"),
}


def consignment(slug: str, state: str, lines: list[Json]) -> Json:
    shipped = state == "shipped"
    return {
        "id": f"consignment-{slug}",
        "order_number": "TL-7K2M-94",
        "coop": {"id": f"id-{slug}", "slug": slug, "name": coop(slug)["name"]},
        "state": state,
        "goods": money(sum(line["line_total"]["amount"] for line in lines)),
        "delivery": money(490),
        "carrier": "An Post" if shipped else None,
        "tracking_number": "RR123456785IE" if shipped else None,
        "shipped_at": "2026-11-23T08:30:00Z" if shipped else None,
        "name": "Ada Murphy",
        "address": ADDRESS,
        "lines": lines,
    }


def order(gateway: FakeGateway) -> Json:
    state = gateway.order_state
    first, second = CONSIGNMENT_STATES.get(state, ("cancelled",) * 2 if state == "cancelled" else ("waiting",) * 2)
    return {
        "id": "order-1",
        "number": "TL-7K2M-94",
        "state": state,
        "placed_at": "2026-11-22T10:05:00Z",
        "expires_at": "2026-11-22T10:35:00Z" if state == "awaiting_payment" else None,
        "email": "ada@example.org",
        "name": "Ada Murphy",
        "address": ADDRESS,
        "total": money(14160),
        "refunded": money(0),
        "consignments": [
            consignment("sunrise", first, [order_line("Rye sourdough, 900 g", 2, 640, "rye-sourdough")]),
            consignment("hebden-wool", second, [order_line("Merino blanket “Calder”", 1, 11900, "merino-blanket")]),
        ],
        "rejections": [
            {
                "variant_id": "merino-blanket",
                "title": "Merino blanket “Calder”",
                "reason": "short",
                "available": 1,
                "price": None,
            },
            {"variant_id": "rye", "title": "Rye sourdough", "reason": "price", "available": None, "price": money(660)},
        ]
        if state == "cancelled"
        else [],
        "cancel_reason": "rejected" if state == "cancelled" else None,
        "can_cancel": state in {"awaiting_payment", "paid"},
        "can_pay": state == "awaiting_payment",
    }


def get_order(gateway: FakeGateway, _: httpx.Request, order_id: str) -> Answer:
    return (200, order(gateway)) if order_id == "order-1" else refused(404, "not_found")


def place_order(gateway: FakeGateway, _: httpx.Request) -> Answer:
    gateway.lines.clear()
    return 201, order(gateway)


def list_orders(gateway: FakeGateway, _: httpx.Request) -> Answer:
    return page([order(gateway)])


def cancel_order(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    gateway.order_state = "voiding"
    return 200, order(gateway)


def open_charge(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    charge = {"state": "open", "amount": money(14160), "payment_intent": "pi_1", "client_secret": "pi_1_secret_x"}
    return 200, charge | {"publishable_key": "pk_test_1", "pay_url": gateway.pay_url}


def get_charge(_: FakeGateway, __: httpx.Request, ___: str) -> Answer:
    return 200, {"state": "open", "amount": money(14160), "captured_at": None, "refunded": money(0), "failure": None}


SCOPES_OF: Final = {
    "owner": [f"{what}:{how}" for what in ("catalog", "orders", "shop", "staff") for how in ("read", "write")]
    + ["money:read", "keys:write"],
    "catalogue": ["catalog:read", "catalog:write", "shop:read", "staff:read"],
    "fulfilment": ["catalog:read", "orders:read", "orders:write", "shop:read", "staff:read"],
    "finance": ["catalog:read", "money:read", "shop:read", "staff:read"],
}


def get_staff(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    since = "2026-11-02T09:00:00Z"
    owner = {"account_id": "account-2", "email": "nora@sunrise.coop", "role": "owner", "joined_at": since}
    own = {"account_id": "account-1", "email": "baker@sunrise.coop", "role": gateway.role, "joined_at": since}
    waiting = {"id": "invitation-1", "email": "cleo@sunrise.coop", "role": "finance", "invited_at": since}
    invitations = [waiting | {"expires_at": "2026-11-30T09:00:00Z"}] if gateway.role == "owner" else []
    return 200, {"members": [owner, own], "invitations": invitations}


def get_invitation(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    coop = {"coop_id": "id-sunrise", "coop_slug": "sunrise", "coop_name": "Sunrise Bakers"}
    sent = {"email": gateway.invited, "role": "finance", "expires_at": "2026-11-30T09:00:00Z"}
    return 200, coop | sent | {"coop_domain": "sunrise.coop"}


def me(gateway: FakeGateway, _: httpx.Request) -> Answer:
    if not gateway.signed_in:
        return 200, {"id": "guest-1", "kind": "guest", "operator": False, "works_for": []}
    person: dict[str, Any] = {"id": "account-1", "kind": "account", "email": "baker@sunrise.coop", "name": "Nora Baker"}
    person |= {"second_factor": gateway.second_factor, "email_verified": gateway.email_verified}
    if gateway.withheld:
        withheld = {"operator_withheld": gateway.operator, "withheld_from": ["id-sunrise"]}
        return 200, person | {"operator": False, "works_for": []} | withheld
    works_for = [{"coop_id": "id-sunrise", "role": gateway.role, "scopes": SCOPES_OF[gateway.role]}]
    return 200, person | {"operator": gateway.operator, "works_for": works_for}


def sessions(*_: object) -> Answer:
    seen = {"opened_at": "2026-11-20T10:00:00Z", "seen_at": "2026-11-23T11:00:00Z"}
    here = {"id": "session-1", "device": "Firefox on Linux", "current": True}
    return page([here | seen, {"id": "session-2", "device": "", "current": False} | seen])


def sign_in(gateway: FakeGateway, request: httpx.Request) -> Answer:
    if gateway.body(request)["password"] == "wrong":
        return refused(401, "bad_credentials")
    gateway.signed_in = True
    return 201, {"id": "account-1"}


SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY_CODES: Final = [f"abcd-ef{nth}h-jkmn" for nth in range(10)]


def factors(gateway: FakeGateway, _: httpx.Request) -> Answer:
    app = {"id": "factor-1", "kind": "totp", "name": "Nora’s phone", "added_at": "2026-11-20T10:00:00Z"}
    key = {"id": "factor-2", "kind": "passkey", "name": "The office key", "added_at": "2026-11-21T10:00:00Z"}
    items = [] if gateway.second_factor == "none" else [app, key] if gateway.has_passkey else [app]
    return 200, {"items": items, "recovery_codes_left": 9, "confirmed": gateway.confirmed}


def begun_app(_: FakeGateway, __: httpx.Request, ___: str = "") -> Answer:
    uri = f"otpauth://totp/Toad%20Lane:baker%40sunrise.coop?secret={SECRET}&issuer=Toad%20Lane"
    return 201, {"id": "factor-3", "name": "My phone", "account": "baker@sunrise.coop", "secret": SECRET, "uri": uri}


def show_factor(gateway: FakeGateway, request: httpx.Request) -> Answer:
    if gateway.body(request).get("code") == "000000":
        errors = [
            {
                "field": "code",
                "detail": "That code is wrong or was used already: give the next one that your app shows.",
            }
        ]
        return refused(422, "wrong_code", errors=errors)
    gateway.second_factor, gateway.withheld = "shown", False
    return 204, None


def made_factor(gateway: FakeGateway, _: httpx.Request, *__: str) -> Answer:
    first, gateway.second_factor, gateway.withheld = gateway.second_factor == "none", "shown", False
    return 201, {"recovery_codes": RECOVERY_CODES if first else []}


def questions(state: str) -> list[Json]:
    asked: Json = {"asked_at": "2026-11-22T13:00:00Z", "answered_at": None, "answer": None}
    answered = {"answered_at": "2026-11-22T15:00:00Z", "answer": "The Co-operative Societies Act."}
    first = {**asked, **answered, "id": "question-1", "words": "Which law are you registered under?"}
    second = {**asked, "id": "question-2", "words": "Who may become a member?\nAnd how?"}
    by_state = {"asked": [first, second], "appealed": [first]}
    return by_state.get(state, [])


def application(gateway: FakeGateway) -> Json:
    proved = gateway.application_state != "applied"
    after = gateway.application_state in {"refused", "appealed", "dismissed"}
    return {
        "id": "application-1",
        "domain": "sunrise.coop",
        "state": gateway.application_state,
        "legal_name": "Sunrise Bakers Co-operative Society Ltd",
        "trading_name": "Sunrise Bakers",
        "legal_form": "Worker co-operative",
        "country": "IE",
        "city": "Galway",
        "address": "3 Mill Lane",
        "postcode": "H91 KT8P",
        "contact_name": "Nora Baker",
        "contact_email": "nora@sunrise.coop",
        "contact_phone": "+353 91 000000",
        "makes": "Sourdough, oat cakes and a rye that keeps for a week.",
        "challenge": {"record_name": "_toadlane-challenge.sunrise.coop", "expires_at": "2026-11-30T10:00:00Z"}
        if gateway.challenged
        else None,
        "evidence": [
            {
                "checked_at": "2026-11-22T10:00:00Z",
                "outcome": "not_found",
                "resolvers": ["127.0.0.1:5353"],
                "answers": ["toadlane=some-other-value"],
                "authenticated_data": False,
            }
        ]
        + (
            [
                {
                    "checked_at": "2026-11-22T10:20:00Z",
                    "outcome": "proved",
                    "resolvers": ["127.0.0.1:5353"],
                    "answers": ["toadlane-proof=Zq3v8mN1bX0pL7sT4uYwKc2dRfHgJ5aE6iOoQ9"],
                    "authenticated_data": True,
                }
            ]
            if proved
            else []
        ),
        "registry": [{"checked_at": "2026-11-22T10:20:00Z", "verdict": "proceed", "statuses": ["active"]}],
        "renewal": {"due_at": "2027-02-20T10:20:00Z", "revoked": gateway.proof_revoked, "grace_days_left": 14}
        if gateway.application_state == "admitted"
        else None,
        "submitted_at": "2026-11-22T09:00:00Z",
        "decided_at": "2026-11-22T12:00:00Z" if after or gateway.application_state == "admitted" else None,
        "decision_reason": "The register knows a company of that name." if after else None,
        "eligibility": "COOP",
        "controlled_by": "",
        "register_name": "Register of Societies",
        "register_number": "5832R",
        "tax_id": "",
        "bank_holder": "Sunrise Bakers",
        "certified_at": "2026-11-22T09:00:00Z",
        "requirements": [
            {"code": code, "kind": kind, "told": told, "state": state}
            for code, kind, told, state in (
                ("domain_proved", "computed", "Controls its .coop domain", "met" if proved else "open"),
                ("seller_identity", "computed", "Has given its entry in a register and its tax number", "open"),
                ("self_certified", "attested", "Certifies that it is who it says", "met"),
                ("papers_read", "verified", "Its statutes and its entry were read by an operator", "open"),
            )
        ],
        "documents": [
            {
                "id": "paper-1",
                "kind": "statutes",
                "name": "Statutes of 2014, as amended.pdf",
                "type": "application/pdf",
                "size": 481_516,
                "added_at": "2026-11-22T09:30:00Z",
            }
        ],
        "questions": questions(gateway.application_state),
        "appeal_open_until": "2026-12-22T12:00:00Z" if gateway.application_state == "refused" else None,
        "appeal": {
            "appealed_at": "2026-11-25T09:00:00Z",
            "words": "We became a co-operative in March: number 1234 in the register.",
            "decided_at": "2026-11-27T09:00:00Z" if gateway.application_state == "dismissed" else None,
            "answer": "The register does not show it." if gateway.application_state == "dismissed" else None,
        }
        if gateway.application_state in {"appealed", "dismissed"}
        else None,
        "payee": {"enabled": True} if gateway.application_state == "admitted" else None,
    }


def get_application(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    return 200, application(gateway)


def post_application(gateway: FakeGateway, _: httpx.Request) -> Answer:
    return 201, application(gateway)


def list_applications(gateway: FakeGateway, _: httpx.Request) -> Answer:
    return page([application(gateway)])


def challenge(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    gateway.challenged = True
    return 201, {
        "record_name": "_toadlane-challenge.sunrise.coop",
        "record_type": "TXT",
        "record_value": "toadlane-proof=Zq3v8mN1bX0pL7sT4uYwKc2dRfHgJ5aE6iOoQ9",
        "file_url": "https://sunrise.coop/.well-known/toadlane-challenge.txt",
        "expires_at": "2026-11-30T10:00:00Z",
    }


def check(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    gateway.application_state = "proved"
    return 200, application(gateway)


def decide(gateway: FakeGateway, _: httpx.Request, __: str, verb: str) -> Answer:
    gateway.application_state = "admitted" if verb == "admit" else "refused"
    return 200, application(gateway)


def spoken(gateway: FakeGateway, _: httpx.Request, __: str, what: str) -> Answer:
    after = {"questions": "asked", "appeal": "appealed", "appeal/uphold": "proved", "appeal/dismiss": "dismissed"}
    gateway.application_state = after.get(what, "proved")
    return 200, application(gateway)


def an_import(gateway: FakeGateway) -> Json:
    going = gateway.import_state == "running"
    return {
        "id": "import-1",
        "coop_id": "id-sunrise",
        "filename": "products_export.csv",
        "dialect": "shopify",
        "state": gateway.import_state,
        "currency": "EUR",
        "rows_total": 1240,
        "rows_done": 512 if going else 1240,
        "products_created": 312,
        "products_updated": 4,
        "products_unchanged": 61,
        "variants": 940,
        "rows_rejected": 1,
        "problems_total": 1,
        "planned_new": 312,
        "planned_changed": 4,
        "missing": 7,
        "sample": [{"position": 1, "line": 2, "key": "rye", "title": "Rye sourdough", "rows": 1, "outcome": "new"}],
        "unplaced": ["Blorps"],
        "problems": [
            {
                "line": 18,
                "column": "Variant Price",
                "value": "12,x",
                "reason": "This is not an amount of money.",
                "advice": "Write it like 12.50.",
                "severity": "rejected",
            },
            {
                "line": 44,
                "column": "Variant Compare At Price",
                "value": "9.00",
                "reason": "It is not above the price, so it was dropped.",
                "severity": "warning",
            },
        ],
        "failure": "The first line names no column that we know." if gateway.import_state == "failed" else None,
        "started_at": "2026-11-22T10:00:00Z",
        "finished_at": None,
    }


def get_import(gateway: FakeGateway, _: httpx.Request, __: str) -> Answer:
    return 200, an_import(gateway)


def begin_import(gateway: FakeGateway, _: httpx.Request) -> Answer:
    return 202, an_import(gateway)


def list_consignments(_: FakeGateway, request: httpx.Request) -> Answer:
    state = request.url.params.get("state") or "to_pack"
    return page(
        [
            consignment(
                "sunrise",
                state,
                [order_line("Rye sourdough, 900 g", 2, 640, "rye"), order_line("Oat cakes", 1, 385, "oat")],
            )
        ]
    )


def ledger_entry(kind: str, postings: list[tuple[str, int]]) -> Json:
    rows = [{"account": account, "amount": amount, "currency": "EUR"} for account, amount in postings]
    return {
        "id": f"entry-{kind}",
        "kind": kind,
        "reference": "order-1",
        "posted_at": "2026-11-22T10:07:00Z",
        "postings": rows,
    }


CAPTURE: Final = [
    ("stripe:balance", 14160),
    ("coop:id-sunrise:payable", -1706),
    ("coop:id-hebden-wool:payable", -11795),
    ("marketplace:fees", -659),
]


def key(**extra: Any) -> Json:
    return {
        "id": "key-1",
        "name": "Stock room",
        "scopes": ["catalog:read", "catalog:write"],
        "made_at": "2026-11-01T08:00:00Z",
        "ending": "1a09",
        **extra,
    }


def audit_entry(position: int, what: str, by: str | None, **more: Any) -> Json:
    return {
        "position": position,
        "at": f"2026-11-{10 + position}T10:00:00Z",
        "what": what,
        "subject": "id-sunrise",
        "by": by,
        "why": None,
        "evidence": None,
        "said": None,
        "digest": "ab" * 32,
        **more,
    }


AUDIT: Final = [
    audit_entry(
        6, "suspended", "operator-ada1", why="rules_broken", said="Three shoppers told us.\nSend us the bills."
    ),
    audit_entry(5, "reinstated", None, why="mended"),
    audit_entry(4, "suspended", None, why="domain_on_hold"),
    audit_entry(3, "admitted", "operator-ada1", evidence="cd" * 32),
    audit_entry(2, "proved", "account-nora", evidence="cd" * 32),
    audit_entry(1, "applied", "account-nora"),
]


def constant(status: int, body: Any) -> Callable[..., Answer]:
    return lambda *_: (status, body)


ONE: Final = "([^/]+)"
WEBHOOK_SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ROUTES: Final[list[tuple[str, str, Callable[..., Answer]]]] = [
    ("GET", "/categories", constant(200, [{"slug": slug, "name": name, "children": []} for slug, name in CATEGORIES])),
    ("GET", "/search", search),
    ("GET", "/coops", list_coops),
    ("GET", f"/coops/{ONE}", get_coop),
    ("GET", f"/coops/{ONE}/standing", get_standing),
    ("GET", f"/coops/{ONE}/staff", get_staff),
    ("PUT", f"/coops/{ONE}/staff/{ONE}", constant(204, None)),
    ("DELETE", f"/coops/{ONE}/staff/{ONE}", constant(204, None)),
    ("POST", f"/coops/{ONE}/invitations", constant(201, {})),
    ("DELETE", f"/coops/{ONE}/invitations/{ONE}", constant(204, None)),
    ("GET", f"/invitations/{ONE}", get_invitation),
    ("POST", f"/invitations/{ONE}/accept", constant(200, {})),
    ("POST", f"/coops/{ONE}/(suspend|reinstate)", move_coop),
    ("POST", f"/coops/{ONE}/appeals", appeal_standing),
    ("POST", f"/coops/{ONE}/appeals/dismiss", dismiss_standing_appeal),
    ("GET", "/appeals", list_standing_appeals),
    ("PUT", f"/coops/{ONE}/pause", put_pause),
    ("DELETE", f"/coops/{ONE}/pause", end_pause),
    ("GET", f"/coops/{ONE}/webhooks", lambda gateway, *_: page([webhook(gateway)])),
    (
        "POST",
        f"/coops/{ONE}/webhooks",
        lambda gateway, *_: (201, {"endpoint": webhook(gateway), "secret": WEBHOOK_SECRET}),
    ),
    ("GET", f"/coops/{ONE}/webhooks/{ONE}", lambda gateway, *_: (200, webhook(gateway))),
    ("PUT", f"/coops/{ONE}/webhooks/{ONE}", lambda gateway, *_: (200, webhook(gateway))),
    ("DELETE", f"/coops/{ONE}/webhooks/{ONE}", constant(204, None)),
    (
        "POST",
        f"/coops/{ONE}/webhooks/{ONE}/secret",
        lambda gateway, *_: (200, {"endpoint": webhook(gateway), "secret": WEBHOOK_SECRET}),
    ),
    ("POST", f"/coops/{ONE}/webhooks/{ONE}/replay", constant(202, {"deliveries": 3})),
    ("POST", f"/coops/{ONE}/webhooks/{ONE}/(ping|deliveries/[^/]+/replay)", constant(202, DELIVERIES[0])),
    ("GET", f"/coops/{ONE}/webhooks/{ONE}/deliveries", lambda *_: page(DELIVERIES, "more")),
    ("GET", "/products", lambda *_: page([product("rye-sourdough"), product("oat-cakes"), product("dk-yarn")], "more")),
    ("POST", "/products", lambda *_: (201, product("rye-sourdough"))),
    ("GET", f"/products/{ONE}", get_product),
    ("PUT", f"/products/{ONE}", get_product),
    ("DELETE", f"/products/{ONE}", constant(204, None)),
    ("GET", "/basket", get_basket),
    ("PUT", "/basket", put_basket),
    ("POST", "/basket/lines", add_line),
    ("PUT", f"/basket/lines/{ONE}", put_line),
    ("POST", "/orders", place_order),
    ("GET", "/orders", list_orders),
    ("GET", f"/orders/{ONE}", get_order),
    ("POST", f"/orders/{ONE}/cancel", cancel_order),
    ("POST", f"/charges/{ONE}/open", open_charge),
    ("GET", f"/charges/{ONE}", get_charge),
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
    ("DELETE", "/sessions/current", constant(204, None)),
    ("POST", "/password-resets", constant(202, None)),
    ("PUT", f"/password-resets/{ONE}", constant(204, None)),
    ("GET", "/applications", list_applications),
    ("POST", "/applications", post_application),
    ("GET", f"/applications/{ONE}", get_application),
    ("POST", f"/applications/{ONE}/challenge", challenge),
    ("POST", f"/applications/{ONE}/check", check),
    ("POST", f"/applications/{ONE}/(admit|refuse)", decide),
    ("PUT", f"/applications/{ONE}/seller", get_application),
    ("POST", f"/applications/{ONE}/documents", lambda gateway, *_: (201, application(gateway)["documents"][0])),
    ("POST", f"/applications/{ONE}/waivers", get_application),
    ("POST", f"/applications/{ONE}/(questions|questions/[^/]+/answer|appeal|appeal/uphold|appeal/dismiss)", spoken),
    ("GET", "/audit/entries", lambda *_: page(AUDIT)),
    ("GET", "/imports", lambda gateway, *_: page([an_import(gateway)])),
    ("POST", "/imports", begin_import),
    ("GET", f"/imports/{ONE}", get_import),
    ("POST", f"/imports/{ONE}/{ONE}", lambda gateway, *_: (200, an_import(gateway))),
    ("GET", "/consignments", list_consignments),
    ("POST", f"/consignments/{ONE}/ship", lambda *_: (200, consignment("sunrise", "shipped", []))),
    (
        "GET",
        f"/deliveries/{ONE}",
        constant(
            200,
            {
                "coop_id": "id-sunrise",
                "rates": [{"country": "IE", "price": money(490)}, {"country": "*", "price": money(1490)}],
            },
        ),
    ),
    ("PUT", f"/deliveries/{ONE}", constant(200, {"coop_id": "id-sunrise", "rates": []})),
    ("GET", "/factors", factors),
    ("POST", "/factors/totp", begun_app),
    ("GET", f"/factors/totp/{ONE}", begun_app),
    ("POST", f"/factors/totp/{ONE}/confirm", made_factor),
    ("POST", "/factors/passkeys/(?:creation|request)-options", constant(200, {"options": {"challenge": "AAAA"}})),
    ("POST", "/factors/passkeys", made_factor),
    ("POST", "/factors/recovery-codes", constant(201, {"recovery_codes": RECOVERY_CODES})),
    ("DELETE", f"/factors/{ONE}", constant(204, None)),
    ("POST", "/sessions/current/factor", show_factor),
    ("POST", "/sessions/current/password", constant(204, None)),
    ("GET", "/keys", lambda *_: page([key()])),
    ("POST", "/keys", lambda *_: (201, key(key="tl_live_4f9a0c1e2b7d8a6f5e4d3c2b1a09"))),
    ("DELETE", f"/keys/{ONE}", constant(204, None)),
    (
        "GET",
        f"/payees/{ONE}",
        constant(
            200,
            {
                "coop_id": "id-sunrise",
                "account_ref": "acct_1SandboxSunrise",
                "enabled": True,
                "balance": money(1706),
                "transfers": [
                    {
                        "order_id": "order-0",
                        "consignment_id": "c",
                        "amount": money(2250),
                        "state": "made",
                        "created_at": "2026-11-20T10:00:00Z",
                    }
                ],
            },
        ),
    ),
    (
        "GET",
        "/ledger/balances",
        constant(
            200, {"balances": [{"account": a, "amount": n, "currency": "EUR"} for a, n in CAPTURE], "balanced": True}
        ),
    ),
    (
        "GET",
        "/ledger/entries",
        lambda *_: page(
            [
                ledger_entry("capture", CAPTURE),
                ledger_entry("transfer", [("coop:id-sunrise:payable", 1706), ("stripe:balance", -1706)]),
            ]
        ),
    ),
]
