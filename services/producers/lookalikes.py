"""Which labels may pass for others: letters of several scripts, or of one that can spell Latin words (UTS 39)."""

from confusable_homoglyphs import categories, confusables

ANY_SCRIPT = frozenset({"COMMON", "INHERITED"})  # digits and marks that belong to every script

# What UTS 39 calls highly restrictive: these are written together in ordinary words.
TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)


def may_mislead(label: str) -> bool:
    """Whether a person should look before this label is shown in its own letters."""
    scripts = {categories.alias(letter) for letter in label} - ANY_SCRIPT
    if len(scripts) > 1:
        return not any(scripts <= together for together in TOGETHER)
    return not label.isascii() and "LATIN" not in scripts and all(map(_passes_for_ascii, label))


def _passes_for_ascii(letter: str) -> bool:
    if letter.isascii():
        return True
    found = confusables.is_confusable(letter, preferred_aliases=[]) or []
    return any(twin["c"].isascii() for one in found for twin in one["homoglyphs"])
