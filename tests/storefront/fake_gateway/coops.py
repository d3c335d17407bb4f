"""Co-ops as everybody sees them, their standing, its appeals, and their pauses."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, page, refused, sent
from tests.storefront.fake_gateway.memory import Memory

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


def get_coop(memory: Memory, _: httpx.Request, slug: str) -> Answer:
    if slug.removeprefix("id-") not in {row[0] for row in COOPS}:
        return refused(404, "not_found")
    return 200, {**coop(slug, memory.coop_state), "pause": memory.pause}


def put_pause(memory: Memory, request: httpx.Request, _: str) -> Answer:
    memory.pause = {"since": "2026-11-24T09:00:00Z", **sent(request)}
    return 200, memory.pause


def end_pause(memory: Memory, _: httpx.Request, __: str) -> Answer:
    memory.pause = None
    return 204, None


def list_coops(memory: Memory, request: httpx.Request) -> Answer:
    listed = [coop(row[0], memory.coop_state if row[0] == "sunrise" else "admitted") for row in COOPS]
    return page([one for one in listed if request.url.params.get("state") in (None, one["state"])])


def get_standing(memory: Memory, _: httpx.Request, coop_id: str) -> Answer:
    stopped = memory.coop_state != "admitted"
    return 200, {
        "coop_id": coop_id,
        "state": memory.coop_state,
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
        "appeals": memory.appeals,
    }


def appeal_standing(memory: Memory, request: httpx.Request, coop_id: str) -> Answer:
    if memory.appeals:
        return refused(409, "appeal_open")
    words = sent(request)["words"]
    memory.appeals = [{"appealed_at": "2026-11-21T10:00:00Z", "words": words, "upheld": None}]
    return 201, get_standing(memory, request, coop_id)[1]


def dismiss_standing_appeal(memory: Memory, request: httpx.Request, coop_id: str) -> Answer:
    answer = sent(request)["words"]
    memory.appeals = [
        {**one, "decided_at": "2026-11-22T10:00:00Z", "answer": answer, "upheld": False} for one in memory.appeals
    ]
    return get_standing(memory, request, coop_id)


def list_standing_appeals(memory: Memory, _: httpx.Request) -> Answer:
    waiting = [one for one in memory.appeals if one["upheld"] is None]
    return page([{**one, "coop_id": "id-sunrise", "name": "Sunrise Bakers", "state": "suspended"} for one in waiting])


def move_coop(memory: Memory, request: httpx.Request, coop_id: str, verb: str) -> Answer:
    memory.coop_state = "suspended" if verb == "suspend" else "admitted"
    return get_standing(memory, request, coop_id)


ROUTES: Final[list[Route]] = [
    ("GET", "/coops", list_coops),
    ("GET", f"/coops/{ONE}", get_coop),
    ("GET", f"/coops/{ONE}/standing", get_standing),
    ("POST", f"/coops/{ONE}/(suspend|reinstate)", move_coop),
    ("POST", f"/coops/{ONE}/appeals", appeal_standing),
    ("POST", f"/coops/{ONE}/appeals/dismiss", dismiss_standing_appeal),
    ("GET", "/appeals", list_standing_appeals),
    ("PUT", f"/coops/{ONE}/pause", put_pause),
    ("DELETE", f"/coops/{ONE}/pause", end_pause),
]
