"""The split conserves money."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.payments.split import Consignment, shares

AMOUNTS = st.integers(0, 10**9)


@st.composite
def consignments(draw: st.DrawFn) -> list[Consignment]:
    count = draw(st.integers(1, 12))
    goods = [draw(AMOUNTS) for _ in range(count)]
    return [
        Consignment(
            consignment_id=UUID(int=nth),
            coop_id=UUID(int=100 + nth),
            goods=one,
            delivery=draw(AMOUNTS),
            discount=draw(st.integers(0, one)),
        )
        for nth, one in enumerate(goods)
    ]


@given(consignments(), st.integers(0, 10_000))
def test_shares_and_fees_are_all_that_was_paid_and_nobody_pays_to_sell(
    order: list[Consignment], fee_basis_points: int
) -> None:
    split = shares(order, fee_basis_points)

    assert sum(one.amount + one.fee for one in split) == sum(one.paid for one in order)
    for share, one in zip(split, order, strict=True):
        assert share.amount + share.fee == one.paid
        assert 0 <= share.fee <= one.sold
        assert share.amount >= one.delivery


@given(consignments(), st.integers(0, 10_000))
def test_the_fee_of_the_order_is_exact_to_half_a_cent(order: list[Consignment], fee_basis_points: int) -> None:
    fee = sum(share.fee for share in shares(order, fee_basis_points))

    assert abs(fee * 10_000 - sum(one.sold for one in order) * fee_basis_points) <= 5_000


@given(consignments(), st.integers(0, 10_000))
def test_the_order_of_the_consignments_does_not_matter(order: list[Consignment], fee_basis_points: int) -> None:
    assert sorted(shares(order, fee_basis_points), key=lambda one: one.consignment_id) == sorted(
        shares(order[::-1], fee_basis_points), key=lambda one: one.consignment_id
    )


def test_no_fee_is_taken_of_the_delivery() -> None:
    (share,) = shares([Consignment(consignment_id=UUID(int=1), coop_id=UUID(int=2), goods=1000, delivery=600)], 500)

    assert (share.amount, share.fee) == (1550, 50)
