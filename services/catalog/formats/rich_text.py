"""Cells that hold more than a line: Shopify's JSON for rich text and lists, and HTML, as the text that they say."""

import json
import re
from collections.abc import Iterator
from html import unescape

from services.catalog.sanitise import plain_text

JSON_BEGINS = ('{"type":"root"', '{"type": "root"', "[")
BOLD = re.compile(r"</?(?:b|strong)(?:\s[^<>]*)?>", re.IGNORECASE)


def unwrapped(text: str) -> str:
    """What the cell says; what is bold there is marked **so**."""
    if text.startswith(JSON_BEGINS):
        try:
            return "\n".join(_texts(json.loads(text))).strip()
        except (json.JSONDecodeError, RecursionError):
            return text
    return unescape(plain_text(BOLD.sub("**", text))) if "<" in text else text


def _texts(told: object) -> Iterator[str]:
    """Every text of the document, those of a paragraph in one line."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, list):
        for one in told:
            yield from _texts(one)
    elif isinstance(told, dict):
        children = told.get("children")
        if told.get("type") == "text":
            value = str(told.get("value", ""))
            yield f"**{value}**" if told.get("bold") and value.strip() else value
        elif isinstance(children, list):
            inner = [*_texts(children)]
            yield from ["".join(inner)] if told.get("type") == "paragraph" else inner
