"""New products are written by one statement for many, and are what a form, a file or a session makes of them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from chassis.testing import counting
from services.catalog.imports.run_import import PRODUCTS_AT_ONCE
from services.catalog.product import Product, Variant
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.sheets import first, sheet

TAGS = ["rye", "Müller's", 'so-called "best"', "back\\slash", "{braces}", "NULL"]
SIZES: dict[str, dict[str, Any]] = {
    "Small": {"sku": "S", "price": 450, "compare_at": 500, "stock": 7, "net_quantity": "500 g", "price_per": "100 g"},
    "Large": {"sku": "", "price": 800, "compare_at": None, "stock": None, "net_quantity": "1 kg", "price_per": "1 kg"},
}
CERTIFIED = {"code": "eu-organic", "number": "ES-ECO-020-CV"}
# What is told of one co-op's product, or of one alone that came by a file.
APART = {"product_id", "variant_id", "coop_id", "slug", "entry", "change", "cause", "at", "created_at", "updated_at"}
OF_FILES = {"external_id", "imported_digest", "imported_state", "imported_quantity"}


def amount(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}"


def rows_of_file() -> str:
    shared = {"id": "loaf", "title": "Rye loaf", "description": "<p>Baked today.</p>", "category": "bread-and-baking"}
    label = {"ingredients": "Rye, *water*, salt", "certifications": "eu-organic ES-ECO-020-CV"}
    rows = [
        shared
        | label
        | {"tags": TAGS, "option1_name": "Size", "option1_value": size, "sku": told["sku"]}
        | {"price": amount(told["price"]), "compare_at_price": amount(told["compare_at"]), "stock": told["stock"]}
        | {"net_quantity": told["net_quantity"], "price_per": told["price_per"]}
        for size, told in SIZES.items()
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def said_in_a_form() -> dict[str, Any]:
    def money(cents: int | None) -> dict[str, Any] | None:
        return None if cents is None else {"amount": cents, "currency": "EUR"}

    told = {"tags": TAGS, "label": {"ingredients": "Rye, *water*, salt"}, "certifications": [CERTIFIED]}
    variants = [
        one
        | {"title": "", "options": {"Size": size}, "price": money(one["price"])}
        | {"compare_at": money(one["compare_at"])}
        for size, one in SIZES.items()
    ]
    return told | {"variants": variants}


async def rows_of(room: Room, coop: CoopHere) -> dict[str, list[Mapping[str, Any]]]:
    """All that was written of the co-op's products, but what tells one from another."""
    of_coop = "product_id IN (SELECT product_id FROM products WHERE coop_id = $1)"
    asked = {
        "products": "SELECT * FROM products WHERE coop_id = $1",
        "variants": f"SELECT * FROM variants WHERE {of_coop} ORDER BY position",
        "stock_journal": f"SELECT j.* FROM stock_journal j JOIN variants USING (variant_id) WHERE {of_coop}",
        "product_changes": f"SELECT was_listed FROM product_changes WHERE {of_coop}",
    }
    return {
        table: [
            {name: value for name, value in row.items() if name not in APART | OF_FILES}
            for row in await room.database.fetch(sql, coop.id)
        ]
        for table, sql in asked.items()
    }


async def told_of(room: Room, coop: CoopHere) -> list[dict[str, Any]]:
    """The facts about the co-op's products, but for ids."""
    facts = [fact.data for fact in await room.facts("catalog.products") if fact.data["coop_id"] == str(coop.id)]
    return [json.loads(json.dumps(_nameless(fact))) for fact in facts]


def _nameless(fact: dict[str, Any]) -> dict[str, Any]:
    variants = [{name: value for name, value in one.items() if name not in APART} for one in fact["variants"]]
    return {name: value for name, value in fact.items() if name not in APART | {"picture"}} | {"variants": variants}


async def test_one_product_by_a_form_and_by_a_file_is_the_same_rows_and_the_same_fact(room: Room) -> None:
    by_form, by_file = await room.coop(), await room.coop("harbour")
    await room.made(by_form, "Rye loaf", **said_in_a_form())
    report = await room.imported(by_file, rows_of_file(), "shop.jsonl")
    await room.settled()

    assert (report["products_created"], report["problems"]) == (1, [])
    rows = await rows_of(room, by_form)
    assert await rows_of(room, by_file) == rows
    assert {table: len(some) for table, some in rows.items()} == {
        "products": 1, "variants": 2, "stock_journal": 1, "product_changes": 1,
    }  # fmt: skip
    assert rows["products"][0]["tags"] == TAGS
    [fact] = await told_of(room, by_form)
    assert await told_of(room, by_file) == [fact]
    assert (await room.search("Rye loaf"))["total"] == 2


async def test_a_product_written_directly_is_what_a_session_would_write(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, rows_of_file(), "shop.jsonl")
    async with room.database.reading() as session:
        query = select(Product).options(selectinload(Product.variants))
        direct = (await session.scalars(query)).one()
    before = await rows_of(room, coop)
    variants = [Variant(**_columns(one)) for one in direct.variants]

    async with room.database.transaction() as session:
        await session.execute(text("DELETE FROM products"))
        session.add(Product(**_columns(direct), variants=variants))

    after = await rows_of(room, coop)
    assert (after["products"], after["variants"]) == (before["products"], before["variants"])


def _columns(row: Product | Variant) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


@pytest.mark.parametrize("number", [5, PRODUCTS_AT_ONCE])
async def test_many_new_products_cost_as_many_statements_as_a_few(room: Room, number: int) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(first("before")))
    begun = await coop.staff.post(
        "/api/v1/imports", params={"coop_id": str(coop.id)}, content=sheet(*(first(f"mug-{n}") for n in range(number)))
    )
    async with counting(room.database) as seen:
        await room.settled()

    assert (await room.get(coop.staff, f"/api/v1/imports/{begun.json()['id']}"))["products_created"] == number
    tables = ("products", "variants", "stock_journal")
    assert len([sql for sql in seen.sql if any(f"INTO {one} " in sql for one in tables)]) == 1
    assert len([sql for sql in seen.sql if "FROM products" in sql]) <= 8
