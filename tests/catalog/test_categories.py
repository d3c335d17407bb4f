"""Co-ops' own words find their place in our tree."""

import pytest

from services.catalog.categories import Categories, load_categories

TREE = load_categories()


@pytest.mark.parametrize(
    ("told", "tags", "title", "place"),
    [
        (["Apparel & Accessories > Clothing > Shirts & Tops"], [], "", "tops"),
        (["Food, Beverages & Tobacco > Food Items > Bakery > Breads & Buns"], [], "", "bread-and-baking"),
        (["1868"], [], "House blend", "coffee"),
        (["", "Soap"], [], "", "soap-and-bath"),
        (["Food & Grocery", "Snacks & Sweets"], [], "Mango bar", "sweets-and-snacks"),
        (["Food & Grocery", "Soap"], [], "", "food"),
        (["Food & Grocery", "Hartkäse"], [], "Bergkäse", "cheese-and-dairy"),
        (["Widgets"], ["honey"], "", "honey-and-preserves"),
        ([], ["men"], "Ocean Blue Shirt", "tops"),
        ([], ["men"], "Mystery", "clothing"),
        ([], [], "Oak coffee table", "furniture"),
        (["Widgets"], ["new"], "Blorp", "other"),
        (["bread-and-baking"], ["tea"], "Tea loaf", "bread-and-baking"),
        (["Toys & Games > Toys > Dolls, Playsets & Toy Figures > Stuffed Animals"], [], "", "toys-and-play"),
        (["Home & Garden > Lawn & Garden > Gardening > Pots & Planters"], [], "", "garden-tools"),
        (["Apparel & Accessories > Clothing > Dresses"], [], "", "trousers-skirts-and-dresses"),
        (["My shop > Necklaces"], [], "", "jewellery"),
        (["Vêtements > Chaussures"], [], "", "shoes"),
        (["Vino tinto"], [], "", "wine-beer-and-cider"),
        ([], [], "Boucles d'oreilles Mia", "jewellery"),
        (["Schwein"], [], "Karreesteak", "meat-fish-and-eggs"),
        ([], [], "Hand cream", "skin-care"),
    ],
)
def test_a_product_is_placed_by_category_then_tags_then_title(
    told: list[str], tags: list[str], title: str, place: str
) -> None:
    assert TREE.place(told, tags, title) == place


def test_a_branch_holds_everything_below_it_and_unknown_ones_nothing() -> None:
    assert {"drinks", "coffee", "tea"} <= set(TREE.branch("drinks"))
    assert TREE.branch("nowhere") == []


def test_every_place_has_a_name_and_all_but_the_rest_an_id_of_googles() -> None:
    places = [one for root in TREE.roots for one in root.branch()]
    assert len({one.slug for one in places}) == len(places)
    assert [one.slug for one in places if one.google is None] == ["other"]
    assert all(TREE.name(one.slug) for one in places)
    assert isinstance(TREE, Categories)


@pytest.mark.parametrize(
    ("google", "place"),
    [
        ("1868", "coffee"),
        ("2194", "bread-and-baking"),
        ("7387", "fruit-and-vegetables"),
        ("499954", "pets"),
        ("2392", "sweets-and-snacks"),
        ("537", "toys-and-play"),
    ],
)
def test_any_id_of_googles_finds_the_place_of_ours_that_it_lies_in(google: str, place: str) -> None:
    assert TREE.place([google], [], "Blorp") == place


def test_an_id_that_lies_in_none_of_ours_is_no_guess() -> None:
    assert TREE.place(["888"], [], "Blorp") == "other"
