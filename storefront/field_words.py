"""What is wrong with one field, in people's words: the API says it to programs."""

import re
from typing import Final

# The API's own sentences pass; these are its validator's, which speak of strings and patterns.
FIELD_WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"value error, (.+)", r"\1"),
        (
            r"value is not a valid email address.*|an email address must .*",
            "Give an e-mail address such as ada@example.org.",
        ),
        (r"field required|input should not be (?:none|empty)", "Please fill this in."),
        (r"string should have at most (\d+) characters?", r"Please use at most \1 characters."),
        (r"string should have at least 1 character", "Please fill this in."),
        (r"string should have at least (\d+) characters", r"Please use at least \1 characters."),
        (r"string should match pattern .*", "This is not written in a way that can be read. Please check it."),
        (r"input should be less than or equal to (-?[\d.]+)", r"Give at most \1."),
        (r"input should be greater than or equal to (-?[\d.]+)", r"Give at least \1."),
        (r"input should be greater than 0", "Give more than nothing."),
        (r"input should be a valid (?:integer|number|decimal).*", "Give a number."),
        (r"(?:input|value|string|list|dictionary) should .*", "Please check this."),
    )
)


def field_words(detail: str) -> str:
    """A sentence for the reader beside the field."""
    text = detail.strip() or "please check this"
    for pattern, words in FIELD_WORDS:
        if found := pattern.fullmatch(text.removesuffix(".")):
            text = found.expand(words)
    starts_with_a_name = "." in text.partition(" ")[0].rstrip(".")
    return (text if starts_with_a_name else text[:1].upper() + text[1:]) + (
        "" if text.endswith((".", "!", "?")) else "."
    )
