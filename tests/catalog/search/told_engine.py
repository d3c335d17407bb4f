"""An engine that finds what a test tells it to, and remembers what it was asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from services.catalog.search.port import Entry, Findings, Question, Suggestion

NOTHING = Findings(
    total=0, hits=[], categories={}, coops={}, countries={}, certifications={}, in_stock=0, lowest=None, highest=None
)


@dataclass
class ToldEngine:
    waits: ClassVar[bool] = False

    findings: Findings = NOTHING
    suggestion: Suggestion = field(default_factory=lambda: Suggestion([], []))
    asked: list[Question] = field(default_factory=list)
    begun: list[tuple[str, int, Collection[UUID]]] = field(default_factory=list)

    def search(self, question: Question) -> Findings:
        self.asked.append(question)
        return self.findings

    def suggest(self, begun: str, *, limit: int, hidden_coops: Collection[UUID] = ()) -> Suggestion:
        self.begun.append((begun, limit, hidden_coops))
        return self.suggestion

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        raise AssertionError("an API writes no index")

    def count(self) -> int:
        return 0

    def known(self) -> set[UUID]:
        return set()

    def complete(self) -> None:
        raise AssertionError("an API has no index to complete")
