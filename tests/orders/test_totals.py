"""The sums of a basket: each cent of the total is the goods or the delivery of one co-op."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.orders.pricing import CoopCard, LineProblem, PricedBasket, PricedLine

COOPS = [CoopCard(UUID(int=n), f"coop-{n}", f"Co-op {n}") for n in range(4)]
DELIVERIES: dict[UUID, int | None] = {COOPS[0].id: 0, COOPS[1].id: 390, COOPS[2].id: 1250, COOPS[3].id: None}


@st.composite
def lines(draw: st.DrawFn) -> PricedLine:
    coop = draw(st.sampled_from(COOPS))
    return PricedLine(
        variant_id=uuid4(),
        product_id=uuid4(),
        coop=coop,
        slug="goods",
        title="Goods",
        variant_title="",
        picture=None,
        quantity=draw(st.integers(1, 99)),
        unit_price=draw(st.integers(0, 10**9)),
        problem=draw(st.sampled_from([None, None, None, *LineProblem])),
        delivery=DELIVERIES[coop.id],
    )


def basket(*content: PricedLine) -> PricedBasket:
    return PricedBasket(uuid4(), "GB", "EUR", content)


@given(st.lists(lines(), max_size=20))
def test_the_total_is_every_goods_and_every_delivery_once(content: list[PricedLine]) -> None:
    priced = basket(*content)

    sold = [line for line in content if line.problem is None]
    deliveries = sum(DELIVERIES[coop_id] or 0 for coop_id in {line.coop.id for line in sold})
    assert priced.total == sum(line.quantity * line.unit_price for line in sold) + deliveries
    assert priced.total == priced.goods + priced.delivery


@given(st.lists(lines(), max_size=20))
def test_each_line_is_in_exactly_one_consignment(content: list[PricedLine]) -> None:
    parts = basket(*content).consignments

    assert sorted(line.variant_id for part in parts for line in part.lines) == sorted(
        line.variant_id for line in content
    )
    assert len({part.coop.id for part in parts}) == len(parts)
    assert all(line.coop == part.coop for part in parts for line in part.lines)


@given(st.lists(lines(), max_size=6))
def test_checkout_is_open_only_when_every_line_can_be_bought_and_delivered(content: list[PricedLine]) -> None:
    fine = all(line.problem is None and line.delivery is not None for line in content)

    assert basket(*content).can_checkout == (fine and bool(content))
