"""What WebToffee's plugin exports of a WooCommerce shop says the same as WooCommerce's own export."""

import csv
import io

import pytest

from chassis.errors import Refused
from services.catalog.assortment.draft import ProductDraft, ProductState
from services.catalog.stock.policy import StockPolicy
from tests.catalog.reading import Catalogue, read_file

HEADER = [
    "post_title", "post_name", "post_parent", "ID", "post_content", "post_excerpt", "post_status", "post_date", "sku",
    "parent_sku", "stock", "regular_price", "sale_price", "weight", "visibility", "stock_status", "backorders",
    "manage_stock", "sale_price_dates_from", "sale_price_dates_to", "images", "meta:_global_unique_id",
    "tax:product_type", "tax:product_visibility", "tax:product_cat", "tax:product_tag",
    "attribute:pa_size", "attribute_data:pa_size", "attribute_default:pa_size", "meta:attribute_pa_size",
    "attribute:Colour", "attribute_data:Colour", "meta:attribute_colour",
]  # fmt: skip
PICTURE = "https://sunrise.example/{}.jpg ! alt :  ! title : {} ! desc :  ! caption : "


def exported(*rows: dict[str, str]) -> Catalogue:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return read_file(out.getvalue())


def simple(**told: str) -> dict[str, str]:
    row = {"post_title": "Rye bread", "ID": "7", "post_status": "Published", "regular_price": "4.5", "sku": "rye"}
    return row | {"tax:product_type": "simple", "stock_status": "instock", "manage_stock": "no"} | told


def one(**told: str) -> ProductDraft:
    found = exported(simple(**told))
    assert found.problems == []
    [product] = found.products
    return product


TEE = simple(
    **{"sku": "tee", "ID": "20", "post_title": "Tee", "tax:product_type": "variable", "regular_price": ""},
    **{"attribute:pa_size": "Small|Extra large", "attribute_data:pa_size": "0|1|1"},
)


def size(chosen: str, **told: str) -> dict[str, str]:
    row = simple(sku=f"tee-{chosen}", ID="", post_title="", regular_price="20", post_parent="20", parent_sku="tee")
    return row | {"tax:product_type": "", "meta:attribute_pa_size": chosen} | told


def test_a_simple_product_says_what_its_shop_says_of_it() -> None:
    product = one(
        **{
            "post_content": "Baked today.",
            "tax:product_cat": "Food > Bread|Gifts, cards",
            "tax:product_tag": "rye|dark",
        },
        **{
            "images": f"{PICTURE.format('a', 'a')}| {PICTURE.format('b', 'b')}",
            "meta:_global_unique_id": "4006381333931",
        },
        manage_stock="yes",
        stock="12",
        sale_price="4.00",
    )

    [variant] = product.variants
    assert (product.external_id, product.title, product.description) == ("rye", "Rye bread", "Baked today.")
    assert (product.categories, product.tags) == (["Food > Bread", "Gifts, cards"], ["rye", "dark"])
    assert [one.url for one in product.pictures] == ["https://sunrise.example/a.jpg", "https://sunrise.example/b.jpg"]
    assert (variant.price, variant.compare_at, variant.quantity, variant.gtin) == (400, 450, 12, "04006381333931")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"post_status": "publish"}, ProductState.LISTED),
        ({"post_status": "Published"}, ProductState.LISTED),
        ({"post_status": "private"}, ProductState.DRAFT),
        ({"post_status": "Draft"}, ProductState.DRAFT),
        ({"post_status": "trash"}, ProductState.DRAFT),
    ],
)
def test_only_what_is_published_there_is_for_sale(told: dict[str, str], state: ProductState) -> None:
    assert one(**told).state is state


@pytest.mark.parametrize(
    "told", [{"visibility": "hidden"}, {"tax:product_visibility": "exclude-from-catalog|exclude-from-search"}]
)
def test_what_is_hidden_there_is_a_draft(told: dict[str, str]) -> None:
    found = exported(simple(**told))
    assert found.products[0].state is ProductState.DRAFT
    assert [problem.reason for problem in found.problems] == ["What is hidden there is kept as a draft here."]


def test_stock_is_counted_where_the_shop_counts_it() -> None:
    [uncounted] = one(stock="5").variants
    [sold_out] = one(stock_status="outofstock").variants
    [later] = one(stock_status="onbackorder").variants
    [ahead] = one(manage_stock="yes", stock="2", backorders="notify").variants

    assert (uncounted.tracked, uncounted.quantity) == (False, None)
    assert (sold_out.tracked, sold_out.quantity) == (True, 0)
    assert later.supply is not None
    assert ahead.supply is not None
    assert later.supply.policy is ahead.supply.policy is StockPolicy.BACK_ORDER


def test_a_weight_without_a_unit_is_not_guessed() -> None:
    assert one(weight="500").variants[0].weight_grams is None


def test_variations_go_to_their_product_by_its_sku_or_its_id_wherever_they_stand() -> None:
    found = exported(size("small"), TEE, size("extra-large", parent_sku=""))
    assert [problem.reason for problem in found.problems] == ["No row of the file is the product of this variation."]

    found = exported(size("small"), TEE, size("extra-large"))
    [product] = found.products
    assert (found.problems, product.title) == ([], "Tee")
    assert [variant.options for variant in product.variants] == [{"Size": "Small"}, {"Size": "Extra large"}]

    by_id = [row | {"sku": "", "parent_sku": ""} for row in (TEE, size("small"))]
    [product] = exported(*by_id).products
    assert (product.external_id, len(product.variants)) == ("id:20", 1)


def test_a_variation_of_any_size_is_one_for_each_size_but_not_for_what_no_variation_differs_by() -> None:
    material = {"attribute:Colour": "Red|Blue", "attribute_data:Colour": "1|1|0"}
    [product] = exported(TEE | material, size("")).products
    assert [variant.options for variant in product.variants] == [{"Size": "Small"}, {"Size": "Extra large"}]

    varying = material | {"attribute_data:Colour": "1|1|1"}
    [product] = exported(TEE | varying, size("small")).products
    assert [variant.options["Colour"] for variant in product.variants] == ["Red", "Blue"], "the negative control"


def test_what_is_no_goods_and_what_is_wrong_is_told_by_the_columns_of_the_file() -> None:
    found = exported(simple(**{"tax:product_type": "grouped"}), simple(sku="", ID=""), simple(regular_price="x"))

    assert [(problem.line, problem.column) for problem in found.rejected] == [
        (2, "tax:product_type"),
        (3, "sku"),
        (4, "regular_price"),
    ]


def test_without_a_sku_a_product_would_not_be_found_again() -> None:
    with pytest.raises(Refused) as refused:
        read_file("post_title,regular_price\nRye,3\n")
    assert refused.value.code == "missing_column"
