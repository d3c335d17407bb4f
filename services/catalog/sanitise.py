"""Descriptions come from anybody: only these tags and attributes of their HTML reach a page."""

import nh3

ALLOWED: dict[str, set[str]] = {
    "p": set(),
    "br": set(),
    "hr": set(),
    "div": set(),
    "span": set(),
    "strong": set(),
    "b": set(),
    "em": set(),
    "i": set(),
    "u": set(),
    "s": set(),
    "sub": set(),
    "sup": set(),
    "h2": set(),
    "h3": set(),
    "h4": set(),
    "h5": set(),
    "h6": set(),
    "blockquote": set(),
    "pre": set(),
    "code": set(),
    "ul": set(),
    "ol": {"start"},
    "li": set(),
    "dl": set(),
    "dt": set(),
    "dd": set(),
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "caption": set(),
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "a": {"href", "title"},
}
# Their content is no text for people either, so it goes with them.
DROPPED = {"script", "style", "iframe", "object", "noscript", "template", "svg", "math"}
SCHEMES = {"http", "https", "mailto"}
LONGEST = 100_000
# Elements inside each other take time by the square of their number; nobody describes goods with so many.
MOST_TAGS = 2_000


def sanitise(html: str) -> str:
    """Safe to put into a page as it is: no script, no style, no remote picture, links that give nothing away."""
    return nh3.clean(
        _cut(html).strip(),
        tags=set(ALLOWED),
        attributes=ALLOWED,
        clean_content_tags=DROPPED,
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
        strip_comments=True,
    ).strip()


def _cut(html: str) -> str:
    return "<".join(html[:LONGEST].split("<", MOST_TAGS + 1)[: MOST_TAGS + 1])


def plain_text(html: str) -> str:
    """The words alone, for searching; not meant to be shown as HTML."""
    return " ".join(nh3.clean(html.replace("<", " <"), tags=set(), clean_content_tags=DROPPED).split())
