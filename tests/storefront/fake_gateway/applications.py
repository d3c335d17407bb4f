"""An application, from the first word to the decision and the appeal."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, page
from tests.storefront.fake_gateway.memory import Memory


def questions(state: str) -> list[Json]:
    asked: Json = {"asked_at": "2026-11-22T13:00:00Z", "answered_at": None, "answer": None}
    answered = {"answered_at": "2026-11-22T15:00:00Z", "answer": "The Co-operative Societies Act."}
    first = {**asked, **answered, "id": "question-1", "words": "Which law are you registered under?"}
    second = {**asked, "id": "question-2", "words": "Who may become a member?\nAnd how?"}
    by_state = {"asked": [first, second], "appealed": [first]}
    return by_state.get(state, [])


def application(memory: Memory) -> Json:
    state = memory.application_state
    return {
        "id": "application-1",
        "state": state,
        **STATED,
        **domain_check(memory),
        **decision(state),
        "requirements": requirements(proved=state != "applied"),
        "documents": [STATUTES],
        "questions": questions(state),
        "payee": {"enabled": True} if state == "admitted" else None,
    }


STATED: Final[Json] = {
    "domain": "sunrise.coop",
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
    "submitted_at": "2026-11-22T09:00:00Z",
    "eligibility": "COOP",
    "controlled_by": "",
    "register_name": "Register of Societies",
    "register_number": "5832R",
    "tax_id": "",
    "bank_holder": "Sunrise Bakers",
    "certified_at": "2026-11-22T09:00:00Z",
}
STATUTES: Final[Json] = {
    "id": "paper-1",
    "kind": "statutes",
    "name": "Statutes of 2014, as amended.pdf",
    "type": "application/pdf",
    "size": 481_516,
    "added_at": "2026-11-22T09:30:00Z",
}


def looked_up(at: str, outcome: str, answer: str, *, authenticated: bool) -> Json:
    seen = {"resolvers": ["127.0.0.1:5353"], "answers": [answer], "authenticated_data": authenticated}
    return {"checked_at": at, "outcome": outcome, **seen}


def domain_check(memory: Memory) -> Json:
    missed = looked_up("2026-11-22T10:00:00Z", "not_found", "toadlane=some-other-value", authenticated=False)
    proof = "toadlane-proof=Zq3v8mN1bX0pL7sT4uYwKc2dRfHgJ5aE6iOoQ9"
    found = looked_up("2026-11-22T10:20:00Z", "proved", proof, authenticated=True)
    asked = {"record_name": "_toadlane-challenge.sunrise.coop", "expires_at": "2026-11-30T10:00:00Z"}
    renewal = {"due_at": "2027-02-20T10:20:00Z", "revoked": memory.proof_revoked, "grace_days_left": 14}
    return {
        "challenge": asked if memory.challenged else None,
        "evidence": [missed] if memory.application_state == "applied" else [missed, found],
        "registry": [{"checked_at": "2026-11-22T10:20:00Z", "verdict": "proceed", "statuses": ["active"]}],
        "renewal": renewal if memory.application_state == "admitted" else None,
    }


def requirements(*, proved: bool) -> list[Json]:
    return [
        {"code": code, "kind": kind, "told": told, "state": state}
        for code, kind, told, state in (
            ("domain_proved", "computed", "Controls its .coop domain", "met" if proved else "open"),
            ("seller_identity", "computed", "Has given its entry in a register and its tax number", "open"),
            ("self_certified", "attested", "Certifies that it is who it says", "met"),
            ("papers_read", "verified", "Its statutes and its entry were read by an operator", "open"),
        )
    ]


def decision(state: str) -> Json:
    refused, dismissed = state in {"refused", "appealed", "dismissed"}, state == "dismissed"
    appeal = {
        "appealed_at": "2026-11-25T09:00:00Z",
        "words": "We became a co-operative in March: number 1234 in the register.",
        "decided_at": "2026-11-27T09:00:00Z" if dismissed else None,
        "answer": "The register does not show it." if dismissed else None,
    }
    return {
        "decided_at": "2026-11-22T12:00:00Z" if refused or state == "admitted" else None,
        "decision_reason": "The register knows a company of that name." if refused else None,
        "appeal_open_until": "2026-12-22T12:00:00Z" if state == "refused" else None,
        "appeal": appeal if state in {"appealed", "dismissed"} else None,
    }


def get_application(memory: Memory, _: httpx.Request, __: str) -> Answer:
    return 200, application(memory)


def post_application(memory: Memory, _: httpx.Request) -> Answer:
    return 201, application(memory)


def list_applications(memory: Memory, _: httpx.Request) -> Answer:
    return page([application(memory)])


def challenge(memory: Memory, _: httpx.Request, __: str) -> Answer:
    memory.challenged = True
    return 201, {
        "record_name": "_toadlane-challenge.sunrise.coop",
        "record_type": "TXT",
        "record_value": "toadlane-proof=Zq3v8mN1bX0pL7sT4uYwKc2dRfHgJ5aE6iOoQ9",
        "file_url": "https://sunrise.coop/.well-known/toadlane-challenge.txt",
        "expires_at": "2026-11-30T10:00:00Z",
    }


def check(memory: Memory, _: httpx.Request, __: str) -> Answer:
    memory.application_state = "proved"
    return 200, application(memory)


def decide(memory: Memory, _: httpx.Request, __: str, verb: str) -> Answer:
    memory.application_state = "admitted" if verb == "admit" else "refused"
    return 200, application(memory)


def spoken(memory: Memory, _: httpx.Request, __: str, what: str) -> Answer:
    after = {"questions": "asked", "appeal": "appealed", "appeal/uphold": "proved", "appeal/dismiss": "dismissed"}
    memory.application_state = after.get(what, "proved")
    return 200, application(memory)


ROUTES: Final[list[Route]] = [
    ("GET", "/applications", list_applications),
    ("POST", "/applications", post_application),
    ("GET", f"/applications/{ONE}", get_application),
    ("POST", f"/applications/{ONE}/challenge", challenge),
    ("POST", f"/applications/{ONE}/check", check),
    ("POST", f"/applications/{ONE}/(admit|refuse)", decide),
    ("PUT", f"/applications/{ONE}/seller", get_application),
    ("POST", f"/applications/{ONE}/documents", lambda memory, *_: (201, application(memory)["documents"][0])),
    ("POST", f"/applications/{ONE}/waivers", get_application),
    ("POST", f"/applications/{ONE}/(questions|questions/[^/]+/answer|appeal|appeal/uphold|appeal/dismiss)", spoken),
]
