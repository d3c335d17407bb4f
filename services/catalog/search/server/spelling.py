"""Which written words were meant by those that nobody writes, told by the index's own list of words."""

from collections.abc import Callable, Collection, Mapping, Sequence

from services.catalog.search.spelling import corrections
from services.catalog.search.synonyms import Synonyms, forms

# The words that begin with what is asked or are spelled nearly so, and how many products have each; None where the
# index cannot tell, as one of an earlier release.
Look = Callable[[str], Mapping[str, int] | None]
# Whether something has one of each of these words, for every such list of words.
Stand = Callable[[Sequence[Sequence[Collection[str]]]], Sequence[bool]]
REMEMBERED = 50_000  # Written words, so that only those that nobody writes are looked up again.
MOST_MEANT = 4  # Words by which one is mended.
MOST_LOOKED_UP = 10  # Words of one question: no server takes more into account.


class Spelling:
    """Looks up only what it has not seen written before, so that goods which are new are never taken for a slip."""

    def __init__(self, synonyms: Synonyms, look: Look, stand: Stand) -> None:
        self._synonyms = synonyms
        self._look = look
        self._stand = stand
        self._seen: set[str] = set()

    def mended(self, text: str) -> str:
        """With the likeliest word for each that nobody writes; the last one may go on, and is no slip where it does."""
        words = text.split()
        looked_up = words[:MOST_LOOKED_UP]
        meant = [self._meant(word, last=at == len(words) - 1) for at, word in enumerate(looked_up)]
        told = [
            self._in_company(found, [others[0] for others in (*meant[:at], *meant[at + 1 :])])
            for at, found in enumerate(meant)
        ]
        return " ".join((*told, *words[MOST_LOOKED_UP:]))

    def _in_company(self, found: Sequence[str], others: Sequence[str]) -> str:
        """The first that stands together with most of the other words: a bath towel, and no bath toile."""
        if len(found) == 1:
            return found[0]
        sets = [self._names(other) for other in others]
        pairs = [[self._names(one), *beside] for one in found for beside in ([], *([each] for each in sets))]
        stand = self._stand(pairs)
        each = len(sets) + 1
        return max(enumerate(found), key=lambda one: (sum(stand[one[0] * each : (one[0] + 1) * each]), -one[0]))[1]

    def _names(self, word: str) -> Collection[str]:
        names = {one for term in ((word,), *self._synonyms.other_names((word,))) if len(term) == 1 for one in term}
        return {form for name in names for (form,) in forms((name,))}

    def is_whole(self, text: str) -> bool:
        """Whether its last word is known to be one, and need not go on."""
        last = text.split()[-1:]
        return bool(last) and (last[0] in self._seen or last[0] in self._synonyms.words)

    def _meant(self, word: str, *, last: bool) -> Sequence[str]:
        """The likeliest first."""
        if not word.isalpha() or word in self._seen or word in self._synonyms.words:
            return [word]
        near = self._look(word)
        if near is None or self._written(word, near) or (last and any(one.startswith(word) for one in near)):
            return [word]
        found = corrections(word, _Near(near, self._synonyms, self._look))
        return [one.word for one in found[:MOST_MEANT]] or [word]

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
