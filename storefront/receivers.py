"""For whoever writes a receiver of webhooks: what arrives, and how to know that it is us."""

from typing import Final

from starlette.responses import Response

from storefront.visit import Visit

EXAMPLE: Final = """\
POST /toadlane HTTP/1.1
Content-Type: application/json
webhook-id: 01934f5c-8a00-7000-8000-000000000a01
webhook-timestamp: 1795500000
webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=

{
  "type": "consignment.to_pack",
  "timestamp": "2026-11-24T05:59:58Z",
  "data": {
    "coop_id": "01934f5c-8a00-7000-8000-000000000011",
    "consignment_id": "01934f5c-8a00-7000-8000-0000000000c1",
    "number": "TL-7K2M-94QX"
  }
}"""

RECEIVER: Final = """\
import base64, hmac, time

def is_from_toad_lane(secret, headers, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    fits = any(hmac.compare_digest(expected, one) for one in headers["webhook-signature"].split())
    return fits and abs(time.time() - int(headers["webhook-timestamp"])) < 300"""

_CONSIGNMENT: Final = ("consignment_id", "number")
_STANDING: Final = ("state", "reason", "since")

DATA: Final = {
    "consignment.to_pack": _CONSIGNMENT,
    "consignment.called_off": _CONSIGNMENT,
    "consignment.shipped": _CONSIGNMENT,
    "payee.changed": ("enabled",),
    "shop.suspended": _STANDING,
    "shop.lapsed": _STANDING,
    "shop.reinstated": _STANDING,
    "shop.paused": ("until",),
    "shop.resumed": ("until",),
}


async def guide(visit: Visit) -> Response:
    return visit.render("webhooks.html", example=EXAMPLE, receiver=RECEIVER, webhook_data=DATA)
