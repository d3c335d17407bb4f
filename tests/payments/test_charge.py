"""The state machine of a charge: one table, and nothing that is not in it."""

import itertools

import pytest

from services.payments.charge import TRANSITIONS, Charge, Move, OutOfTurn, State


def charge(state: State) -> Charge:
    return Charge(state=state)


@pytest.mark.parametrize(("move", "state"), list(itertools.product(Move, State)))
def test_a_move_told_twice_changes_nothing_the_second_time(move: Move, state: State) -> None:
    one = charge(state)
    if state not in TRANSITIONS[move]:
        with pytest.raises(OutOfTurn):
            one.move(move)
        return

    one.move(move)
    after = one.state

    assert one.move(move) is False
    assert one.state is after


@pytest.mark.parametrize("state", [State.VOIDED, State.REFUNDING, State.REFUNDED])
def test_what_is_over_is_never_captured_as_if_nothing_had_happened(state: State) -> None:
    assert TRANSITIONS[Move.CAPTURE][state] is not State.CAPTURED


@pytest.mark.parametrize("move", Move)
def test_captured_money_ends_with_the_co_ops_or_with_the_buyer(move: Move) -> None:
    after = TRANSITIONS[move].get(State.CAPTURED, State.CAPTURED)

    assert after in (State.CAPTURED, State.REFUNDING)


@pytest.mark.parametrize("move", Move)
def test_a_refund_is_never_taken_back(move: Move) -> None:
    assert TRANSITIONS[move].get(State.REFUNDED, State.REFUNDED) is State.REFUNDED
