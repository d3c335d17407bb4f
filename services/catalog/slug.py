"""The part of an address that names a product; once given it never changes."""

import re
import unicodedata

LONGEST = 80
NOT_A_WORD = re.compile(r"[^a-z0-9]+")
# Letters that no decomposition turns into ASCII.
LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def slug_of(title: str) -> str:
    """Lower-case ASCII words joined by hyphens; blank where the title has no Latin letter or digit."""
    folded = unicodedata.normalize("NFKD", title.lower().translate(LETTERS)).encode("ascii", "ignore").decode()
    return NOT_A_WORD.sub("-", folded)[:LONGEST].strip("-")
