"""What the demo's co-ops sell: files that the catalogue reads, and lines that say what they mean."""

import pytest

from onebox.demo.cast import CoopStage, DemoCoop, DemoOrder, coops, orders, people
from onebox.demo.goods import Variant, catalogue_file, read
from services.catalog.categories import load_categories
from services.catalog.imports.problem import Severity
from services.producers.names import canonical
from services.producers.schemas import ApplicationForm
from tests.catalog.reading import Catalogue, read_file

SELLING = [coop for coop in coops() if coop.until is CoopStage.ADMITTED]


def catalogue_of(coop: DemoCoop) -> Catalogue:
    assert coop.shop is not None
    _, content = catalogue_file(coop.shop, coop.trading_name, coop.certified)
    return read_file(content)


def test_twelve_or_more_co_ops_of_ten_or_more_countries_sell_three_hundred_products_or_more() -> None:
    assert len(SELLING) >= 12
    assert len({coop.country for coop in SELLING}) >= 10
    assert sum(len(catalogue_of(coop).products) for coop in SELLING) >= 300


@pytest.mark.parametrize("coop", SELLING, ids=lambda coop: str(coop.shop))
def test_every_product_of_a_catalogue_file_finds_its_place(coop: DemoCoop) -> None:
    categories = load_categories()

    products = catalogue_of(coop).products

    assert products
    assert "other" not in {categories.place(one.categories, one.tags, one.title) for one in products}
    assert len({one.external_id for one in products}) == len(products)


def test_both_dialects_are_shown_and_the_bakers_file_has_the_only_bad_rows() -> None:
    read_files = {coop.shop: catalogue_of(coop) for coop in SELLING}

    assert read_files["tidemill"].dialect == "shopify-old"
    assert read_files["varpa"].dialect == "shopify-new"
    assert [shop for shop, catalogue in read_files.items() if catalogue.problems] == ["tidemill"]
    assert [problem.severity for problem in read_files["tidemill"].problems] == [Severity.REJECTED, Severity.WARNING]


def test_some_goods_are_not_counted_and_some_are_out_of_stock() -> None:
    variants = [variant for coop in SELLING for one in catalogue_of(coop).products for variant in one.variants]

    assert any(not variant.tracked for variant in variants)
    assert any(variant.tracked and variant.quantity == 0 for variant in variants)
    assert any(variant.compare_at for variant in variants)


@pytest.mark.parametrize("coop", coops(), ids=lambda coop: coop.domain)
def test_every_application_can_be_made_as_it_stands(coop: DemoCoop) -> None:
    form = ApplicationForm.model_validate(coop.application())

    assert canonical(form.domain).label == coop.slug


@pytest.mark.parametrize("order", orders(), ids=lambda order: f"{order.shopper} {order.until.name}")
def test_every_order_names_goods_that_are_there_and_delivered_to_its_shopper(order: DemoOrder) -> None:
    by_shop = {coop.shop: coop for coop in SELLING}
    country = next(one.address["country"] for one in people().shoppers if one.email == order.shopper)
    for line in order.lines:
        coop = by_shop[line.shop]
        product = next(one for one in catalogue_of(coop).products if one.title == line.title)
        variant = next(one for one in product.variants if one.title == line.variant)
        assert not variant.tracked or (variant.quantity or 0) >= line.quantity
        assert country in coop.delivery or "*" in coop.delivery


def test_a_line_with_alternatives_stands_for_every_combination() -> None:
    variants = "Colour, Size: Red or Blue / S = 20.00 (25.00) x3; Red / M = 21.00"
    goods = read(f"Shirt | tops | linen | {variants} | Of linen | really.")

    assert goods.option_names == ["Colour", "Size"]
    assert goods.variants == [
        Variant(("Red", "S"), "20.00", "25.00", "3"),
        Variant(("Blue", "S"), "20.00", "25.00", "3"),
        Variant(("Red", "M"), "21.00", "", None),
    ]
    assert goods.about == "Of linen | really."


@pytest.mark.parametrize("variants", ["", "cheap", "Size: S = 4", "Size: S / Red = 4.00", "4.00 x-1"])
def test_a_line_that_is_not_written_as_agreed_is_refused(variants: str) -> None:
    with pytest.raises(ValueError, match=r"offer|unpack"):
        read(f"Shirt | tops | linen | {variants} | Of linen.")
