"""A catalogue as a file of its own: nothing is lost, nothing is executed, and uploaded again it changes nothing."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from services.catalog.assortment.draft import ProductDraft, ProductState, VariantDraft
from services.catalog.formats.own import COLUMNS, rows_of
from services.catalog.formats.record import guarded, unguarded
from services.catalog.formats.written import csv_line
from services.catalog.labels.allergens import Allergen
from services.catalog.labels.certifications import Certification
from services.catalog.labels.label import (
    DateMarking,
    Nutrition,
    Party,
    ProductLabel,
    SafetyWarning,
    WithdrawalException,
)
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.reading import read_file
from tests.catalog.sheets import first, later, sheet, sized, tracked

EXPORTS = "/api/v1/exports/catalogue"
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://evil.example")',
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "'=1+1",
    "x;=1+1",
    "x;'=1+1",
)
FILE = sheet(
    sized("tee", "S", "20.00", Tags="a\\,b, c", Type="Tops", **{"Variant SKU": "=1+1"}, **tracked("3")),
    later("tee", "M", "22.00", **{"Variant Compare At Price": "25.00", "Variant Grams": "180"}, **tracked("0")),
    first("mug", "3.50", Title="=HYPERLINK(1)", **{"Body (HTML)": "<p>One</p>\n<p>Two, “three”</p>"}),
    first("pan", "9.99", Status="draft", **{"Variant Barcode": "4006381333931"}),
    first("old", "9.99", Status="archived"),
)


LABEL = ProductLabel(
    ingredients="Rye, **so**;\nsalt",
    contains=[],
    may_contain=[Allergen.MILK],
    nutrition=Nutrition(per="100 ml", energy_kj=Decimal(1046), fat=Decimal("3.50")),
    alcohol=Decimal("12.5"),
    date_marking=DateMarking.USE_BY,
    maker=Party(name="Sunrise, Bakers", address="Lane 1\nLeipzig", country="DE", contact="a@sunrise.coop"),
    warnings=[SafetyWarning(text="Hot"), SafetyWarning(language="es", text="Caliente\ny frío")],
    withdrawal_exception=WithdrawalException.PERISHABLE,
)


async def products(room: Room, coop: CoopHere) -> list[dict[str, Any]]:
    return list((await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id)))["items"])


async def exported(coop: CoopHere, kind: str) -> str:
    answer = await coop.staff.get(f"{EXPORTS}.{kind}", params={"coop_id": str(coop.id)})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
async def test_an_export_uploaded_again_changes_nothing(room: Room, kind: str) -> None:
    coop = await room.coop()
    await room.imported(coop, FILE)
    await room.made(coop, "By hand", label=LABEL.kept(), certifications=[{"code": "fairtrade"}])
    before = await products(room, coop)

    report = await room.imported(coop, await exported(coop, kind), f"catalogue.{kind}")

    assert (report["dialect"], report["rows_rejected"], report["problems"]) == ("toadlane", 0, [])
    assert (report["products_unchanged"], report["products_created"], report["products_updated"]) == (5, 0, 0)
    assert await products(room, coop) == before


async def test_an_edited_export_changes_what_was_edited_in_the_very_product(room: Room) -> None:
    coop = await room.coop()
    await room.made(coop, "By hand", price=450)
    [before] = await products(room, coop)

    report = await room.imported(coop, (await exported(coop, "csv")).replace("4.50", "4.75"))
    again = await room.imported(coop, await exported(coop, "csv"))

    [after] = await products(room, coop)
    assert (report["products_updated"], report["products_created"], again["products_unchanged"]) == (1, 0, 1)
    assert after["variants"][0]["price"]["amount"] == 475
    told = [{**one, "version": 0, "updated_at": "", "variants": 0} for one in (before, after)]
    assert told[0] == told[1]


async def test_another_co_ops_id_in_a_file_is_a_product_of_ones_own(room: Room) -> None:
    bakers, weavers = await room.coop(), await room.coop("weavers", name="Weavers")
    theirs = await room.made(bakers, "Rye loaf")
    text = await exported(bakers, "csv")

    report = await room.imported(weavers, text.replace("Rye loaf", "Mine now"))

    assert report["products_created"] == 1
    assert (await room.get(room.nobody, f"/api/v1/products/{theirs['id']}"))["title"] == "Rye loaf"


async def test_only_staff_take_a_catalogue_away(room: Room) -> None:
    coop, other = await room.coop(), await room.coop("other", name="Other")
    for client in (room.nobody, other.staff):
        assert (await client.get(f"{EXPORTS}.csv", params={"coop_id": str(coop.id)})).status_code in {401, 404}


async def test_a_spreadsheet_finds_no_formula_in_an_export(room: Room) -> None:
    coop = await room.coop()
    for nth, words in enumerate(FORMULAS):
        variant = {"options": {"Kind": words}, "sku": words, "price": {"amount": 100, "currency": "EUR"}}
        other = {"options": {"Kind": "Plain"}, "price": {"amount": 100, "currency": "EUR"}}
        told = form(
            coop, words, tags=[words], description=words, external_id=f"{words}{nth}", variants=[variant, other]
        )
        answer = await coop.staff.post("/api/v1/products", json=told)
        assert answer.status_code == 201, answer.text

    text = await exported(coop, "csv")

    for delimiter in (",", ";"):  # Which one a spreadsheet looks for depends on where it is opened.
        cells = cells_of(text, delimiter)
        assert [cell for cell in cells if is_formula(cell)] == []
        assert sum("1+1" in cell for cell in cells) > 10
    report = await room.imported(coop, text)
    assert (report["products_unchanged"], report["rows_rejected"]) == (len(FORMULAS), 0)


def cells_of(text: str, delimiter: str) -> list[str]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter)
    return [cell for row in reader for cell in row]


def is_formula(cell: str) -> bool:
    """By the rule of those who warn of it: what a spreadsheet begins to calculate at."""
    return cell[:1] in set("=+-@\t\r\n＝＋－＠")


@pytest.mark.parametrize("words", FORMULAS)
def test_without_the_guard_a_spreadsheet_would_calculate(words: str) -> None:
    """The negative control; and the guard takes nothing away."""
    assert any(is_formula(cell.lstrip("'")) for cell in words.split(";"))
    assert not any(is_formula(cell) for cell in guarded(words).split(";"))
    assert unguarded(guarded(words)) == words


def test_whatever_a_product_is_its_rows_are_read_back_as_it() -> None:
    odd = ProductDraft(
        external_id="'=odd, “one”",
        title="- dash; semicolon",
        description='<p>line\nline "quoted"</p>',
        categories=["food"],
        tags=["a,b", "c"],
        state=ProductState.DRAFT,
        variants=[
            VariantDraft(options={}, price=1, tracked=True, quantity=0),
            VariantDraft(options={"Choice": "Large"}, price=10**9, compare_at=10**9 + 1, gtin="04006381333931"),
            VariantDraft(options={"Choice": "Small"}, price=2, net_quantity="0.75 l", price_per="100 ml"),
        ],
        label=LABEL,
        certifications=[Certification(code="eu-organic", number="DE-ÖKO-006"), Certification(code="fairtrade")],
    )
    text = csv_line(COLUMNS) + "".join(csv_line(row.get(name, "") for name in COLUMNS) for row in rows_of(odd, "EUR"))

    found = read_file(text)

    assert (found.problems, [one.digest() for one in found.products]) == ([], [odd.digest()])
