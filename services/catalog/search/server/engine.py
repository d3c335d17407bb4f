"""Search on a Meilisearch server; the one file that knows its client."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError
from meilisearch.models.task import TaskInfo

from chassis.telemetry import log
from services.catalog.search.head import head_of
from services.catalog.search.port import Entry, Findings, Question, SearchUnavailable, Suggestion
from services.catalog.search.server.index import MARK, SETTINGS, WORDS, document
from services.catalog.search.server.queries import (
    Query,
    asked_words,
    begun_query,
    findings,
    going_on,
    having,
    ids,
    looked_for,
    queries_of,
    with_compounds,
)
from services.catalog.search.server.spelling import Spelling
from services.catalog.search.synonyms import load_synonyms

ANSWERS_WITHIN = 3  # Seconds for a search.
TAKES_WITHIN = 30  # Seconds for the server to take what is written, or tell what it holds.
DONE_WITHIN = 120_000  # Milliseconds for the server to have done it.
LOOKS_EVERY = 20  # Milliseconds between two looks whether it has.
PAGE = 10_000  # Ids that are read at once.
LOOKED_AT = 40  # Hits whose words are suggested.
MISSING = "index_not_found"
NO_SUCH_FACET = "invalid_facet_search_facet_name"

NOTHING = Findings(0, [], {}, {}, {}, {}, 0, None, None)


class WriteRefused(RuntimeError):
    """The server took what was to be written, and could not do it."""


class MeilisearchEngine:
    """The index `uid` at `url`. One with other settings is filled beside it, and takes its place when it is complete.

    Raises SearchUnavailable where the server does not answer, or not as it should.
    """

    waits: ClassVar[bool] = True

    def __init__(self, url: str, key: str | None, *, uid: str = "products") -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._uid = uid
        self._beside = f"{uid}-{MARK}"
        self._spelling = Spelling(load_synonyms(), self._written_nearly, self._standing)

    def search(self, question: Question) -> Findings:
        """Every word must fit, misspelt or not; where nothing has them all, the rarer of those that anything has."""
        asked = asked_words(question.text)
        text = self._spelling.mended(asked)
        found = self._searched(question, text)
        return found if text == asked or found.meant else replace(found, meant=text)

    def _searched(self, question: Question, text: str) -> Findings:
        found = self._found_whole(question, text)
        if found is NOTHING or found.total or not text:
            return found
        known = self._known_words(question, text)
        if not known:
            return found
        # Words are left out from the last on: first comes what the question says the thing is, and then the rarest.
        head = head_of(text)
        in_order = sorted(known, key=lambda word: (word != head, known[word]))
        some = self._found(question, " ".join(in_order), strategy="last")
        return replace(some, meant=None if len(known) == len(text.split()) else " ".join(known))

    def suggest(self, begun: str, *, limit: int, hidden_coops: Collection[UUID] = ()) -> Suggestion:
        """The last word is taken as one that goes on, those before it as finished."""
        text = asked_words(begun)
        if not text:
            return Suggestion((), ())
        told = begun_query(text, hidden_coops, limit=LOOKED_AT)
        # What no title has may stand elsewhere, be spelled another way, or have another name.
        elsewhere = {**told, "q": self._spelling.mended(text), "attributesToSearchOn": None}
        results = self._ask([told, elsewhere])
        hits: list[dict[str, Any]] = next((one["hits"] for one in results if one["hits"]), [])
        return Suggestion(going_on(text, hits)[:limit], [hit["hit"].encode() for hit in hits[:limit]])

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """Into the index in use, and into the one that is filled beside it; waits until the server has done it."""
        documents = [document(entry) for entry in entries]
        with self._client(TAKES_WITHIN) as client:
            if _mark(client, self._uid) is None:
                _begin(client, self._uid)
            # The one in use comes last: where they are swapped in between, what is written to it lands in the new one.
            beside = [] if _mark(client, self._beside) is None else [self._beside]
            tasks = [task for uid in (*beside, self._uid) for task in _written(client, uid, documents, gone)]
            for task in tasks:
                _done(client, task)

    def count(self) -> int:
        """In the index in use, or in the one that is to take its place, which is begun here."""
        with self._client(TAKES_WITHIN) as client:
            return client.index(self._newest(client)).get_documents({"fields": ["id"], "limit": 1}).total

    def known(self) -> set[UUID]:
        """Of the same."""
        with self._client(TAKES_WITHIN) as client:
            return set(_ids(client, self._newest(client)))

    def _newest(self, client: Client) -> str:
        if _mark(client, self._uid) is None:
            _begin(client, self._uid)
        uid = self._uid if _mark(client, self._uid) else self._beside
        if not _mark(client, uid):
            _begin(client, uid)
        return uid

    def complete(self) -> None:
        """Swaps in what was filled beside the index in use: whoever searches meanwhile finds all of it."""
        with self._client(TAKES_WITHIN) as client:
            if _mark(client, self._beside) is None:
                return
            if not _mark(client, self._uid):
                _done(client, client.swap_indexes([{"indexes": [self._uid, self._beside]}]))
            _done(client, client.delete_index(self._beside))

    def _found_whole(self, question: Question, text: str) -> Findings:
        """As things that are called so; where there are none, as words apart, the last of which may go on."""
        # The server takes a last word for one that goes on, unless something stands behind it: tea is no teapot.
        last = f"{text} " if self._spelling.is_whole(text) else text
        found = self._found(question, last, joined=True)
        if not found.total and found is not NOTHING and last != with_compounds(text):
            return self._found(question, text)
        return found

    def _found(self, question: Question, text: str, *, strategy: str = "all", joined: bool = False) -> Findings:
        results = self._ask(queries_of(question, text, strategy=strategy, joined=joined))
        return findings(question, text, results) if results else NOTHING

    def _known_words(self, question: Question, text: str) -> dict[str, int]:
        """Those that anything has, and about how many have each; none where something has them all.

        Then it is what narrows the question that leaves it out.
        """
        words = text.split()
        whole, *each = self._ask([looked_for(one, question.hidden_coops) for one in (text, *words)])
        if whole["hits"]:
            return {}
        return {word: one["estimatedTotalHits"] for word, one in zip(words, each, strict=True) if one["hits"]}

    def _ask(self, queries: Sequence[Query]) -> list[dict[str, Any]]:
        """All in one call; no answers where nobody has begun the index yet."""
        with self._client(ANSWERS_WITHIN) as client:
            try:
                return client.multi_search([{"indexUid": self._uid, **query} for query in queries])["results"]
            except MeilisearchApiError as error:
                if error.code != MISSING:
                    raise
                return []

    def _written_nearly(self, word: str) -> dict[str, int] | None:
        """None where nobody has begun the index, or it is an old one that lists no words."""
        with self._client(ANSWERS_WITHIN) as client:
            try:
                found = client.index(self._uid).facet_search(WORDS, word)["facetHits"]
            except MeilisearchApiError as error:
                if error.code not in (MISSING, NO_SUCH_FACET):
                    raise
                return None
        return {one["value"]: one["count"] for one in found}

    def _standing(self, asked: Sequence[Sequence[Collection[str]]]) -> list[bool]:
        return [bool(one["hits"]) for one in self._ask([having(words) for words in asked])] or [False] * len(asked)

    @contextmanager
    def _client(self, timeout: int) -> Iterator[Client]:
        """One for each call: it keeps the headers of the request at hand, so that no two threads may share it."""
        try:
            yield Client(self._url, self._key, timeout=timeout)
        except (MeilisearchCommunicationError, MeilisearchTimeoutError) as error:
            raise SearchUnavailable from error
        except MeilisearchApiError as error:
            # A wrong key, or a server too old: nothing that passes by itself, so the operator is told.
            log.error("search.refused", code=error.code, error=error.message)
            raise SearchUnavailable from error


def _mark(client: Client, uid: str) -> bool | None:
    """Whether the index has the settings of this code; None where there is no such index."""
    try:
        return MARK in client.index(uid).get_displayed_attributes()
    except MeilisearchApiError as error:
        if error.code != MISSING:
            raise
        return None


def _begin(client: Client, uid: str) -> None:
    """An index is there with its first setting."""
    _done(client, client.index(uid).update_settings(dict(SETTINGS)))


def _written(client: Client, uid: str, documents: Sequence[dict[str, Any]], gone: Sequence[UUID]) -> Iterator[TaskInfo]:
    index = client.index(uid)
    if gone:
        yield index.delete_documents(filter=ids(gone))
    if documents:
        yield index.add_documents(documents, primary_key="id")


def _done(client: Client, told: TaskInfo) -> None:
    task = client.wait_for_task(told.task_uid, timeout_in_ms=DONE_WITHIN, interval_in_ms=LOOKS_EVERY)
    if task.status != "succeeded":
        raise WriteRefused(f"{task.type} {task.status}: {(task.error or {}).get('message')}")


def _ids(client: Client, uid: str) -> Iterator[UUID]:
    offset, total = 0, 1
    while offset < total:
        page = client.index(uid).get_documents({"fields": ["id"], "offset": offset, "limit": PAGE})
        yield from (UUID(one.id) for one in page.results)
        offset, total = offset + PAGE, page.total
