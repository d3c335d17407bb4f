"""A co-op's own system puts products by its own ids: made or changed whole, and the same however often it is sent."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from asyncpg import UniqueViolationError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.testing import deliver
from services.catalog.assortment.assortment import Assortment
from services.catalog.assortment.outcome import Outcome
from services.catalog.assortment.upsert import PutProduct
from services.catalog.categories import load_categories
from services.catalog.product import Product
from services.catalog.stock.bundling import NotAPart
from services.catalog.stock.journal import Cause, Change
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.heard import line, placed
from tests.catalog.own_system import loaf, own_system, shirt, variant

PRODUCTS = "catalog.products"


@pytest.fixture
def system(room: Room, coop: CoopHere) -> httpx.AsyncClient:
    return own_system(room, coop)


async def test_a_product_is_made_then_changed_whole_under_the_same_id(room: Room, system: httpx.AsyncClient) -> None:
    made = await system.put("products/RYE-1", json=loaf("Rye loaf", tags=["rye"]))
    changed = await system.put("products/RYE-1", json=loaf("Dark rye"))

    assert (made.status_code, changed.status_code) == (201, 200)
    assert changed.json()["id"] == made.json()["id"]
    assert (changed.json()["title"], changed.json()["tags"], changed.headers["etag"]) == ("Dark rye", [], '"2"')
    assert changed.json()["external_id"] == "RYE-1"
    assert (await system.get("products/RYE-1")).json() == changed.json()
    shown = await room.get(room.nobody, f"/api/v1/products/{made.json()['id']}")
    assert shown["title"] == "Dark rye"
    assert "external_id" not in shown


async def test_sent_again_it_changes_nothing_and_tells_nobody(room: Room, system: httpx.AsyncClient) -> None:
    body = loaf("Shirt", *shirt("S", "M")["variants"], description="<p>Warm.</p>", tags=["wool"])
    first = (await system.put("products/shirt", json=body)).json()

    again = await system.put("products/shirt", json=body)

    assert again.json() == first
    assert len(await room.facts(PRODUCTS)) == 1


async def test_an_id_may_hold_slashes_spaces_and_letters_of_any_script(system: httpx.AsyncClient) -> None:
    for external_id in ("A/1", "rye & spelt", "ржаной/№ 4", "restore", "a/restore"):
        path = f"products/{httpx.QueryParams({'id': external_id})}".replace("id=", "").replace("+", "%20")
        assert (await system.put(path, json=loaf())).json()["external_id"] == external_id
        assert (await system.post(f"{path}/restore")).status_code == 200
        assert (await system.get(path)).json()["external_id"] == external_id


async def test_a_variant_is_known_by_its_options_else_by_its_sku_and_keeps_id_and_stock(
    room: Room, system: httpx.AsyncClient
) -> None:
    made = (await system.put("products/shirt", json=shirt("S", "M"))).json()
    await deliver(room.worker, placed(line(made, 2), line(made, 1, variant=1)))
    news = loaf(
        "Shirt",
        {**variant(500, options={"Size": "Medium"}, sku="SHIRT-M")},
        {**variant(500, options={"Size": "S"}, sku="NEW")},
    )
    for one in news["variants"]:
        del one["stock"]

    changed = (await system.put("products/shirt", json=news)).json()

    assert [one["id"] for one in changed["variants"]] == [one["id"] for one in reversed(made["variants"])]
    assert [(one["title"], one["available"]) for one in changed["variants"]] == [("Medium", 4), ("S", 3)]


async def test_what_comes_by_an_id_has_the_options_it_says(system: httpx.AsyncClient) -> None:
    plain = (await system.put("products/rye", json=loaf())).json()["variants"][0]

    body = loaf("Rye", variant(id=plain["id"], options={"Weight": "1 kg"}))
    changed = (await system.put("products/rye", json=body)).json()

    assert [(one["id"], one["options"]) for one in changed["variants"]] == [(plain["id"], {"Weight": "1 kg"})]


async def test_stock_is_a_count_of_the_shelf_and_what_is_promised_stays_deducted(
    room: Room, system: httpx.AsyncClient
) -> None:
    made = (await system.put("products/rye", json=loaf())).json()
    await deliver(room.worker, placed(line(made, 2)))

    again = (await system.put("products/rye", json=loaf())).json()
    more = (await system.put("products/rye", json=loaf("Rye", variant(stock=9)))).json()

    assert [one["variants"][0]["available"] for one in (again, more)] == [3, 7]


async def test_whoever_names_a_version_changes_nothing_newer(system: httpx.AsyncClient) -> None:
    new = await system.put("products/rye", json=loaf(), headers={"If-Match": '"1"'})
    await system.put("products/rye", json=loaf())
    await system.put("products/rye", json=loaf("Dark"))
    stale = await system.put("products/rye", json=loaf("Light"), headers={"If-Match": '"1"'})
    fresh = await system.put("products/rye", json=loaf("Light"), headers={"If-Match": '"2"'})

    assert [(one.status_code, one.json()["code"]) for one in (new, stale)] == [(412, "changed_meanwhile")] * 2
    assert (fresh.status_code, fresh.json()["version"]) == (200, 3)


async def test_two_who_put_the_same_new_product_at_once_make_one(system: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(system.put("products/rye", json=loaf()) for _ in range(6)))

    assert sorted(one.status_code for one in answers) == [200] * 5 + [201]
    assert len({one.json()["id"] for one in answers}) == 1


class Hasty(Assortment):
    """Looks whether an id is there without keeping others from beginning it meanwhile, and two of them look at once."""

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self._both = asyncio.Barrier(2)

    async def known(self, session: AsyncSession, external_ids: Sequence[str]) -> dict[str | None, Product]:
        found = await self._known(session, external_ids)
        await self.lock_variants(session, list(found.values()))
        await self._both.wait()
        return found


async def put_at_once(room: Room, coop: CoopHere, kind: type[Assortment]) -> list[Outcome | BaseException]:
    """What two are told who both look before either has committed, where they can."""
    shelf = kind(coop.id, "EUR", load_categories(), room.worker.clock(), Cause(Change.EDITED, None))

    async def put() -> Outcome:
        async with room.database.transaction() as session:
            product = (await shelf.known(session, ["rye"])).get("rye")
            await asyncio.sleep(0.2)
            body = PutProduct.model_validate(loaf()).meaning(product)
            draft = body.draft("EUR", load_categories(), product, external_id="rye")
            [done] = await shelf.put(session, [(draft, product)])
            assert not isinstance(done, NotAPart)
        return done[1]

    return list(await asyncio.gather(put(), put(), return_exceptions=True))


async def test_who_puts_an_id_waits_for_whoever_begins_it(room: Room, coop: CoopHere) -> None:
    assert set(await put_at_once(room, coop, Assortment)) == {Outcome.NEW, Outcome.UNCHANGED}


async def test_without_waiting_one_of_the_two_would_fail(room: Room, coop: CoopHere) -> None:
    told = await put_at_once(room, coop, Hasty)

    assert Outcome.NEW in told
    assert any(isinstance(one, UniqueViolationError) for one in told)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (loaf(title=""), "invalid", "title"),
        (loaf("Rye", variant(price=-1)), "not_a_price", "variants.0.price"),
        (loaf("Rye", variant(), variant()), "same_options", "variants.1.title"),
        (loaf(category="nothing"), "not_a_category", "category"),
        (loaf(colour="red"), "invalid", "colour"),
        (loaf("Rye", variant() | {"price": {"amount": 1, "currency": "JPY"}}), "not_a_price", "variants.0.price"),
    ],
)
async def test_what_does_not_fit_is_told_with_its_field(
    system: httpx.AsyncClient, body: dict[str, object], code: str, field: str
) -> None:
    refused = await system.put("products/rye", json=body)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["field"] == field


async def test_an_archived_product_is_restored_as_it_was(room: Room, system: httpx.AsyncClient) -> None:
    made = (await system.put("products/rye", json=loaf())).json()

    assert [(await system.delete("products/rye")).status_code for _ in range(2)] == [204, 204]
    assert (await room.nobody.get(f"/api/v1/products/{made['id']}")).status_code == 404
    restored = [(await system.post("products/rye/restore")).json() for _ in range(2)][1]

    assert restored == made | {"version": 3, "updated_at": restored["updated_at"]}
    assert [fact.type for fact in await room.facts(PRODUCTS)] == [
        "catalog.ProductPublished", "catalog.ProductWithdrawn", "catalog.ProductPublished"
    ]  # fmt: skip


async def test_a_product_without_an_id_of_theirs_is_restored_by_ours(room: Room, coop: CoopHere) -> None:
    made = await room.made(coop)
    await coop.staff.delete(f"/api/v1/products/{made['id']}")

    restored = await coop.staff.post(f"/api/v1/products/{made['id']}/restore")

    assert (restored.status_code, restored.json()["state"], restored.headers["etag"]) == (200, "listed", '"3"')


async def test_a_draft_is_not_listed_by_restoring_it(system: httpx.AsyncClient) -> None:
    await system.put("products/rye", json=loaf(state="draft"))

    refused = await system.post("products/rye/restore")

    assert (refused.status_code, refused.json()["code"]) == (409, "not_archived")


async def test_its_own_systems_see_everything_by_pages_and_by_state(room: Room, system: httpx.AsyncClient) -> None:
    for nth, state in enumerate(["listed", "draft", "listed"]):
        await system.put(f"products/{nth}", json=loaf(f"Loaf {nth}", state=state))
    await system.delete("products/0")

    first = (await system.get("products", params={"limit": 2})).json()
    rest = (await system.get("products", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["external_id"] for one in (*first["items"], *rest["items"])] == ["2", "1", "0"]
    assert rest["next_cursor"] is None
    for nth, state in enumerate(["archived", "draft", "listed"]):
        found = (await system.get("products", params={"state": state})).json()
        assert [one["external_id"] for one in found["items"]] == [str(nth)]


async def test_nobody_else_puts_reads_or_learns_what_is_there(room: Room, coop: CoopHere) -> None:
    await own_system(room, coop).put("products/rye", json=loaf())
    other = await room.coop("tailors")
    stranger, reader = own_system(room, other), own_system(room, coop, frozenset({"catalog:read"}))
    stranger.base_url = reader.base_url

    for path in ("products/rye", "products/none"):
        assert (await stranger.put(path, json=loaf())).status_code == 404
        assert (await stranger.get(path)).status_code == 404
    assert (await reader.put("products/rye", json=loaf())).json()["code"] == "scope_missing"
    assert (await reader.get("products/rye")).status_code == 200
