"""What the law wants said beside an offer and nobody has said yet: told to the co-op, and no reason to hide its goods.

Who may leave what out depends on more than we know (who makes it, how much of it, for whom), so this is advice.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from services.catalog.categories import Categories
from services.catalog.labels.allergens import load_allergen_words
from services.catalog.labels.certifications import load_standards
from services.catalog.labels.label import ProductLabel, kept_label

FOOD = ("food", "drinks")
EU = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip
# Annex V of Regulation (EU) 1169/2011, as far as a category tells; wine and spirits have rules of their own.
NO_NUTRITION = {"fruit-and-vegetables", "coffee", "tea", "wine-beer-and-cider"}
NO_INGREDIENTS = {"fruit-and-vegetables"}
ALCOHOLIC = {"wine-beer-and-cider"}
# Who calls food so needs a certificate in the Union (Regulation (EU) 2018/848, article 30) and elsewhere.
ORGANIC = re.compile(
    r"\b(organic|bio|biologique|ecológic[oa]s?|ecologic[oa]s?|orgánic[oa]s?|biologic[oa]s?)\b", re.IGNORECASE
)


class Missing(StrEnum):
    INGREDIENTS = "ingredients"
    ALLERGENS = "allergens"
    ALLERGENS_NAMED = "allergens_named"
    NET_QUANTITY = "net_quantity"
    NUTRITION = "nutrition"
    ALCOHOL = "alcohol"
    MAKER_ADDRESS = "maker_address"
    MAKER_CONTACT = "maker_contact"
    RESPONSIBLE = "responsible"
    IDENTIFICATION = "identification"
    CERTIFICATION_NUMBER = "certification_number"
    ORGANIC = "organic"
    PICTURE = "picture"


def missing(row: Mapping[str, Any], categories: Categories) -> list[Missing]:
    """Of a product as it is read for showing, in the order in which it stands on a label."""
    label, category = kept_label(row["label"]) or ProductLabel(), row["category"]
    is_food = any(category in categories.branch(root) for root in FOOD)
    claims = row["certifications"] or ()
    found = _of_food(label, category, row["variants"] or ()) if is_food else _of_goods(label, row)
    standards = load_standards().rows
    known = [(one, standards[one["code"]]) for one in claims if one["code"] in standards]
    if any(standard.number and not one["number"] for one, standard in known):
        found.append(Missing.CERTIFICATION_NUMBER)
    if is_food and ORGANIC.search(" ".join([row["title"], *row["tags"]])) and not any(one.organic for _, one in known):
        found.append(Missing.ORGANIC)
    if row["cover"] is None:
        # Regulation (EU) 2023/988, article 19, of goods; of food only those miss it who list goods for shoppers.
        found.append(Missing.PICTURE)
    return found


def _of_food(label: ProductLabel, category: str, variants: Sequence[Mapping[str, Any]]) -> list[Missing]:
    named = {one.allergen for one in load_allergen_words().within(label.ingredients)}
    wanted = {
        Missing.INGREDIENTS: not label.ingredients and category not in NO_INGREDIENTS,
        Missing.ALLERGENS: label.contains is None and category not in NO_INGREDIENTS,
        Missing.ALLERGENS_NAMED: label.contains is not None and not named <= set(label.contains),
        Missing.NET_QUANTITY: not all(variant["net_quantity"] for variant in variants),
        Missing.NUTRITION: label.nutrition is None and category not in NO_NUTRITION,
        Missing.ALCOHOL: label.alcohol is None and category in ALCOHOLIC,
        Missing.MAKER_ADDRESS: label.maker is not None and not label.maker.address,
    }
    return [one for one, is_missing in wanted.items() if is_missing]


def _of_goods(label: ProductLabel, row: Mapping[str, Any]) -> list[Missing]:
    """Who names no other maker has made it: then the co-op's own address stands beside the offer."""
    maker = label.maker
    made_in = (maker.country or row["country"]) if maker else row["country"]
    told_apart = label.identification or all(variant["sku"] or variant["gtin"] for variant in row["variants"] or ())
    wanted = {
        Missing.MAKER_ADDRESS: maker is not None and not maker.address,
        Missing.MAKER_CONTACT: maker is not None and not maker.contact,
        Missing.RESPONSIBLE: made_in not in EU and label.responsible is None,
        Missing.IDENTIFICATION: not told_apart,
    }
    return [one for one, is_missing in wanted.items() if is_missing]
