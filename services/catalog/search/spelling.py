"""Which written words somebody may have meant who wrote one that nobody else writes."""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Protocol

SHORTEST = 3  # Of two letters everything is one edit away.
TWO_EDITS_FROM = 5
_SHARED = 2  # Letters at the beginning that two edits leave alone: people rarely begin a word wrong.
_LOOKED_AT = 400
_SOUNDING = 2_000  # Words looked at for one that sounds alike, of those with the same first letter.
MOST = 8
# What an edit costs, by how often people make it; the first letter is hardly ever the wrong one.
SWAPPED, DOUBLED, MISSING, WRONG, TOO_MANY, AT_THE_FIRST = 0.8, 0.7, 0.9, 1.0, 1.1, 0.8
TWO_EDITS = 2 * WRONG
_LETTERS = string.ascii_lowercase
_VOWELS = re.compile("[aeiouyhw]")
_REPEATED = re.compile(r"(.)\1+")
_AS = str.maketrans("ckqzv", "kkksb")  # Letters that people take for each other.


class Written(Protocol):
    """The words that are written on the shelves."""

    def times(self, word: str) -> int:
        """How many products have it."""
        ...

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """The commonest that begin so, and how many products have each."""
        ...


@dataclass(frozen=True, slots=True)
class Correction:
    word: str
    cost: float
    times: int

    @property
    def likelihood(self) -> float:
        """A common word is meant more often than a rare one; an edit counts for more than twenty times as common."""
        return log(1 + self.times) / 3 - 2 * self.cost


def corrections(word: str, written: Written) -> list[Correction]:
    """The likeliest first; one edit away, and two only where one leads nowhere."""
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return []
    found = one_edit_away(word, written)
    if not found and len(word) >= TWO_EDITS_FROM:
        found = list(_two_edits(word, written))
    return sorted(found, key=lambda one: (-one.likelihood, one.word))[:MOST]


def one_edit_away(word: str, written: Written) -> list[Correction]:
    """Every word that is written and one edit away; of three letters the first is right, or all is guesswork."""
    return [
        Correction(meant, cost, times)
        for meant, cost in one_edit(word).items()
        if (len(word) > SHORTEST or meant[0] == word[0]) and (times := written.times(meant))
    ]


def begun_corrections(begun: str, written: Written) -> list[Correction]:
    """The same for a word that is not finished yet: how it may go on, with one letter of its beginning mended."""
    if len(begun) <= SHORTEST:
        return []
    mended = ((prefix, cost) for prefix, cost in one_edit(begun).items() if prefix[0] == begun[0])
    going_on = {one: cost for prefix, cost in mended for one, _ in written.beginning(prefix, 1)}
    found = [Correction(one, cost, times) for one, cost in going_on.items() if (times := written.times(one))]
    return sorted(found, key=lambda one: (-one.likelihood, one.word))[:MOST]


def one_edit(word: str) -> dict[str, float]:
    """Everything one edit away, with what it costs."""
    costs: dict[str, float] = {}
    for meant, cost in _edits(word):
        costs[meant] = min(cost, costs.get(meant, cost))
    costs.pop(word, None)
    return costs


def _edits(word: str) -> Iterator[tuple[str, float]]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        first = AT_THE_FIRST if at == 0 else 0.0
        for letter in _LETTERS:
            twice = letter in (before[-1:], after[:1])
            yield before + letter + after, first + (DOUBLED if twice else MISSING)
            if after:
                yield before + letter + after[1:], first + WRONG
        if after:
            twice = after[0] in (before[-1:], after[1:2])
            yield before + after[1:], first + (DOUBLED if twice else TOO_MANY)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:], first + SWAPPED


def _two_edits(word: str, written: Written) -> Iterator[Correction]:
    near = {one for one, _ in written.beginning(word[:_SHARED], _LOOKED_AT)} | set(_alike(word, written))
    for one in near:
        if abs(len(one) - len(word)) <= 2 and distance(word, one, most=2) == 2 and (times := written.times(one)):
            yield Correction(one, TWO_EDITS, times)


def _alike(word: str, written: Written) -> Iterator[str]:
    """Those that sound alike: hunny and honey."""
    sound = _sound(word)
    return (one for one, _ in written.beginning(word[:1], _SOUNDING) if _sound(one) == sound)


def _sound(word: str) -> str:
    """Its first letter and the consonants after it, each once."""
    return word[:1] + _REPEATED.sub(r"\1", _VOWELS.sub("", word[1:].translate(_AS)))


def distance(one: str, other: str, *, most: int) -> int:
    """How many letters to add, drop, change or swap with their neighbour to get from the one to the other.

    Of what is farther than `most` it only tells that.
    """
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, theirs in enumerate(other, 1):
            steps = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                steps = min(steps, before_last[j - 2] + 1)
            row.append(steps)
        if min(*row, *last) > most:  # A swap reaches back two rows.
            return most + 1
        before_last, last = last, row
    return last[-1]
