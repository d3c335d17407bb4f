"""Text with its web links made clickable, and nothing else made of it."""

import re

from markupsafe import Markup

_LINK = re.compile(r"https?://[^\s<>\"'`\\]+[^\s<>\"'`\\.,;:!?)\]}]")


def links(text: str) -> list[str]:
    return _LINK.findall(text)


def linked(text: str) -> Markup:
    """Everything is escaped; only what begins as http(s) becomes a link."""
    anchor = Markup('<a href="{0}" rel="noreferrer noopener nofollow">{0}</a>')
    pieces, end = [], 0
    for match in _LINK.finditer(text):
        pieces += [Markup.escape(text[end : match.start()]), anchor.format(match[0])]
        end = match.end()
    return Markup("").join([*pieces, Markup.escape(text[end:])])
