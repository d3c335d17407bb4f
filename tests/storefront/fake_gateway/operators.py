"""What operators read: the audit log and the books."""

from typing import Any, Final

from tests.storefront.fake_gateway.answers import Json, Route, constant, page


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


ROUTES: Final[list[Route]] = [
    ("GET", "/audit/entries", lambda *_: page(AUDIT)),
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
