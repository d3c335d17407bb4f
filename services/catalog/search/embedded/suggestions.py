"""What somebody who has begun to type may go on to: words, and goods that have them in their titles."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from tantivy import Query

from services.catalog.search.embedded.asked import Asked
from services.catalog.search.embedded.fits import Every
from services.catalog.search.embedded.generations import STEMS
from services.catalog.search.embedded.search import Search
from services.catalog.search.port import Question, Suggestion
from services.catalog.search.words import Word, little_words, words_of

_MANY = 2  # So many times as many words as are suggested.
_CHOSEN_AMONG = 500  # Goods that are ranked, about.
_CHOSEN_FROM = 3  # So many times as many words as are suggested, for those that are the same word in another form.


class Suggestions:
    """The last word is taken as one that goes on, those before it as finished."""

    def __init__(self, search: Search, begun: str, limit: int, hidden_coops: Collection[UUID]) -> None:
        self._search = search
        self._typed = words_of(begun)
        self._question = Question(begun, limit=limit, hidden_coops=hidden_coops)

    def made(self) -> Suggestion:
        if not self._typed:
            return Suggestion((), ())
        limit = self._question.limit
        commonest = self._going_on()
        # Two letters begin half a shelf: then goods that have the commonest words in their titles will do.
        many = len(commonest) > _MANY * limit
        hits = self._hits(self._search.asked(self._question, commonest, few=1)) if many else []
        words = self._in_one_form(commonest)[:limit]
        if not hits:
            # Who is still typing is not corrected while what is there goes on as something.
            asked = self._search.asked(self._question, few=1)
            hits = self._hits(asked)
            words = words or ([asked.meant] if asked.meant and hits else [])
        return Suggestion(words, hits) if hits or words else self._by_another_name()

    def _by_another_name(self) -> Suggestion:
        """What nobody writes may go on as a word for something that is there: zucc, where there are courgettes.

        Or it is the beginning of an article number.
        """
        if numbered := self._search.numbered(self._question.text):
            return Suggestion((), self._hits(numbered))
        words = self._in_one_form(self._search.finished(self._typed[-1].plain))[: self._question.limit]
        hits = self._hits(self._search.asked(replace(self._question, text=words[0]), few=1)) if words else []
        return Suggestion(words if hits else [], hits)

    def _hits(self, asked: Asked) -> list[bytes]:
        """Of many the best of a sample: nobody expects a handful to be the first of a shelf."""
        samples = self._search.samples
        sample = samples.leaving(samples.fitting(asked.counted), _CHOSEN_AMONG) if samples.smallest else 0
        drawn = replace(asked, ranked=samples.of(asked.ranked, sample))
        return [hit for hit, _ in self._search.hits(self._question, drawn)]

    def _going_on(self) -> list[str]:
        """Words that begin like the last one, on goods that have those before it: the commonest of titles, then others.

        Co-ops and categories stand on many goods, and nobody who begins with `br` means a brewery before bread.
        """
        *before, begun = self._typed
        among = self._among(before)
        said = {tuple(STEMS.analyze(word.plain)) for word in before}
        going_on: dict[str, None] = {}
        for field in ("title", "words"):
            found = self._search.committed.searcher.terms_with_prefix(
                field, begun.plain, filter_query=among, limit=_CHOSEN_FROM * self._question.limit
            )
            for word, count in found:
                if count and word.isalpha() and word not in little_words():
                    going_on |= {} if tuple(STEMS.analyze(word)) in said else {word: None}
            if len(self._in_one_form(list(going_on))) >= self._question.limit:
                break
        return list(going_on)

    def _among(self, before: Sequence[Word]) -> Query | None:
        schema, hidden = self._search.committed.schema, self._question.hidden_coops
        narrowed = [Query.term_query(schema, "words", word.plain, "basic") for word in before]
        if hidden:
            return Every([*narrowed, Query.all_query()], [self._search.filters.out_of_sight(hidden)]).within()
        return Every(narrowed).within() if narrowed else None

    def _in_one_form(self, words: Sequence[str]) -> list[str]:
        """What was typed, going on as each of these; of a word in several forms the commonest."""
        forms: dict[tuple[str, ...], str] = {}
        for word in words:
            forms.setdefault(tuple(STEMS.analyze(word)), word)
        said = [word.typed for word in self._typed[:-1]]
        return [" ".join((*said, word)) for word in forms.values()]
