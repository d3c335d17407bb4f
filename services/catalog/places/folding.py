"""Names of places as they are looked up, however they are spelled."""

import unicodedata

from services.catalog.slug import LETTERS


def folded(name: str) -> str:
    """A name as it is looked up: without case, accents and punctuation."""
    spelled = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    kept = (sign if sign.isalnum() else " " for sign in spelled if not unicodedata.combining(sign))
    return " ".join("".join(kept).split())
