"""What was done to accounts reaches the audit log, each act under a word of its own."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.events import Record, seal
from chassis.testing import deliver
from gateway import events
from services.producers.account_acts import ACTS
from services.producers.audit_check import check
from tests.producers.conftest import Room

DONE_AT = datetime(2026, 11, 23, 11, tzinfo=UTC)
ACCOUNT, COOP, KEY = (UUID(int=nth) for nth in (1, 2, 3))
NAMED = {"account_id": ACCOUNT, "version": 2, "at": DONE_AT}
OF_A_KEY = {**NAMED, "coop_id": COOP, "key_id": KEY}


@pytest.mark.parametrize(
    ("fact", "subject", "by", "why", "at"),
    [
        (events.AddressVerified.model_validate(NAMED), ACCOUNT, ACCOUNT, None, DONE_AT),
        (events.OperatorMade.model_validate(NAMED), ACCOUNT, None, None, DONE_AT),
        (events.ApiKeyRevoked.model_validate(OF_A_KEY), COOP, ACCOUNT, str(KEY), DONE_AT),
        (events.SecondFactorAdded(account_id=ACCOUNT, version=2, kind="totp"), ACCOUNT, ACCOUNT, "totp", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, events.AccountFact) else "",
)
async def test_an_act_is_recorded_with_whom_it_is_about_who_did_it_and_when(
    room: Room, fact: events.AccountFact, subject: UUID, by: UUID | None, why: str | None, at: datetime | None
) -> None:
    told: Record = seal(fact)
    for _ in range(2):
        await deliver(room.worker, told, topic="gateway.accounts")

    [entry] = await room.database.fetch("SELECT what, subject, by, why, at FROM audit_entries")
    assert (entry["subject"], entry["by"], entry["why"]) == (subject, by, why)
    # What does not say when it was done is recorded as of when it was heard.
    assert entry["at"] == (at or room.now)
    assert (await check(room.database)).wrong is None


def test_no_two_acts_share_a_word() -> None:
    assert len(set(ACTS.values())) == len(ACTS)
