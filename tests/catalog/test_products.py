"""Products by form and API: read by everybody, changed by their co-op's staff, never half."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from chassis.auth import Caller
from chassis.testing import counting, deliver
from tests.catalog.conftest import SCOPES, CoopHere, Room, form
from tests.catalog.heard import line, placed

PRODUCTS = "catalog.products"


def variant(title: str = "", **more: Any) -> dict[str, Any]:
    return {"title": title, "price": {"amount": 450, "currency": "EUR"}, "stock": 5} | more


async def put(client: Any, product: dict[str, Any], body: dict[str, Any], *, etag: str | None = None) -> Any:
    headers = {"If-Match": etag or f'"{product["version"]}"'}
    return await client.put(f"/api/v1/products/{product['id']}", json=body, headers=headers)


async def test_a_product_made_by_form_is_published_whole(room: Room) -> None:
    coop = await room.coop()
    made = await room.made(coop, "Crème brûlée")

    shown = await room.nobody.get("/api/v1/products/creme-brulee")
    assert shown.json() == made | {"missing": []}
    assert shown.headers["etag"] == '"1"'
    assert made["coop"] == {
        "id": str(coop.id), "slug": "sunrise", "name": "Sunrise Bakers", "country": "GB", "paused": False,
        "paused_until": None,
    }  # fmt: skip
    [fact] = await room.facts(PRODUCTS)
    assert fact.type == "catalog.ProductPublished"
    assert fact.data == {
        "version": 1,
        "product_id": made["id"],
        "coop_id": str(coop.id),
        "slug": "creme-brulee",
        "title": "Crème brûlée",
        "category": "bread-and-baking",
        "picture": "bread-and-baking/creme-brulee",
        "state": "listed",
        "currency": "EUR",
        "variants": [{"variant_id": made["variants"][0]["id"], "title": "", "sku": "", "price": 450, "tracked": True}],
    }


async def test_reading_a_product_is_one_statement_and_no_transaction(room: Room) -> None:
    coop = await room.coop()
    body = form(coop, "Shirt", variants=[variant(size) for size in ("S", "M", "L", "XL")])
    await coop.staff.post("/api/v1/products", json=body)
    await room.nobody.get("/api/v1/products/shirt")

    async with counting(room.database) as seen:
        answer = await room.nobody.get("/api/v1/products/shirt")

    assert len(answer.json()["variants"]) == 4
    assert len(seen.sql) == 1


async def test_options_keep_their_order(room: Room) -> None:
    coop = await room.coop()
    options = {"Size": "M", "Colour": "Red", "A": "z"}
    made = await coop.staff.post("/api/v1/products", json=form(coop, "Shirt", variants=[variant(options=options)]))
    assert list(made.json()["variants"][0]["options"].items()) == list(options.items())
    assert made.json()["variants"][0]["title"] == "M / Red / z"


async def test_a_change_keeps_the_slug_the_variants_ids_and_what_is_promised(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, "Loaf", stock=5)
    await deliver(room.worker, placed(line(loaf, 2)))
    one = loaf["variants"][0]
    body = form(
        coop,
        "Dark loaf",
        variants=[
            variant(id=one["id"], price={"amount": 500, "currency": "EUR"}, stock=3),
            variant("Half", stock=None),
        ],
    )

    answer = await put(coop.staff, loaf, body)

    changed = answer.json()
    assert (changed["slug"], changed["title"], changed["version"]) == ("loaf", "Dark loaf", 2)
    assert changed["variants"][0]["id"] == one["id"]
    assert [(each["available"], each["tracked"]) for each in changed["variants"]] == [(3, True), (None, False)]
    assert [fact.data["version"] for fact in await room.facts(PRODUCTS)] == [1, 2]


async def test_stock_that_nobody_touched_is_left_as_it_is(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, "Loaf", stock=5)
    await deliver(room.worker, placed(line(loaf, 2)))
    one = variant(id=loaf["variants"][0]["id"])

    await put(coop.staff, loaf, form(coop, "Loaf", variants=[one | {"stock_seen": 5}]), etag="*")
    assert await room.available(loaf) == 3
    del one["stock"]
    await put(coop.staff, loaf, form(coop, "Loaf", variants=[one]), etag="*")
    assert await room.available(loaf) == 3
    await put(coop.staff, loaf, form(coop, "Loaf", variants=[one | {"stock": 7, "stock_seen": 5}]), etag="*")
    assert await room.available(loaf) == 7


async def test_two_variants_may_swap_their_titles(room: Room) -> None:
    coop = await room.coop()
    body = form(coop, "Tea", variants=[variant("A"), variant("B")])
    made = (await coop.staff.post("/api/v1/products", json=body)).json()
    first, second = made["variants"]
    body = form(coop, "Tea", variants=[variant("B", id=first["id"]), variant("A", id=second["id"])])

    changed = (await put(coop.staff, made, body)).json()

    assert [(one["id"], one["title"]) for one in changed["variants"]] == [(first["id"], "B"), (second["id"], "A")]


async def test_nobodys_change_is_lost(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, "Loaf")
    await put(coop.staff, loaf, form(coop, "Dark loaf"))

    stale = await put(coop.staff, loaf, form(coop, "White loaf"))
    blind = await coop.staff.put(f"/api/v1/products/{loaf['id']}", json=form(coop, "White loaf"))

    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "changed_meanwhile", 2)
    assert (blind.status_code, blind.json()["code"]) == (428, "if_match_missing")
    assert (await room.get(room.nobody, "/api/v1/products/loaf"))["title"] == "Dark loaf"


async def test_a_change_that_tells_no_state_leaves_it_as_it_is(room: Room) -> None:
    coop = await room.coop()
    draft = (await coop.staff.post("/api/v1/products", json=form(coop, "Secret", state="draft"))).json()

    changed = (await put(coop.staff, draft, form(coop, "Still secret"))).json()

    assert changed["state"] == "draft"


async def test_archiving_withdraws_once_and_hides_from_all_but_staff(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, "Loaf")
    for _ in range(2):
        assert (await coop.staff.delete(f"/api/v1/products/{loaf['id']}")).status_code == 204
    await room.settled()

    assert (await room.nobody.get("/api/v1/products/loaf")).status_code == 404
    assert (await coop.staff.get("/api/v1/products/loaf")).json()["state"] == "archived"
    assert (await room.search())["total"] == 0
    facts = await room.facts(PRODUCTS)
    assert [fact.type for fact in facts] == ["catalog.ProductPublished", "catalog.ProductWithdrawn"]
    assert facts[1].data["variant_ids"] == [loaf["variants"][0]["id"]]


async def test_a_draft_is_nobodys_business_until_it_is_listed(room: Room) -> None:
    coop = await room.coop()
    draft = (await coop.staff.post("/api/v1/products", json=form(coop, "Secret", state="draft"))).json()
    assert (await room.nobody.get("/api/v1/products/secret")).status_code == 404
    assert await room.facts(PRODUCTS) == []

    await put(coop.staff, draft, form(coop, "Secret", state="listed"))

    assert (await room.nobody.get("/api/v1/products/secret")).status_code == 200
    assert [fact.data["version"] for fact in await room.facts(PRODUCTS)] == [2]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"category": "nowhere"}, "category"),
        ({"variants": []}, "variants"),
        ({"variants": [variant(price={"amount": -1, "currency": "EUR"})]}, "variants.0.price"),
        ({"variants": [variant(price={"amount": 1.5, "currency": "EUR"})]}, "variants.0.price.amount"),
        ({"variants": [variant(price={"amount": 100, "currency": "USD"})]}, "variants.0.price"),
        ({"variants": [variant(price={"amount": 10**12, "currency": "EUR"})]}, "variants.0.price"),
        ({"variants": [variant(compare_at={"amount": 450, "currency": "EUR"})]}, "variants.0.compare_at"),
        ({"variants": [variant(stock=-1)]}, "variants.0.stock"),
        ({"variants": [variant(stock=1.5)]}, "variants.0.stock"),
        ({"variants": [variant(stock=10**30)]}, "variants.0.stock"),
        ({"variants": [variant("A"), variant("a")]}, "variants.1.title"),
        ({"state": "sold"}, "state"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_a_form_that_does_not_fit_names_its_field_and_changes_nothing(
    room: Room, change: dict[str, Any], field: str
) -> None:
    coop = await room.coop()

    answer = await coop.staff.post("/api/v1/products", json=form(coop, "Loaf") | change)

    assert answer.status_code == 422, answer.text
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert (await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id)))["items"] == []


async def test_others_products_do_not_exist(room: Room) -> None:
    sunrise, harbour = await room.coop(), await room.coop("harbour")
    loaf = await room.made(sunrise, "Loaf")
    reader = room.connect(
        Caller(kind="key", works_for={sunrise.id: "key"}, scopes={sunrise.id: frozenset({"catalog:read"})})
    )

    for client, expected in ((harbour.staff, 404), (room.nobody, 404), (reader, 403)):
        assert (await put(client, loaf, form(sunrise, "Stolen"))).status_code == expected
        assert (await client.delete(f"/api/v1/products/{loaf['id']}")).status_code == expected
        assert (await client.post("/api/v1/products", json=form(sunrise, "Planted"))).status_code == expected
    for key in (str(uuid4()), "no-such", "%00", "' OR 1=1"):
        assert (await room.nobody.get(f"/api/v1/products/{key}")).status_code == 404


async def test_a_key_with_the_scope_writes_by_its_own_id_and_not_twice(room: Room) -> None:
    coop = await room.coop()
    key = room.connect(Caller(kind="key", works_for={coop.id: "key"}, scopes={coop.id: SCOPES}))

    first = await key.post("/api/v1/products", json=form(coop, "Loaf", external_id="till-1"))
    second = await key.post("/api/v1/products", json=form(coop, "Loaf", external_id="till-1"))

    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "external_id_taken")


async def test_the_list_shows_everything_to_staff_and_what_is_for_sale_to_others(room: Room) -> None:
    coop: CoopHere = await room.coop()
    for nth in range(3):
        await room.made(coop, f"Loaf {nth}")
    await coop.staff.post("/api/v1/products", json=form(coop, "Secret", state="draft"))

    page = await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id), limit=3)
    rest = await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id), cursor=page["next_cursor"])
    assert [one["title"] for one in page["items"] + rest["items"]] == ["Secret", "Loaf 2", "Loaf 1", "Loaf 0"]
    public = await room.get(room.nobody, "/api/v1/products", coop_id=str(coop.id))
    assert [one["title"] for one in public["items"]] == ["Loaf 2", "Loaf 1", "Loaf 0"]
    assert (await room.nobody.get("/api/v1/products", params={"cursor": "x"})).json()["code"] == "bad_cursor"


async def test_products_of_one_title_made_at_the_same_moment_get_names_of_their_own(room: Room) -> None:
    coop = await room.coop()

    answers = await asyncio.gather(
        *(coop.staff.post("/api/v1/products", json=form(coop, "Loaf")) for _ in range(4)),
        *(coop.staff.post("/api/v1/products", json=form(coop, "Bun", external_id="bun")) for _ in range(4)),
    )

    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 3
    assert {answer.json()["code"] for answer in answers if answer.is_error} == {"external_id_taken"}


async def test_a_form_that_names_one_variant_twice_is_refused(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, "Loaf")
    twice = [variant(title, id=loaf["variants"][0]["id"]) for title in ("Small", "Large")]

    answer = await put(coop.staff, loaf, form(coop, "Loaf", variants=twice))

    assert (answer.status_code, answer.json()["code"]) == (422, "same_variant")
    assert answer.json()["errors"][0]["field"] == "variants.1.id"
