"""RSS 2.0 and Atom, cut item by item by an expat that knows no DTD: what is not declared cannot grow.

Items are siblings, so a parser that is given the document's beginning goes on at any of them: nothing is held
between two parts of a file.
"""

import re
from dataclasses import dataclass, field
from typing import Literal
from xml.parsers import expat

from pydantic import BaseModel, ConfigDict

from chassis.errors import Refused
from services.catalog.formats.record import LONGEST_CELL, Cut, Record

GOOGLE = "http://base.google.com/ns/1.0"
ITEMS = {"rss": "item", "RDF": "item", "feed": "entry"}
MANY = {"additional_image_link"}  # What an item says as often as it likes, each time another.
LONGEST_VALUE = LONGEST_CELL + 1  # Then it is told as too long.
DEEPEST = 20
TELLING = {"id", "price", "title"}  # What an item may say once only: said twice, it fits nowhere and is told.


# Told in elements of its own, and as often as there are some: it becomes `a:b:c, d:e:f`, as in Google's tables.
NESTED = {"g:certification"}


# Where expat's own words help nobody. An invalid token is almost always an address with parameters.
WHY = {
    expat.errors.codes[error]: why
    for error, why in {
        expat.errors.XML_ERROR_INVALID_TOKEN: "invalid token; an “&” is written “&amp;” there",
        expat.errors.XML_ERROR_NO_ELEMENTS: "the file ends before its last element does",
        expat.errors.XML_ERROR_UNCLOSED_TOKEN: "the file ends before its last element does",
        expat.errors.XML_ERROR_UNBOUND_PREFIX: f'the prefix is not declared; Google\'s is xmlns:g="{GOOGLE}"',
    }.items()
}
WEB_PAGE = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!doctype\s+html|<html)\b", re.IGNORECASE)


class NotWellFormed(Refused):
    code = "not_well_formed"
    title = "The file is not well-formed XML"


class NoDtd(Refused):
    code = "xml_dtd"
    title = "The file declares a document type"


class UnknownXml(Refused):
    code = "unknown_format"
    title = "The file is no feed that is known"


class Feed(BaseModel):
    """`before` is everything ahead of the first item; `item` is what an item's element is called."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["xml"] = "xml"
    before: str
    item: str

    def cut(self, part: bytes, *, line: int, last: bool) -> Cut:
        """Every whole item of the part; raises NotWellFormed, or NoDtd."""
        before = self.before.encode()
        parser = _Parser(self.item)
        parser.feed(before, line=1)
        lines_before = before.count(b"\n")
        parser.feed(part, line=line - lines_before, last=last)
        cut = Cut(consumed=len(part) if last else self._end(part, parser.ended - len(before)))
        cut.lines = part.count(b"\n", 0, cut.consumed)
        cut.records = [Record(line + at - 1 - lines_before, cells) for at, cells in parser.items]
        return cut

    @staticmethod
    def _end(part: bytes, closing: int) -> int:
        return part.index(b">", closing) + 1 if closing > 0 else 0


def recognise_feed(head: bytes) -> Feed:
    """Raises UnknownXml for any other XML, and for a feed without Google's fields."""
    if WEB_PAGE.match(head):
        raise UnknownXml(
            "This is a web page: perhaps it asks to sign in, or tells an error. Please send the file itself."
        )
    parser = _Parser("")
    parser.feed(head, line=1)
    if GOOGLE.encode() not in head:
        raise UnknownXml(f'The feed has none of Google\'s fields (xmlns:g="{GOOGLE}"), so no prices. Please add them.')
    if parser.first is None:
        raise UnknownXml(f"The feed has no <{ITEMS[parser.root]}>: there is no product in it.")
    return Feed(before=head[: parser.first].decode(), item=ITEMS[parser.root])


@dataclass(slots=True)
class _Item:
    line: int
    cells: dict[str, str] = field(default_factory=dict)


class _Parser:
    """Expat's handlers: collects items of one name, or, asked for none, finds where the first one is."""

    def __init__(self, item: str) -> None:
        self.items: list[tuple[int, dict[str, str]]] = []
        self.ended = 0
        self.root = ""
        self.first: int | None = None
        self._name = item
        self._depth = 0
        self._item: _Item | None = None
        self._at = 0
        self._field = ""
        self._text: list[str] = []
        self._expat = expat.ParserCreate("utf-8", " ")
        self._expat.StartDoctypeDeclHandler = _refuse_dtd
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters

    def feed(self, part: bytes, *, line: int, last: bool = False) -> None:
        try:
            self._expat.Parse(part, last)
        except expat.ExpatError as error:
            if self.first is not None and not self._name:
                return  # Only the beginning was asked for, and that is there.
            at = max(1, line + error.lineno - 1)
            why = WHY.get(error.code) or expat.errors.messages[error.code]
            raise NotWellFormed(f"Line {at} is not well-formed XML ({why}). Nothing was imported.", line=at) from error

    def _start(self, name: str, _attributes: object) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2]
        if self._depth == 1:
            self.root = local
            if local not in ITEMS:
                raise UnknownXml("The file is another kind of XML. A Google Merchant feed is RSS 2.0 or Atom.")
        if self._depth > DEEPEST:
            line = self._expat.CurrentLineNumber
            raise NotWellFormed(f"Line {line}: elements inside each other, {DEEPEST} deep. That is no feed.", line=line)
        if self._item is not None and self._depth == self._at + 1:
            self._field, self._text = ("g:" if name.startswith(GOOGLE) else "") + local, []
        elif self._item is not None and self._depth == self._at + 2 and self._field in NESTED:
            self._text.append(":")
        elif self._item is None and self._name == local:
            self._item, self._at = _Item(self._expat.CurrentLineNumber), self._depth
        elif not self._name and self.first is None and local == ITEMS.get(self.root):
            self.first = self._expat.CurrentByteIndex

    def _end(self, _name: str) -> None:
        if self._item is not None and self._depth == self._at + 1:
            self._keep(self._item)
        elif self._item is not None and self._depth == self._at:
            googles_first = sorted(self._item.cells.items(), key=lambda cell: not cell[0].startswith("g:"))
            self.items.append((self._item.line, dict(googles_first)))
            self.ended = self._expat.CurrentByteIndex
            self._item = None
        self._depth -= 1

    def _keep(self, item: _Item) -> None:
        """Of a field that may stand there many times the first is taken; of one that may not, all that was said."""
        value = "".join(self._text)[:LONGEST_VALUE].strip()
        name = self._field.removeprefix("g:")
        if self._field in NESTED:
            value = ":".join(part.strip() for part in value.removeprefix(":").split(":"))
            value = ", ".join(filter(None, [item.cells.pop(self._field, ""), value]))[:LONGEST_VALUE]
        if self._field in item.cells and name in MANY:
            value = f"{item.cells.pop(self._field)}, {value}"
        elif self._field in item.cells and name in TELLING:
            value = f"{item.cells.pop(self._field)} | {value}"
        item.cells.setdefault(self._field, value)

    def _characters(self, text: str) -> None:
        deepest = self._at + (2 if self._field in NESTED else 1)
        if self._item is not None and self._at < self._depth <= deepest:
            self._text.append(text)


def _refuse_dtd(*_: object) -> None:
    raise NoDtd("The file begins with a <!DOCTYPE>, which a feed does not need. Please leave it out.")
