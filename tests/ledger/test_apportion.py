"""Sharing out by largest remainder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.apportion import NothingToShareBy, apportion

WEIGHTS = st.dictionaries(st.integers(), st.integers(0, 10**9), min_size=1).filter(lambda by: sum(by.values()))


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10000, [1, 1, 1], [3334, 3333, 3333]),
        (12345, [700, 200, 99, 1], [8642, 2469, 1222, 12]),
        (800000, [1234567, 891011, 100, 0], [464630, 335332, 38, 0]),
        (50000, [30000, 20000, 15000], [23077, 15385, 11538]),
        (1234567, [45, 45, 10], [555555, 555555, 123457]),
        (-10000, [1, 1, 1], [-3334, -3333, -3333]),
        (0, [0, 0], [0, 0]),
    ],
)
def test_known_amounts_come_out_as_known(total: int, weights: list[int], parts: list[int]) -> None:
    assert list(apportion(total, dict(enumerate(weights))).values()) == parts


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_the_parts_sum_to_the_whole_and_each_is_within_one_unit_of_exact(total: int, weights: dict[int, int]) -> None:
    parts = apportion(total, weights)

    whole = sum(weights.values())
    assert sum(parts.values()) == total
    for id_, part in parts.items():
        assert abs(part * whole - total * weights[id_]) < whole
        assert weights[id_] or part == 0


@given(st.integers(0, 10**9), WEIGHTS)
def test_the_order_of_the_input_does_not_matter(total: int, weights: dict[int, int]) -> None:
    backwards = dict(reversed(weights.items()))

    assert apportion(total, weights) == apportion(total, backwards)


def test_ties_go_to_the_smallest_id() -> None:
    assert apportion(1, {"b": 1, "a": 1, "c": 1}) == {"b": 0, "a": 1, "c": 0}


def test_an_amount_cannot_be_shared_out_by_nothing() -> None:
    with pytest.raises(NothingToShareBy):
        apportion(1, {"a": 0})


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        apportion(1, {"a": -1, "b": 3})
