"""Our word to a room: for that room alone, short-lived, used again within its life."""

import jwt
import pytest

from chassis.auth import BadToken, Caller, Gatekeeper
from chassis.ids import new_id
from chassis.testing import private_key_pem, public_key_pem
from gateway.internal_token import TokenIssuer


class Seconds:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_a_room_reads_who_is_asking_and_no_other_room_does() -> None:
    coop = new_id()
    caller = Caller(
        id=new_id(),
        kind="account",
        operator=True,
        works_for={coop: "packer"},
        scopes={coop: frozenset(("orders:read",))},
    )
    token = TokenIssuer(private_key_pem()).token_for("orders", caller).decode()

    assert Gatekeeper("orders", public_key_pem()).caller(f"Bearer {token}") == caller
    with pytest.raises(BadToken):
        Gatekeeper("payments", public_key_pem()).caller(f"Bearer {token}")


def test_a_token_is_used_again_until_little_of_its_life_is_left() -> None:
    seconds = Seconds(1_000_000.0)
    issuer, caller = TokenIssuer(private_key_pem(), seconds=seconds), Caller(id=new_id(), kind="guest")

    first = issuer.token_for("orders", caller)
    seconds.now += 85
    assert issuer.token_for("orders", caller) == first
    seconds.now += 10
    second = issuer.token_for("orders", caller)

    claims = jwt.decode(second, options={"verify_signature": False})
    assert second != first
    assert claims["exp"] - seconds.now <= 120


def test_callers_who_differ_in_anything_never_share_a_token() -> None:
    someone, coop = new_id(), new_id()
    callers = [
        Caller(),
        Caller(id=someone, kind="guest"),
        Caller(id=someone, kind="account"),
        Caller(id=someone, kind="account", operator=True),
        Caller(id=someone, kind="account", operator_withheld=True),
        Caller(id=someone, kind="account", works_for={coop: "owner"}),
        Caller(id=someone, kind="account", withheld_from=frozenset((coop,))),
        Caller(id=someone, kind="account", works_for={coop: "packer"}),
        Caller(id=someone, kind="key", works_for={coop: "owner"}),
        Caller(id=someone, kind="key", works_for={coop: "owner"}, scopes={coop: frozenset(("orders:read",))}),
        Caller(id=someone, kind="account", address_digest="0a"),
        Caller(id=someone, kind="account", address_digest="0b"),
    ]
    issuer = TokenIssuer(private_key_pem())

    tokens = {issuer.token_for(room, caller) for caller in callers for room in ("orders", "catalog")}

    assert len(tokens) == 2 * len(callers)


def test_what_is_remembered_has_a_bound() -> None:
    issuer = TokenIssuer(private_key_pem(), remembered=3)

    for _ in range(10):
        issuer.token_for("orders", Caller(id=new_id(), kind="guest"))

    assert issuer.kept == 3
