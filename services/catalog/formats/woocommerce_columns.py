"""What WooCommerce calls its columns: a shop exports in its own language, and its words change over the years.

The table has for each language what its translations of 2018 to 2026 say and English does not; `%d` stands for the
number of an attribute, `%s` for a unit of weight.
"""

import json
import re
import unicodedata
from importlib.resources import files

from services.catalog.formats.label_columns import label_field

NUMBER = re.compile(r"[0-9]+")
UNIT = re.compile(r"\((kg|g|lbs|oz)\)")
WEIGHTS = ("kg", "g", "lbs", "oz")
# Before the colon of a column that a plugin added; what Germanized keeps of the unit price is among them.
META = {"meta", "méta", "metatieto", "metadado", "metadados", "pola", "мета", "メタ", "메타", "元数据"}
GERMANIZED = {"_unit": "unit", "_unit_product": "unit_product", "_unit_base": "unit_base"}


def field_of(name: str) -> str | None:
    """`attribute2_name` and `weight_kg` for what has a number or a unit in its name; None for what is not read."""
    told = _folded(name)
    before, colon, key = told.partition(":")
    if colon and before.strip() in META:
        key = key.strip()
        return GERMANIZED.get(key) or label_field(key, own=f"meta: {key}")
    told = told.replace("_", " ").rstrip(" :")
    if number := NUMBER.search(told):
        field = CALLED.get(NUMBER.sub("%d", told, count=1), "")
        return field.replace("attribute_", f"attribute{number[0]}_") or None
    if unit := UNIT.search(told):
        return f"weight_{unit[1]}" if CALLED.get(UNIT.sub("(%s)", told)) == "weight" else None
    return CALLED.get(told)


def _folded(name: str) -> str:
    """Exports and spreadsheets write spaces, apostrophes and question marks in several ways."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("’", "'").split())


def _called() -> dict[str, str]:
    languages = json.loads(files(__package__).joinpath("woocommerce_columns.json").read_bytes())
    return {_folded(name): field for told in languages.values() for field, names in told.items() for name in names}


CALLED = _called()
