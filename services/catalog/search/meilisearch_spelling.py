"""Which written words were meant by those that nobody writes, told by the index's own list of words."""

from collections.abc import Callable, Mapping, Sequence

from services.catalog.search.spelling import corrections
from services.catalog.search.synonyms import Synonyms, forms

# The words that begin with what is asked or are spelled nearly so, and how many products have each; None where the
# index cannot tell, as one of an earlier release.
Look = Callable[[str], Mapping[str, int] | None]
REMEMBERED = 50_000  # Written words, so that only those that nobody writes are looked up again.
MOST_LOOKED_UP = 10  # Words of one question: no server takes more into account.


class Spelling:
    """Looks up only what it has not seen written before, so that goods which are new are never taken for a slip."""

    def __init__(self, synonyms: Synonyms, look: Look) -> None:
        self._synonyms = synonyms
        self._look = look
        self._seen: set[str] = set()

    def mended(self, text: str) -> str:
        """With the likeliest word for each that nobody writes; the last one may go on, and is no slip where it does."""
        words = text.split()
        told = [self._mended(word, last=at == len(words) - 1) for at, word in enumerate(words[:MOST_LOOKED_UP])]
        return " ".join((*told, *words[MOST_LOOKED_UP:]))

    def _mended(self, word: str, *, last: bool) -> str:
        if not word.isalpha() or word in self._seen or word in self._synonyms.words:
            return word
        near = self._look(word)
        if near is None or self._written(word, near) or (last and any(one.startswith(word) for one in near)):
            return word
        found = corrections(word, _Near(near, self._synonyms, self._look))
        return found[0].word if found else word

    def _written(self, word: str, near: Mapping[str, int]) -> bool:
        """As it is, or in another form: that is for the index to find."""
        written = [form for (form,) in forms((word,)) if form in near]
        if written and len(self._seen) < REMEMBERED:
            self._seen.add(word)
        return bool(written)


class _Near:
    """The words of the shelves that are near, and those of the tables of synonyms."""

    def __init__(self, near: Mapping[str, int], synonyms: Synonyms, look: Look) -> None:
        self._near = near
        self._synonyms = synonyms
        self._look = look

    def times(self, word: str) -> int:
        return self._near.get(word, 0) or int(word in self._synonyms.words)

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        found = ((word, times) for word, times in (self._look(prefix) or {}).items() if word.startswith(prefix))
        return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]
