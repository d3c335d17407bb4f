"""The projections: what comes late, twice or in a great run leaves what the newest fact said."""

from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.orders.coop import Coop
from services.orders.price_book import PricedVariant
from tests.orders.conftest import Goods, Room
from tests.orders.heard import CoopAdmitted, CoopReinstated, ProductPublished, ProductWithdrawn, Variant


async def prices(room: Room, product_id: UUID) -> dict[UUID, int]:
    """What is for sale of a product, and at what price."""
    listed = select(PricedVariant).where(PricedVariant.product_id == product_id, PricedVariant.listed)
    async with room.database.reading() as session:
        return {entry.variant_id: entry.price for entry in await session.scalars(listed)}


def published(product_id: UUID, version: int, **variants: int) -> ProductPublished:
    return ProductPublished(
        product_id=product_id,
        coop_id=UUID(int=1),
        version=version,
        variants=[Variant(variant_id=UUID(int=int(name[1:])), price=price) for name, price in variants.items()],
    )


async def test_a_newer_version_replaces_the_prices_and_drops_what_it_no_longer_names(room: Room) -> None:
    product = uuid4()
    await room.hear(published(product, 1, v1=100, v2=200))

    await room.hear(published(product, 2, v2=250, v3=300))

    assert await prices(room, product) == {UUID(int=2): 250, UUID(int=3): 300}


async def test_an_older_version_changes_nothing(room: Room) -> None:
    product = uuid4()
    await room.hear(published(product, 5, v1=100))

    await room.hear(published(product, 4, v1=90, v2=200))

    assert await prices(room, product) == {UUID(int=1): 100}


async def test_withdrawn_is_withdrawn_until_it_is_published_again(room: Room) -> None:
    product = uuid4()
    await room.hear(published(product, 1, v1=100))
    await room.hear(ProductWithdrawn(product_id=product, coop_id=UUID(int=1), variant_ids=[], version=2))
    assert await prices(room, product) == {}

    await room.hear(published(product, 1, v1=100))
    assert await prices(room, product) == {}

    await room.hear(published(product, 3, v1=110))
    assert await prices(room, product) == {UUID(int=1): 110}


async def test_a_draft_is_not_for_sale(room: Room) -> None:
    product = uuid4()
    draft = published(product, 1, v1=100).model_copy(update={"state": "draft"})

    await room.hear(draft)

    assert await prices(room, product) == {}


async def test_a_great_run_of_products_is_taken_in_at_once(room: Room) -> None:
    products = [uuid4() for _ in range(400)]
    await room.hear(
        *(
            ProductPublished(
                product_id=product,
                coop_id=UUID(int=1),
                variants=[Variant(variant_id=uuid4(), price=100 + n) for n in range(5)],
            )
            for product in products
        )
    )

    async with room.database.reading() as session:
        assert len((await session.scalars(select(PricedVariant.variant_id))).all()) == 2000


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.permutations([1, 2, 3, 4]), cut=st.integers(0, 4))
async def test_any_order_of_arrival_ends_at_the_newest(room: Room, versions: list[int], cut: int) -> None:
    product = uuid4()
    own = {version: uuid4() for version in versions}
    facts = {version: two_variants(product, own[version], version) for version in versions}

    await room.hear(*(facts[version] for version in versions[:cut]))
    await room.hear(*(facts[version] for version in versions[cut:]))

    assert await prices(room, product) == {product: 4, own[4]: 4}


def two_variants(product: UUID, own: UUID, version: int) -> ProductPublished:
    """One variant that every version has, and one that only this version has."""
    variants = [Variant(variant_id=variant_id, price=version) for variant_id in (product, own)]
    return ProductPublished(product_id=product, coop_id=UUID(int=1), version=version, variants=variants)


async def test_coops_keep_what_the_newest_fact_said(room: Room, bread: Goods) -> None:
    coop_id = uuid4()
    await room.hear(
        CoopReinstated(coop_id=coop_id, name="Newest", version=3),
        CoopAdmitted(coop_id=coop_id, name="First", version=1),
        CoopReinstated(coop_id=coop_id, name="Second", version=2),
    )

    async with room.database.reading() as session:
        coop = await session.get_one(Coop, coop_id)
    assert (coop.name, coop.version) == ("Newest", 3)
