"""What a question may mean: its words, what else they may stand for, and what they were perhaps meant to be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from services.catalog.search.compounds import one_word
from services.catalog.search.ranking import SHARE, Fit
from services.catalog.search.spelling import (
    SHORTEST,
    TWO_EDITS,
    Correction,
    Written,
    begun_corrections,
    corrections,
    one_edit_away,
)
from services.catalog.search.synonyms import LONGEST_TERM, Synonyms, Term
from services.catalog.search.words import Word, little_words, weighty

MOST_WORDS = 12
SHORTEST_BEGUN = 2
SHORTEST_OF_TWO = 7  # Letters of a word that was misspelt and written in two.
MOST_MEANT = 3  # Words by which one is mended.
# So many times as common a word must be to be offered for one that is written too.
RATHER = 4
# So many times as common as the likeliest word, another would hide what that finds.
_DROWNS = 10
_FEWER = 0.8  # What one word is worth of several that say the same.
_NEXT_BEST = 0.8  # What the second-best correction is worth of the best, and so on.


class Shelf(Written, Protocol):
    """What is written on the goods."""

    def forms(self, word: str) -> int:
        """How many products have it in any form and place."""
        ...

    def together(self, words: Sequence[str]) -> bool:
        """Whether one product has them all."""
        ...

    def beside(self, words: Sequence[str]) -> bool:
        """Whether they stand so in a title."""
        ...


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that was perhaps meant: products have all its words. `begun` are words that go on like this."""

    words: Term
    weight: float
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question: any of its senses will do, or all of its own parts."""

    asked: Term
    senses: tuple[Sense, ...]
    parts: tuple["Part", ...] = ()

    def closeness(self, written: Callable[[str], int]) -> float:
        """How much the best of its senses is worth that is written at all."""
        return max((sense.weight for sense in self.senses if all(map(written, sense.words))), default=1.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """All parts have to fit. `words` are what is asked for, in order; `meant` is the text as it was probably meant."""

    parts: Sequence[Part]
    words: Term
    meant: str | None = None


class Reader:
    """Reads questions with the shelves in view: words that nobody writes lead nowhere and are left out."""

    def __init__(self, synonyms: Synonyms, shelf: Shelf) -> None:
        self._synonyms = synonyms
        self._shelf = shelf

    def literally(self, typed: Sequence[Word]) -> Reading:
        """As it was typed; only the last word may go on."""
        words = weighty(typed)[:MOST_WORDS]
        parts = [self._part(word.plain, last=word is words[-1]) for word in words]
        plain = tuple(word.plain for word in words)
        return Reading(list(self._joined(plain, parts)), plain)

    def corrected(self, typed: Sequence[Word]) -> Reading | None:
        """With words that hardly anybody writes as they were probably meant; None where there is nothing to mend."""
        typed = list(self._put_together(typed))
        words = weighty(typed)[:MOST_WORDS]
        known = _Known(self._shelf, self._synonyms, alone=len(words) == 1)
        others = [word.plain for word in words]
        mended = {
            word.plain: self._in_company(found, [other for other in others if other != word.plain])
            for word in words
            if (found := self._mended(word.plain, known, last=word is words[-1]))
        }
        if not mended:
            return None
        parts = [
            self._corrected(word.plain, mended[word.plain])
            if word.plain in mended
            else self._part(word.plain, last=word is words[-1])
            for word in words
        ]
        best = {word: found[0].word for word, found in mended.items()}
        plain = tuple(best.get(word.plain, word.plain) for word in words)
        meant = " ".join(best.get(word.plain, word.typed) for word in typed)
        return Reading(list(self._joined(plain, parts)), plain, meant)

    def finished(self, begun: str) -> Iterator[str]:
        """The words that begin so and that nobody writes, but by which something is there."""
        known = _Known(self._shelf, self._synonyms, alone=True)
        return (word for word in self._synonyms.beginning(begun) if known.times(word))

    def _part(self, word: str, *, last: bool) -> Part:
        senses = [Sense((word,), SHARE[Fit.EXACT]), *self._synonymous((word,))]
        lost = not self._understood(word, senses)
        senses += self._apart(word, lost=lost)
        if (last or lost) and len(word) >= SHORTEST_BEGUN:
            senses.append(Sense((word,), SHARE[Fit.BEGUN], begun=True))
        if last and lost:
            senses += self._nearly_typed(word)
        return Part((word,), tuple(senses))

    def _nearly_typed(self, word: str) -> list[Sense]:
        """By what other names goes what lacks its last letter: who has typed shampo finds champú."""
        whole = next((one for one, _ in self._shelf.beginning(word, 1) if len(one) == len(word) + 1), None)
        names = self._synonymous((whole,)) if whole else []
        return [replace(sense, weight=sense.weight * SHARE[Fit.BEGUN]) for sense in names]

    def _understood(self, word: str, senses: Sequence[Sense]) -> bool:
        return len(senses) > 1 or self._shelf.forms(word) > 0

    def _synonymous(self, term: Term) -> list[Sense]:
        return [
            # One word says all of several where it stands, and yet is not what was written.
            Sense(words, SHARE[fit] * (_FEWER if len(words) < max(len(term), len(other)) else 1))
            for fit, others in (
                (Fit.SYNONYM, self._synonyms.same_as(term)),
                (Fit.FOREIGN, self._synonyms.called_elsewhere(term)),
                (Fit.KIND, self._synonyms.kinds_of(term)),
            )
            for other in sorted(others)
            for words in _ways_to_write(other)
            if all(map(self._leads_somewhere, words))
        ]

    def _leads_somewhere(self, word: str) -> bool:
        return word not in little_words() and self._shelf.forms(word) > 0

    def _apart(self, word: str, *, lost: bool) -> list[Sense]:
        """One word that others write in two: the two that are commonest of those that stand together.

        Who wrote a word that is written means two others only where a title has them beside each other.
        """
        least = 1 if lost else SHORTEST
        pairs = [(word[:at], word[at:]) for at in range(least, len(word) - least + 1)]
        written = [pair for pair in pairs if all(self._leads_somewhere(each) for each in pair)]
        stand = self._shelf.together if lost else self._shelf.beside
        best = max(filter(stand, written), key=lambda pair: min(map(self._shelf.forms, pair)), default=None)
        senses = [Sense(best, SHARE[Fit.APART])] if best else []
        return senses + [sense for pair in pairs if lost for sense in self._synonymous(pair)]

    def _joined(self, words: Term, parts: Sequence[Part]) -> Iterator[Part]:
        """Several words that have a meaning together get a part of their own, the longest first."""
        at = 0
        while at < len(parts):
            for length in range(min(LONGEST_TERM, len(parts) - at), 1, -1):
                term = words[at : at + length]
                if senses := self._as_one(term):
                    yield Part(term, tuple(senses), tuple(parts[at : at + length]))
                    at += length
                    break
            else:
                yield parts[at]
                at += 1

    def _as_one(self, term: Term) -> list[Sense]:
        compound = one_word(term)
        one, fit = (compound, Fit.EXACT) if compound else ("".join(term), Fit.APART)
        joined = [Sense((one,), SHARE[fit])] if self._shelf.forms(one) else []
        return list(dict.fromkeys((*joined, *self._synonymous(term), *self._synonymous((one,)))))

    def _put_together(self, typed: Sequence[Word]) -> Iterator[Word]:
        """Two words of which nobody writes the one become the word that both are but for one letter."""
        words = iter(zip(typed, [*typed[1:], None], strict=True))
        for word, after in words:
            if after and self._is_one(word, after):
                yield Word(word.typed + after.typed, word.plain + after.plain)
                next(words)
            else:
                yield word

    def _is_one(self, *pair: Word) -> bool:
        one = "".join(word.plain for word in pair)
        return (
            len(one) >= SHORTEST_OF_TWO
            and not any(word.typed in little_words() for word in pair)
            and any(not self._written(word.plain) for word in pair)
            and bool(one_edit_away(one, self._shelf))
        )

    def _written(self, word: str) -> bool:
        return self._shelf.forms(word) > 0 or word in self._synonyms.words

    def _mended(self, word: str, known: Written, *, last: bool) -> list[Correction]:
        named = word in self._synonyms.words
        forms = self._shelf.forms(word)
        if named and forms:
            return []
        found = corrections(word, known)
        if named or forms:
            # Where only another form of it is written, that may be by chance: no goods say "shampo", but "shampoing".
            rather = RATHER if named or self._shelf.times(word) else 1
            return [one for one in found if one.times >= rather * max(forms, 1)]
        found = [one for one in found if one.times <= _DROWNS * found[0].times]
        if found and found[0].cost < TWO_EDITS:
            return found
        begun = begun_corrections(word, self._shelf) if last else []
        return (
            begun
            or found
            or list(self._run_together(word))
            or (begun_corrections(word, known) if last else [])
            or corrections(word, _Anywhere(self._shelf))
        )

    def _in_company(self, found: Sequence[Correction], others: Sequence[str]) -> list[Correction]:
        """First those that stand together with more of the other words: a kid's seat, and no kid's set."""
        company = {one: sum(self._shelf.together((one.word, other)) for other in others) for one in found}
        return sorted(found, key=company.__getitem__, reverse=True)[:MOST_MEANT]

    def _run_together(self, word: str) -> Iterator[Correction]:
        """Two words in one, and one of them misspelt: those that stand together."""
        for at in range(SHORTEST, len(word) - SHORTEST + 1):
            one, other = word[:at], word[at:]
            rights = one_edit_away(other, self._shelf) if self._shelf.times(one) else []
            lefts = one_edit_away(one, self._shelf) if self._shelf.times(other) else []
            pairs = [((one, right.word), right) for right in rights] + [((left.word, other), left) for left in lefts]
            for pair, mended in pairs:
                if self._shelf.together(pair):
                    yield replace(mended, word=" ".join(pair))

    def _corrected(self, word: str, found: Sequence[Correction]) -> Part:
        own = self._part(word, last=False)
        senses = list(own.senses)
        for nth, one in enumerate(found):
            weight = SHARE[Fit.MISSPELT] * _NEXT_BEST**nth
            term = tuple(one.word.split())
            apart = self._apart(one.word, lost=False) if len(term) == 1 else []
            meant = [Sense(term, 1.0), *self._synonymous(term), *apart]
            senses += [replace(sense, weight=sense.weight * weight) for sense in meant]
        return Part((word,), tuple(senses))


def _ways_to_write(term: Term) -> Iterator[Term]:
    """A compound is also a word of its own."""
    yield term
    if one := one_word(term):
        yield (one,)


@dataclass(frozen=True, slots=True)
class _Known:
    """The shelves, and the words of the tables of synonyms: who misspells a foreign word means that one.

    Not those for which nothing is there by any name: nobody is told to look for what is not sold. Nor, where a word
    stands `alone`, those that mean something only beside others.
    """

    shelf: Shelf
    synonyms: Synonyms
    alone: bool = False

    def times(self, word: str) -> int:
        return self.shelf.times(word) or int(word in self.synonyms.words and self._leads_somewhere(word))

    def _leads_somewhere(self, word: str) -> bool:
        if self.shelf.forms(word) or (word in self.synonyms.phrased and not self.alone):
            return True
        return any(self._is_there(other) for other in self.synonyms.other_names((word,)))

    def _is_there(self, term: Term) -> bool:
        return all(map(self.shelf.forms, term)) and (len(term) == 1 or self.shelf.together(term))

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        return [*self.shelf.beginning(prefix, limit), *((word, 1) for word in self.synonyms.beginning(prefix))]


@dataclass(frozen=True, slots=True)
class _Anywhere:
    """The words of descriptions too, in whatever form: for what is written nowhere else."""

    shelf: Shelf

    def times(self, word: str) -> int:
        return self.shelf.forms(word)

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        return ()
