"""XML as text: every word escaped, and what no XML may hold left out."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from xml.sax.saxutils import escape

PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0 has no way to write these, not even escaped; one of them makes the whole document unreadable.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def words(text: str) -> str:
    """The text as an element's content."""
    return escape(NOT_IN_XML.sub("", text))


def element(name: str, text: str) -> str:
    return f"<{name}>{words(text)}</{name}>"


def elements(told: Mapping[str, str | None] | Iterable[tuple[str, str | None]]) -> str:
    """One for each that says anything, in order."""
    pairs = told.items() if isinstance(told, Mapping) else told
    return "".join(element(name, text) for name, text in pairs if text)


def w3c(moment: datetime) -> str:
    """As sitemaps write a time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
