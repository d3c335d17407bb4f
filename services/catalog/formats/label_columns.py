"""Which columns tell of the label, whatever a shop calls them.

A field is `label.ingredients`, or `label.ingredients@custom.ingredients` where a shop has a name of its own for it: a
file may tell one thing in several columns.
"""

import re
from collections.abc import Mapping, Sequence

PREFIX = "label."
# Our own column, and what other systems call it: Open Food Facts, common metafields, Germanized for WooCommerce.
CALLED: Mapping[str, Sequence[str]] = {
    "certifications": ("certification", "product_certifications_standards"),
    "ingredients": ("ingredients_text", "ingredient_list", "ingredients_list", "zutaten", "ingredientes"),
    "contains": ("allergens", "allergen", "allergen_information", "allergen_info", "contains_allergens", "alergenos"),
    "may_contain": ("traces", "may_contain_allergens"),
    "origin": ("origins", "country_of_origin", "place_of_origin", "food_place_of_origin", "origen"),
    "storage": ("storage_instructions", "storage_conditions", "conservation_conditions"),
    "date_marking": (),
    "nutrition_per": (),
    "energy_kj": ("energy_kj_100g",),
    "energy_kcal": ("energy_kcal_100g",),
    "fat": ("fat_100g",),
    "saturates": ("saturated_fat_100g", "saturated_fat"),
    "carbohydrate": ("carbohydrates_100g", "carbohydrates"),
    "sugars": ("sugars_100g",),
    "fibre": ("fiber_100g", "fiber"),
    "protein": ("proteins_100g", "proteins"),
    "salt": ("salt_100g",),
    "alcohol": ("alcohol_content", "alcohol_100g", "alcohol_by_volume", "abv"),
    "maker_name": ("manufacturer_name", "manufacturer", "food_distributor"),
    "maker_address": ("manufacturer_address",),
    "maker_country": ("manufacturer_country",),
    "maker_contact": ("manufacturer_contact", "manufacturer_email"),
    "responsible_name": ("eu_responsible_person", "responsible_person_name", "eu_responsible_person_name"),
    "responsible_address": ("responsible_person_address", "eu_responsible_person_address"),
    "responsible_country": ("responsible_person_country", "eu_responsible_person_country"),
    "responsible_contact": ("responsible_person_email", "eu_responsible_person_email"),
    "identification": ("product_identification", "model_number"),
    "warnings": ("safety_warnings", "safety_instructions", "safety_information"),
    "withdrawal_exception": (),
}
# Columns of our own format, and what they mean: shown to co-ops as it stands here.
LABEL_COLUMNS: Mapping[str, str] = {
    "certifications": "As listed at /api/v1/certifications, parted by commas, each with its number: fairtrade 1234.",
    "ingredients": "As on the pack. Allergens are set in bold; mark one yourself as **so** where it is missed.",
    "contains": "Which of the fourteen allergens, parted by commas, as gluten, milk, nuts; or none.",
    "may_contain": "Allergens that may be in it by accident.",
    "origin": "The country or place it comes from.",
    "storage": "How to keep it, as Cool and dry.",
    "date_marking": "Which date stands on the pack: use_by or best_before.",
    "nutrition_per": "What the next columns are told for: 100 g (or blank) or 100 ml.",
    "energy_kj": "Kilojoules.",
    "energy_kcal": "Kilocalories.",
    "fat": "Grams, as the columns that follow.",
    "saturates": "Of which saturates.",
    "carbohydrate": "",
    "sugars": "Of which sugars.",
    "fibre": "",
    "protein": "",
    "salt": "",
    "alcohol": "In per cent of the volume, as 12.5.",
    "maker_name": "Who made it, or sells food under their name.",
    "maker_address": "Their postal address.",
    "maker_country": "Two letters, as ES.",
    "maker_contact": "Their e-mail or web address.",
    "responsible_name": "Who answers for it in the European Union, where its maker is outside.",
    "responsible_address": "",
    "responsible_country": "",
    "responsible_contact": "",
    "identification": "Type, batch or serial number by which it is known.",
    "warnings": "Warnings and safety information, each on a line with its language before it, as en: Keep dry.",
    "withdrawal_exception": "If not sent back: perishable, made_to_measure, hygiene, mixed, sealed_media, periodical.",
}
FIELDS = {name: field for field, names in CALLED.items() for name in (field, *names)}
NONE_OF_THEM = "none"  # Of the fourteen allergens.
WARNINGS_IN = re.compile(r"warnings_(?P<language>[a-z]{2})")
METAFIELD = re.compile(r".*\(product\.metafields\.(?P<own>[\w-]+\.(?P<key>[\w-]+))\)", re.DOTALL)


def label_field(name: str, *, own: str = "") -> str | None:
    """The field of a column with this name, if it is one of the label; `own` tells it from others that say the same."""
    told = re.sub(r"[\s-]+", "_", name.strip().casefold()).strip("_")
    found = told if WARNINGS_IN.fullmatch(told) else FIELDS.get(told)
    if found is None:
        return None
    own = own or ("" if told == found else told)
    return f"{PREFIX}{found}@{own}" if own else f"{PREFIX}{found}"


def metafield(name: str) -> str | None:
    """Shopify's `Ingredients (product.metafields.custom.ingredients)`."""
    found = METAFIELD.fullmatch(name.strip().casefold())
    return label_field(found["key"], own=found["own"]) if found else None


def told_in(field: str) -> str | None:
    """Which thing of the label a field tells of, if it is one of the label."""
    return field.removeprefix(PREFIX).partition("@")[0] if field.startswith(PREFIX) else None
