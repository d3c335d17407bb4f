"""What Chromium tells a screen reader of a page, and what would be wrong with that."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from playwright.async_api import Page

CONTROLS: Final = frozenset((
    "button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "spinbutton", "slider", "listbox",
    "switch", "progressbar", "DisclosureTriangle", "Date",
))  # fmt: skip
ONE_OF: Final = ("main", "banner", "contentinfo")
NAMED: Final = ("navigation", "search", "complementary", "region")
TABLES: Final = ("table", "grid")
HEADERS: Final = frozenset(("columnheader", "rowheader"))


@dataclass(frozen=True)
class Spoken:
    """One thing that is told; `under` are the roles of everything around it, the nearest first."""

    role: str
    name: str
    description: str
    told: dict[str, Any]
    under: Sequence[str]
    within: Sequence[str]
    id: str

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”"


async def spoken(page: Page) -> list[Spoken]:
    """In the order of reading; what is decorative or hidden is not in it."""
    session = await page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in (await session.send("Accessibility.getFullAXTree"))["nodes"]}
    await session.detach()
    root = next(node for node in nodes.values() if "parentId" not in node)
    return list(_walked(root, nodes, (), ()))


def _walked(
    node: dict[str, Any], nodes: dict[str, Any], under: tuple[str, ...], within: tuple[str, ...]
) -> Iterator[Spoken]:
    role = _text(node, "role")
    if not node["ignored"]:
        told = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
        yield Spoken(role, _text(node, "name"), _text(node, "description"), told, under, within, node["nodeId"])
        under, within = (role, *under), (node["nodeId"], *within)
    for child in node.get("childIds", ()):
        if child in nodes:
            yield from _walked(nodes[child], nodes, under, within)


def _text(node: dict[str, Any], of: str) -> str:
    return str(node.get(of, {}).get("value", "")).strip()


def nameless(all_of: Sequence[Spoken]) -> Iterator[str]:
    yield from (f"{one.role} without a name" for one in all_of if one.role in CONTROLS and not one.name)


def undescribed_images(all_of: Sequence[Spoken]) -> Iterator[str]:
    yield from ("a picture without words" for one in all_of if one.role in ("image", "img") and not one.name)


def landmarks(all_of: Sequence[Spoken]) -> Iterator[str]:
    """Of those there may be several of, each has a name of its own."""
    found = Counter(one.role for one in all_of)
    yield from (f"{found[role]} {role}" for role in ONE_OF if found[role] != 1)
    names = Counter((one.role, one.name) for one in all_of if one.role in NAMED)
    yield from (f"{times} {role} called “{name}”" for (role, name), times in names.items() if times > 1)
    yield from (f"a {role} without a name among several" for role, name in names if not name and found[role] > 1)


def headings(all_of: Sequence[Spoken]) -> Iterator[str]:
    levels = [int(one.told["level"]) for one in all_of if one.role == "heading"]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the page"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading {after} after a heading {before}"
    yield from ("a heading without words" for one in all_of if one.role == "heading" and not one.name)


def tables(all_of: Sequence[Spoken]) -> Iterator[str]:
    for table in (one for one in all_of if one.role in TABLES):
        if not table.name:
            yield "a table without a name"
        if not any(one.role in HEADERS for one in all_of if table.id in one.within):
            yield f"{table} without headers"


def unexplained_errors(all_of: Sequence[Spoken]) -> Iterator[str]:
    for one in all_of:
        if one.told.get("invalid", "false") != "false" and not one.description:
            yield f"{one} is wrong, and nobody says why"


RULES: Final[Sequence[Callable[[Sequence[Spoken]], Iterator[str]]]] = (
    nameless, undescribed_images, landmarks, headings, tables, unexplained_errors,
)  # fmt: skip


async def complaints(page: Page) -> list[str]:
    all_of = await spoken(page)
    return [told for rule in RULES for told in rule(all_of)]
