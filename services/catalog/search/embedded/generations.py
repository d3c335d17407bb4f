"""The folders of an index: the one in use, and the one that a newer schema is filling beside it."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from tantivy import DocAddress, Filter, Index, Query, Schema, Searcher

from services.catalog.search.embedded.index import (
    OLDEST_READABLE,
    ORDERED_BY,
    VERSION,
    analyzer,
    document_of,
    number_of,
    schema,
)
from services.catalog.search.facets import Counted
from services.catalog.search.port import Entry, Findings, Near

Key = TypeVar("Key")
Found = TypeVar("Found")
Shown = tuple[bytes, str]

WRITER_HEAP = 32_000_000
REMEMBERED = 1_024  # Of each kind of what was found in an index since its last commit.
DOCUMENTS_REMEMBERED = 8_192  # Of half a kilobyte each. Each would be unpacked with all that lie beside it.
STEMS = analyzer(Filter.stemmer("english"))
_COMMIT = "meta.json"
_WHOLE = "whole"


@dataclass(frozen=True)
class Committed:
    """An index as it was at one commit, and what was found in it.

    Answers, counts, which places lie near one, what the best of a word's list is worth, what is shown of a product.
    """

    searcher: Searcher
    schema: Schema
    fields: frozenset[str]
    coops: dict[int, str]
    answers: dict[str, Findings] = field(default_factory=dict)
    counts: dict[str, Mapping[str, Counted]] = field(default_factory=dict)
    within: dict[Near, list[str]] = field(default_factory=dict)
    worths: dict[str, float] = field(default_factory=dict)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)

    @cached_property
    def classes(self) -> Sequence[str]:
        """What goods are worth, in stock or not and by the length of their titles; an older index tells none."""
        told = self.searcher.terms_with_prefix("class", "") if "class" in self.fields else ()
        return [name for name, _ in told]

    def document(self, address: DocAddress) -> Shown:
        """What a page shows of a product, and the place of its co-op."""
        key = place_in(address)
        if (shown := self.shown.get(key)) is None:
            document = self.searcher.doc(address)
            shown = document.get_first("hit") or b"", document.get_first("place") or ""
            remember(self.shown, key, shown, DOCUMENTS_REMEMBERED)
        return shown

    def coop(self, number: int) -> str:
        """The slug and name of the co-op that is counted by this number."""
        if number not in self.coops:
            everyone = self.searcher.terms_with_prefix("coop_facet", "")
            self.coops.update((number_of(coop), coop) for coop, _ in everyone)
        return self.coops[number]


def place_in(address: DocAddress) -> tuple[int, int]:
    """The product's segment, and its place in that; of two at the same one there is one."""
    return address.segment_ord, address.doc


def remember(memory: dict[Key, Found], key: Key, found: Found, most: int = REMEMBERED) -> None:
    """In the place of what is remembered longest, where there is no other."""
    if len(memory) >= most:
        del memory[next(iter(memory))]
    memory[key] = found


class Generation:
    """One folder's index, opened or begun; of an older one whatever it has is asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._index = Index.open(str(path)) if Index.exists(str(path)) else _begun(path)
        self._index.register_tokenizer("words", analyzer())
        self._index.register_tokenizer("stems", STEMS)
        self._index.config_reader("manual")
        self._fields = frozenset(one["name"] for one in json.loads((path / _COMMIT).read_bytes())["schema"])
        self._coops: dict[int, str] = {}
        self._seen = (0, 0, 0)
        self._committed = self._now()

    @property
    def is_whole(self) -> bool:
        """Whether it once lacked nothing."""
        return (self.path / _WHOLE).exists()

    def committed(self) -> Committed:
        """What any process has committed: each commit puts a new file in the place of the last one's."""
        told = (self.path / _COMMIT).stat()
        seen = (told.st_mtime_ns, told.st_ino, told.st_size)
        if seen != self._seen:
            self._index.reload()
            self._committed, self._seen = self._now(), seen
        return self._committed

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """One commit for all of it."""
        writer = self._index.writer(WRITER_HEAP, 1)
        try:
            for product in (*(entry.hit.id for entry in entries), *gone):
                writer.delete_documents_by_term("id", str(product))
            for entry in entries:
                writer.add_document(document_of(entry, STEMS, self._fields))
            writer.commit()
        finally:
            # Gives the index's lock back, also where something above has failed: the next commit needs it.
            writer.wait_merging_threads()

    def known(self) -> set[UUID]:
        """Read from the ids' own dictionary: an aggregation gives up beyond 65,000 of them."""
        ids = self.committed().searcher.terms_with_prefix("id", "", filter_query=Query.all_query())
        return {UUID(product) for product, count in ids if count}

    def _now(self) -> Committed:
        return Committed(self._index.searcher(), self._index.schema, self._fields, self._coops)


class Generations:
    """The newest folder, once it is whole; until then the last one that was, as far as this code can read it.

    A folder is called whole by a file in it, and nothing else is agreed on: a process that is killed at any point
    leaves the old one in use, or the new one, and every other process sees which when it next asks.
    """

    def __init__(self, folder: Path, oldest_readable: int = OLDEST_READABLE) -> None:
        self._folder = folder
        self._oldest_readable = oldest_readable
        self.newest = Generation(folder / f"v{VERSION}")
        older = None if self.newest.is_whole else self._last_whole()
        self._in_use = Generation(older) if older else self.newest

    def committed(self) -> Committed:
        """Of the one in use, whichever that has become."""
        return self._used().committed()

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """Into the newest, and into the one in use meanwhile."""
        self.newest.write(entries, gone)
        if (used := self._used()) is not self.newest:
            used.write(entries, gone)

    def complete(self) -> None:
        """The newest is in use from now on. Earlier ones go when this is said again: nobody reads them any more."""
        if self.newest.is_whole:
            for _, path in self._older():
                shutil.rmtree(path)
        else:
            (self.newest.path / _WHOLE).touch()

    def _used(self) -> Generation:
        if self._in_use is not self.newest and self.newest.is_whole:
            self._in_use = self.newest
        return self._in_use

    def _last_whole(self) -> Path | None:
        """Of those before this release's some may have been superseded before they were whole: never the oldest."""
        readable = [(version, path) for version, path in self._older() if self._can_be_read(version, path)]
        whole = [(version, path) for version, path in readable if (path / _WHOLE).exists()]
        _, path = max(whole, default=None) or min(readable, default=(0, None))
        return path

    def _can_be_read(self, version: int, path: Path) -> bool:
        return version >= self._oldest_readable and Index.exists(str(path)) and Index.is_compatible(str(path))

    def _older(self) -> Iterator[tuple[int, Path]]:
        for path in self._folder.glob("v*"):
            told = path.name.removeprefix("v")
            if told.isdecimal() and int(told) < VERSION:
                yield int(told), path


def _begun(path: Path) -> Index:
    return Index(schema(), path=str(path), sort_by_field=ORDERED_BY)
