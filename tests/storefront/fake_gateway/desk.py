"""What a co-op's desk shows beside its orders: keys, delivery prices, what it is owed."""

from typing import Any, Final

from tests.storefront.fake_gateway.answers import ONE, Json, Route, constant, money, page


def key(**extra: Any) -> Json:
    return {
        "id": "key-1",
        "name": "Stock room",
        "scopes": ["catalog:read", "catalog:write"],
        "made_at": "2026-11-01T08:00:00Z",
        "ending": "1a09",
        **extra,
    }


ROUTES: Final[list[Route]] = [
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
]
