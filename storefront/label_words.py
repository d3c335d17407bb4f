"""What labels say in codes, in people's words."""

from typing import Final

ALLERGENS: Final = {
    "gluten": "gluten",
    "crustaceans": "crustaceans",
    "eggs": "eggs",
    "fish": "fish",
    "peanuts": "peanuts",
    "soybeans": "soybeans",
    "milk": "milk",
    "nuts": "nuts",
    "celery": "celery",
    "mustard": "mustard",
    "sesame": "sesame",
    "sulphites": "sulphites",
    "lupin": "lupin",
    "molluscs": "molluscs",
}
DATE_MARKINGS: Final = {
    "use_by": "A use-by date stands on the pack",
    "best_before": "A best-before date stands on the pack",
}
# In the order the law gives the table, what belongs to the one before it set in.
NUTRIENTS: Final = (
    ("fat", "Fat", False),
    ("saturates", "of which saturates", True),
    ("carbohydrate", "Carbohydrate", False),
    ("sugars", "of which sugars", True),
    ("fibre", "Fibre", False),
    ("protein", "Protein", False),
    ("salt", "Salt", False),
)
WITHDRAWAL: Final = {
    "perishable": "it spoils quickly",
    "made_to_measure": "it is made to your wishes",
    "hygiene": "for health or hygiene, once its seal is broken",
    "mixed": "it cannot be parted again from what it is mixed with",
    "sealed_media": "it is a recording or software, once its seal is broken",
    "periodical": "it is a newspaper or magazine",
}
MISSING: Final = {
    "ingredients": "the list of ingredients",
    "allergens": "which of the fourteen allergens it contains, or that it contains none",
    "allergens_named": "an allergen that its ingredients name",
    "net_quantity": "how much is in it",
    "nutrition": "nutrition in 100 g or 100 ml, unless it is of a kind that needs none",
    "alcohol": "how much alcohol is in it",
    "maker_address": "the address of its maker",
    "maker_contact": "an e-mail or web address of its maker",
    "responsible": "who answers for it in the European Union, because its maker is outside",
    "identification": "a type, batch or serial number, or an SKU of each choice",
    "certification_number": "the number of a certification",
    "organic": "a certification: who calls food organic needs one",
    "picture": "a picture of yours: without one it is in no feed for Google; of what is no food, the law wants one",
}
PIECES: Final = "piece"


def measure(text: str) -> str:
    """`6 piece` is 6 pieces, `2 m2` is 2 m²."""
    amount, _, unit = text.partition(" ")
    if unit == PIECES and amount != "1":
        return f"{amount} pieces"
    return f"{amount} {unit.replace('2', '²').replace('3', '³')}".strip()


def per(text: str) -> str:
    """What a price is for: `kg`, `100 g`."""
    return measure(text).removeprefix("1 ")
