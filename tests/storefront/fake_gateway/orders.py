"""Orders, their consignments, and the charge that is paid."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ADDRESS, ONE, Answer, Json, Route, money, page, refused
from tests.storefront.fake_gateway.coops import coop
from tests.storefront.fake_gateway.memory import Memory


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


def order(memory: Memory) -> Json:
    state = memory.order_state
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


def get_order(memory: Memory, _: httpx.Request, order_id: str) -> Answer:
    return (200, order(memory)) if order_id == "order-1" else refused(404, "not_found")


def place_order(memory: Memory, _: httpx.Request) -> Answer:
    memory.lines.clear()
    return 201, order(memory)


def list_orders(memory: Memory, _: httpx.Request) -> Answer:
    return page([order(memory)])


def cancel_order(memory: Memory, _: httpx.Request, __: str) -> Answer:
    memory.order_state = "voiding"
    return 200, order(memory)


def open_charge(memory: Memory, _: httpx.Request, __: str) -> Answer:
    charge = {"state": "open", "amount": money(14160), "payment_intent": "pi_1", "client_secret": "pi_1_secret_x"}
    return 200, charge | {"publishable_key": "pk_test_1", "pay_url": memory.pay_url}


def get_charge(_: Memory, __: httpx.Request, ___: str) -> Answer:
    return 200, {"state": "open", "amount": money(14160), "captured_at": None, "refunded": money(0), "failure": None}


def list_consignments(_: Memory, request: httpx.Request) -> Answer:
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


ROUTES: Final[list[Route]] = [
    ("POST", "/orders", place_order),
    ("GET", "/orders", list_orders),
    ("GET", f"/orders/{ONE}", get_order),
    ("POST", f"/orders/{ONE}/cancel", cancel_order),
    ("POST", f"/charges/{ONE}/open", open_charge),
    ("GET", f"/charges/{ONE}", get_charge),
    ("GET", "/consignments", list_consignments),
    ("POST", f"/consignments/{ONE}/ship", lambda *_: (200, consignment("sunrise", "shipped", []))),
]
