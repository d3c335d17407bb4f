"""A token verifies for the account and the domain it was made for, and for nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.producers.challenge import LIFE, Binding, Challenge, new_token, record_name

ACCOUNT, OTHER_ACCOUNT = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINE = Binding(ACCOUNT, "sunrise.coop")


def test_a_token_has_256_random_bits_and_fits_one_character_string() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)


def test_any_one_of_several_records_may_be_the_token() -> None:
    digest = MINE.digest(b"right")

    assert MINE.published(digest, [b"v=spf1 -all", b"right", b""])


@pytest.mark.parametrize("records", [[], [b"wrong"], [b"right "], [b"RIGHT"], [b"righ", b"t"]])
def test_nothing_but_the_exact_token_matches(records: list[bytes]) -> None:
    assert not MINE.published(MINE.digest(b"right"), records)


@pytest.mark.parametrize("foreign", [Binding(OTHER_ACCOUNT, "sunrise.coop"), Binding(ACCOUNT, "sunset.coop")])
def test_the_same_token_of_another_account_or_domain_never_matches(foreign: Binding) -> None:
    assert not foreign.published(MINE.digest(b"right"), [b"right"])


def test_a_challenge_lives_seven_days_and_until_it_is_used() -> None:
    challenge = Challenge(application_id=UUID(int=3), digest=b"", issued_at=NOON, expires_at=NOON + LIFE, used_at=None)

    assert challenge.live(NOON + timedelta(days=7, seconds=-1))
    assert not challenge.live(NOON + timedelta(days=7))
    challenge.used_at = NOON
    assert not challenge.live(NOON)


def test_the_record_stands_at_an_underscore_label_of_our_own() -> None:
    assert record_name("sunrise.coop") == "_toadlane-challenge.sunrise.coop"
