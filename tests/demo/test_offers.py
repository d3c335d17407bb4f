"""What the demo's co-ops add by the form: bodies that the catalogue takes, and nothing twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from onebox.actors import CoopMember
from onebox.demo.cast import DemoCoop, coops
from onebox.demo.goods import catalogue_file
from onebox.demo.offering import Offering
from onebox.visitor import Json
from services.catalog.assortment.product_form import ProductBody, ProductForm
from services.catalog.categories import load_categories
from services.catalog.labels.certifications import load_standards
from tests.catalog.reading import read_file

TODAY = date(2026, 11, 26)
OFFERING = [coop for coop in coops() if coop.by_form]


class Desk(CoopMember):
    """Takes what the API would, and remembers it."""

    def __init__(self) -> None:
        self.coop_id = str(uuid4())
        self.asked: list[tuple[str, str]] = []
        self.bodies: list[Json] = []

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        self.asked.append((method, path.rpartition("/")[2]))
        if path == "/pictures":
            return {"digest": f"{len(self.asked):064x}"}
        body = options["json"]
        if "variants" not in body:
            return {}
        self.bodies.append(body)
        (ProductForm if method == "POST" else _Changed).model_validate(body)
        variants = [{"id": str(uuid4()), "title": one["title"], "price": one["price"]} for one in body["variants"]]
        return {"id": str(uuid4()), "title": body["title"], "version": 1, "variants": variants, "pictures": []}


class _Changed(ProductBody):
    coop_id: str


def shelf_of(coop: DemoCoop) -> dict[str, Json]:
    assert coop.shop is not None
    _, content = catalogue_file(coop.shop, coop.trading_name, coop.certified)
    products = read_file(content).products
    return {
        one.title: {"variants": [{"id": str(uuid4()), "title": variant.title} for variant in one.variants]}
        for one in products
    }


async def played(coop: DemoCoop) -> Desk:
    desk = Desk()
    offering = Offering(desk, shelf_of(coop), TODAY)
    for offer in coop.by_form:
        await offering.play(offer)
    return desk


@pytest.mark.parametrize("coop", OFFERING, ids=lambda coop: str(coop.shop))
async def test_every_offer_is_a_product_as_the_catalogue_takes_it(coop: DemoCoop) -> None:
    desk = await played(coop)

    categories, standards = load_categories(), load_standards()
    for body in desk.bodies:
        assert body["category"] in categories
        form = ProductForm.model_validate({**body, "coop_id": str(uuid4())})
        standards.require(form.certifications or ())


async def test_every_policy_of_stock_is_shown_and_a_reduced_price_and_pictures() -> None:
    desks = [await played(coop) for coop in OFFERING]

    variants = [variant for desk in desks for body in desk.bodies for variant in body["variants"]]
    assert {variant["policy"] for variant in variants} >= {"made_to_order", "back_order"}
    assert any(variant.get("parts") for variant in variants)
    assert any(variant.get("compare_at") for variant in variants)
    assert any(("PUT", "pictures") in desk.asked for desk in desks)
    assert str(TODAY + timedelta(days=24)) in {variant["available_from"] for variant in variants}


async def test_what_is_on_the_shelf_is_not_offered_again() -> None:
    coop = next(one for one in OFFERING if one.shop == "snedkeriet")
    desk, there = Desk(), Desk()
    first = Offering(there, shelf_of(coop), datetime.now(UTC).date())
    for offer in coop.by_form:
        await first.play(offer)

    again = Offering(desk, first.shelf, TODAY)
    for offer in coop.by_form:
        await again.play(offer)

    assert there.bodies
    assert desk.asked == []


def test_a_weight_to_choose_is_how_much_is_in_it_and_a_tag_is_certified() -> None:
    coop = next(one for one in coops() if one.shop == "olivar")
    _, content = catalogue_file("olivar", coop.trading_name, coop.certified)
    oil = next(one for one in read_file(content).products if one.title == "Extra virgin oil, Picual")

    assert [variant.net_quantity for variant in oil.variants] == ["500 ml", "3 l"]
    assert [claim.code for claim in oil.certifications or ()] == ["eu-organic"]
