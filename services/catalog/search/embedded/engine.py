"""Search in a folder of this machine, by tantivy."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar, Final
from uuid import UUID

from services.catalog.search.embedded.generations import Generations, remember
from services.catalog.search.embedded.index import OLDEST_READABLE
from services.catalog.search.embedded.search import Search
from services.catalog.search.embedded.suggestions import Suggestions
from services.catalog.search.port import Entry, Findings, Question, Suggestion
from services.catalog.search.synonyms import Synonyms, load_synonyms

MOST_COUNTED: Final = 10_000
"""In a shop of so many goods everything is counted. In a larger one numbers of what many fit are estimates."""


class TantivyEngine:
    """Opens the index in `folder`, or begins it. A process that only asks never takes the writer's lock."""

    waits: ClassVar[bool] = False

    def __init__(
        self,
        folder: Path,
        synonyms: Synonyms | None = None,
        *,
        most_counted: int = MOST_COUNTED,
        oldest_readable: int = OLDEST_READABLE,
    ) -> None:
        self._generations = Generations(folder, oldest_readable)
        self._synonyms = synonyms or load_synonyms()
        self._most_counted = most_counted

    def search(self, question: Question) -> Findings:
        """What fits all words first; where that is little, whatever was probably meant; then what fits some words."""
        committed = self._generations.committed()
        key = repr(question)
        if (answer := committed.answers.get(key)) is None:
            answer = Search(committed, self._synonyms, self._most_counted).found(question)
            remember(committed.answers, key, answer)
        return answer

    def suggest(self, begun: str, *, limit: int, hidden_coops: Collection[UUID] = ()) -> Suggestion:
        """The last word is taken as one that goes on, those before it as finished."""
        search = Search(self._generations.committed(), self._synonyms, self._most_counted)
        return Suggestions(search, begun, limit, hidden_coops).made()

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """Into the index in use, and into the one that is filled beside it; one commit for all of it in each."""
        self._generations.write(entries, gone)

    def count(self) -> int:
        """In the index in use, or in the one that is to take its place."""
        return int(self._generations.newest.committed().searcher.num_docs)

    def known(self) -> set[UUID]:
        """Of the same."""
        return self._generations.newest.known()

    def complete(self) -> None:
        """What was filled beside the index in use takes its place; the folders of earlier schemas go the next time."""
        self._generations.complete()
