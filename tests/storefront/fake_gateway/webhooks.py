"""A co-op's webhooks, and what became of their messages."""

from typing import Final

from tests.storefront.fake_gateway.answers import ONE, Json, Route, constant, page
from tests.storefront.fake_gateway.memory import Memory


def webhook(memory: Memory) -> Json:
    return {
        "id": "hook-1",
        "url": "https://hooks.sunrise.coop/toadlane",
        "description": "",
        "events": ["consignment.to_pack", "shop.paused"],
        "state": memory.webhook_state,
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


WEBHOOK_SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


ROUTES: Final[list[Route]] = [
    ("GET", f"/coops/{ONE}/webhooks", lambda memory, *_: page([webhook(memory)])),
    (
        "POST",
        f"/coops/{ONE}/webhooks",
        lambda memory, *_: (201, {"endpoint": webhook(memory), "secret": WEBHOOK_SECRET}),
    ),
    ("GET", f"/coops/{ONE}/webhooks/{ONE}", lambda memory, *_: (200, webhook(memory))),
    ("PUT", f"/coops/{ONE}/webhooks/{ONE}", lambda memory, *_: (200, webhook(memory))),
    ("DELETE", f"/coops/{ONE}/webhooks/{ONE}", constant(204, None)),
    (
        "POST",
        f"/coops/{ONE}/webhooks/{ONE}/secret",
        lambda memory, *_: (200, {"endpoint": webhook(memory), "secret": WEBHOOK_SECRET}),
    ),
    ("POST", f"/coops/{ONE}/webhooks/{ONE}/replay", constant(202, {"deliveries": 3})),
    ("POST", f"/coops/{ONE}/webhooks/{ONE}/(ping|deliveries/[^/]+/replay)", constant(202, DELIVERIES[0])),
    ("GET", f"/coops/{ONE}/webhooks/{ONE}/deliveries", lambda *_: page(DELIVERIES, "more")),
]
