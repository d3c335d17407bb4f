"""Names of places as they are looked up, however they are spelled."""

import unicodedata

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def folded(name: str) -> str:
    """A name as it is looked up: without case, accents and punctuation."""
    spelled = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    kept = (sign if sign.isalnum() else " " for sign in spelled if not unicodedata.combining(sign))
    return " ".join("".join(kept).split())
