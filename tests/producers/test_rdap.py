"""What the registry's answers mean: each row of the table, and answers as servers really write them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.producers.rdap import STATUSES, Registration, Unreadable, Verdict, read

PROVED = datetime(2026, 11, 1, 12, tzinfo=UTC)
SERVER = "https://rdap.example/"


def answer(*statuses: str, events: list[Any] | None = None, **members: Any) -> dict[str, Any]:
    return {
        "objectClassName": "domain",
        "ldhName": "SUNRISE.COOP.",
        "status": list(statuses),
        "events": events or [],
        **members,
    }


def verdict(*statuses: str, events: list[Any] | None = None, proved_at: datetime | None = PROVED) -> Verdict:
    return read("sunrise.coop", SERVER, answer(*statuses, events=events)).verdict(proved_at)


@pytest.mark.parametrize(
    ("statuses", "means"),
    [
        (["active"], Verdict.PROCEED),
        (["ok"], Verdict.PROCEED),
        (["client transfer prohibited", "server delete prohibited"], Verdict.PROCEED),
        (["active", "auto renew period"], Verdict.PROCEED),
        (["add period"], Verdict.PROCEED),
        (["renew period", "associated"], Verdict.PROCEED),
        (["something unheard of"], Verdict.PROCEED),
        (["server hold"], Verdict.HOLD),
        (["active", "client hold"], Verdict.HOLD),
        (["inactive"], Verdict.HOLD),
        (["pending delete"], Verdict.ENDING),
        (["redemption period"], Verdict.ENDING),
        (["pending restore", "server hold"], Verdict.ENDING),
        (["pending transfer", "redemption period"], Verdict.MOVED),
        # As EPP, and as careless servers, write them.
        (["serverHold"], Verdict.HOLD),
        (["pendingDelete"], Verdict.ENDING),
        (["Server  Hold"], Verdict.HOLD),
        (["CLIENT HOLD"], Verdict.HOLD),
    ],
)
def test_the_worst_status_decides_and_an_unknown_one_stops_nobody(statuses: list[str], means: Verdict) -> None:
    assert verdict(*statuses) is means


def test_every_status_of_the_table_is_tried_here_by_itself() -> None:
    assert {status: verdict(status) for status in STATUSES} == STATUSES


def event(action: str, at: str) -> dict[str, str]:
    return {"eventAction": action, "eventDate": at}


@pytest.mark.parametrize("action", ["transfer", "reregistration", "registration"])
@pytest.mark.parametrize(
    ("at", "means"),
    [
        ("2026-11-01T12:00:01Z", Verdict.MOVED),
        ("2026-11-01T13:30:00+01:00", Verdict.MOVED),
        ("2026-11-01T12:00:00Z", Verdict.PROCEED),
        ("2020-01-01T00:00:00.000Z", Verdict.PROCEED),
        ("2026-11-01T12:30:00+01:00", Verdict.PROCEED),
        ("2026-11-02", Verdict.MOVED),
        ("soon", Verdict.PROCEED),
    ],
)
def test_a_change_of_hands_after_the_proof_revokes_it(action: str, at: str, means: Verdict) -> None:
    assert verdict("active", events=[event(action, at)]) is means


def test_other_events_and_a_missing_proof_revoke_nothing() -> None:
    late = [event("last changed", "2026-11-20T00:00:00Z"), event("expiration", "2027-01-01T00:00:00Z")]

    assert verdict("active", events=late) is Verdict.PROCEED
    assert verdict("active", events=[event("transfer", "2026-11-20T00:00:00Z")], proved_at=None) is Verdict.PROCEED


def test_the_latest_of_several_events_of_a_kind_counts() -> None:
    moves = [event("transfer", "2026-11-20T00:00:00Z"), event("transfer", "2021-01-01T00:00:00Z")]

    assert verdict("active", events=moves) is Verdict.MOVED


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "active",
        {},
        answer(),
        answer("active", objectClassName="entity"),
        answer("active", ldhName="sunset.coop"),
        {**answer(), "status": None},
        {**answer(), "status": [None, 3, " "]},
        {"errorCode": 500, "title": "Sorry"},
    ],
)
def test_what_is_not_understood_neither_admits_nor_revokes(broken: Any) -> None:
    with pytest.raises(Unreadable):
        read("sunrise.coop", SERVER, broken)


@pytest.mark.parametrize("events", [None, {}, "x", [None], [{}], [{"eventAction": "transfer"}], [{"eventDate": 3}]])
def test_oddities_beside_the_status_are_passed_over(events: Any) -> None:
    assert read("sunrise.coop", SERVER, {**answer("active"), "events": events}).verdict(PROVED) is Verdict.PROCEED


def test_a_hostile_answer_is_kept_short() -> None:
    told = read("sunrise.coop", SERVER, answer(*["x" * 10_000] * 10_000))

    assert len(told.statuses) == 50
    assert max(map(len, told.statuses)) == 100


def test_nothing_of_persons_is_kept() -> None:
    card = ["vcard", [["fn", {}, "text", "Ann Tweedale"]]]
    told = read("sunrise.coop", SERVER, answer("active", entities=[{"roles": ["registrant"], "vcardArray": card}]))

    assert "Tweedale" not in repr(told)


def test_an_absent_domain_is_missing_and_no_answer_is_unknown() -> None:
    assert Registration(SERVER).verdict(PROVED) is Verdict.MISSING
    assert Registration(SERVER, failure="timed out", retry_after=timedelta(1)).verdict(PROVED) is Verdict.UNKNOWN
