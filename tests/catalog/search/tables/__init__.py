"""Tables of catalogues and of what is asked of them, with what must come first; each is a text file."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chassis.ids import new_id
from chassis.money import Money
from services.catalog.categories import load_categories
from services.catalog.labels.certifications import load_standards
from services.catalog.search.port import Entry, FoundCoop, Hit, Place

CATEGORIES = load_categories()
HERE = Path(__file__).parent
# Letters beside each other on a keyboard.
BESIDE = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}


@dataclass(frozen=True)
class Asked:
    """`first` must all be among the first `of`, and none of `not_first`, however the question is misspelt."""

    text: str
    first: tuple[str, ...]
    of: int
    misspelt: str
    not_first: tuple[str, ...] = ()

    def answered(self, titles: Sequence[str]) -> bool:
        """Whether these, best first, are what whoever asked wants to see."""
        return set(self.first) <= set(titles[: self.of]) and not set(self.not_first) & set(titles[: self.of])

    def __str__(self) -> str:
        return self.text


def catalogue(name: str) -> list[Entry]:
    """The goods of a file, those of each co-op below its line."""
    return list(_entries(_rows(f"{name}_catalogue.txt")))


def questions(name: str) -> list[Asked]:
    return [
        Asked(text, _list(first, ";"), int(of), own or misspelling(text, nth), *(_list(one, ";") for one in not_first))
        for nth, (text, first, of, own, *not_first) in enumerate(_rows(f"{name}_questions.txt"))
    ]


def misspelling(text: str, nth: int) -> str:
    """One edit in the middle of the longest word: two letters swapped, one left out, doubled or mistyped, in turn."""
    word = max(re.findall(r"[^\W\d_]+", text), key=len)
    at = len(word) // 2
    mistyped = BESIDE.get(word[at], "e")
    wrong = (
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + mistyped + word[at + 1 :],
    )
    different = [one for one in wrong[nth % 4 :] + wrong[: nth % 4] if one != word]
    return text.replace(word, different[0])


def _rows(filename: str) -> Iterator[list[str]]:
    for line in (HERE / filename).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def _entries(rows: Iterator[list[str]]) -> Iterator[Entry]:
    chance, coop = random.Random(1844), _Coop("nobody", "Nobody", "", "0,0", "")
    for nth, row in enumerate(rows):
        if row[0].startswith("=="):
            coop = _Coop(row[0].strip("= "), *row[1:])
        else:
            yield coop.entry(nth, chance.randrange(100, 10_000), *row)


class _Coop:
    def __init__(self, slug: str, name: str, country: str, place: str, certifications: str) -> None:
        latitude, longitude = place.split(",")
        self.id, self.found = new_id(), FoundCoop(slug=slug, name=name)
        self.about = (country, _list(certifications), Place(float(latitude), float(longitude)))

    def entry(
        self, nth: int, amount: int, title: str, category: str, tags: str, description: str, codes: str = ""
    ) -> Entry:
        price = Money(amount=amount, currency="EUR")
        hit = Hit(
            id=new_id(), slug=f"p-{nth}", title=title, price=price, price_max=price, compare_at=None, coop=self.found,
            category=category, picture="", in_stock=True,
        )  # fmt: skip
        _, certified, _ = self.about
        words = [*_list(tags), *load_standards().found_by(certified)]
        return Entry(hit, self.id, CATEGORIES.name(category), words, description, nth, *self.about, _list(codes))


def _list(told: str, between: str = ",") -> tuple[str, ...]:
    return tuple(one.strip() for one in told.split(between) if one.strip())
