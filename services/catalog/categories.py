"""Our own small tree of categories, each with Google's id, and how the words of co-ops find their place in it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

OTHER = "other"
# Our tree; which of Google's ids lie below each place of it, those of places that we do not have among them; and the
# same by path, as far down as a path leads to another place of ours than the one above it.
FILES = ("categories.json", "google_places.json", "google_paths.json")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True)
class Category:
    """One place of the tree; `google` is the id in Google's product taxonomy of 2021-09-21."""

    slug: str
    name: str
    google: int | None
    words: frozenset[str]
    children: tuple["Category", ...] = ()

    def branch(self) -> Iterator["Category"]:
        """This place and everything below it."""
        yield self
        for child in self.children:
            yield from child.branch()


class Categories:
    """The whole tree; `places` are all of it in its order, each behind the slug of the one above it."""

    def __init__(
        self,
        roots: Sequence[Category],
        google_places: Mapping[str, Sequence[int]] | None = None,
        google_paths: Mapping[str, str] | None = None,
    ) -> None:
        self.roots = roots
        self.places = [place for root in roots for place in _places(root, None)]
        self._by_slug = {one.slug: one for _, one in self.places}
        self._above = {one.slug: above for above, one in self.places}
        self._branches = {one.slug: [below.slug for below in one.branch()] for _, one in self.places}
        # A deeper place says more, so its words win over those of the places above it.
        self._by_word = {word: one.slug for one in self._by_slug.values() for word in _called(one)}
        self._by_google = {str(number): slug for slug, numbers in (google_places or {}).items() for number in numbers}
        self._by_google |= {str(one.google): one.slug for one in self._by_slug.values() if one.google}
        self._by_path = {_steps(path): slug for path, slug in (google_paths or {}).items()}

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def name(self, slug: str) -> str:
        """What people call it."""
        return self._by_slug[slug].name

    def google(self, slug: str) -> int | None:
        """Its id in Google's taxonomy; None for goods that fit nowhere."""
        return self._by_slug[slug].google

    def way(self, slug: str) -> list[str]:
        """The names from the root down to it."""
        return [self.name(one) for one in (*self.above(slug), slug)]

    def above(self, slug: str) -> list[str]:
        """The slugs from the root down to the one above it."""
        above = self._above[slug]
        return [*self.above(above), above] if above else []

    def branch(self, slug: str) -> list[str]:
        """The slug and those of everything below it; nothing for a slug that is not ours."""
        return self._branches.get(slug, [])

    def place(self, told: Sequence[str], tags: Sequence[str], title: str) -> str:
        """The place of a product: by its category or type, else by its tags, else by its title, else `other`.

        Whoever names a place of ours by its slug means that one. Where a category names a broad place, the next one or
        the title may name a closer one inside it: “Food & Grocery”, type “Jams”.
        """
        if ours := next((one for one in told if one in self._by_slug), None):
            return ours
        titled = self._by_last_word(title)
        found = next((slug for words in (told, tags) for one in words if (slug := self._find(one))), None)
        if found:
            found = next((slug for one in told if (slug := self._find(one)) in self.branch(found)[1:]), found)
        if found is None or (titled and titled in self.branch(found)):
            return titled or OTHER
        return found

    def _find(self, told: str) -> str | None:
        """In a path of Google's, words count only below the place that it leads to: stuffed animals are toys."""
        if told in self._by_google:
            return self._by_google[told]
        steps = _steps(told)
        known = next((n for n in range(len(steps), 0, -1) if steps[:n] in self._by_path), 0)
        place = self._by_path.get(steps[:known])
        for step in reversed(steps[known:]):
            slug = self._by_word.get(step) or self._by_last_word(step)
            if slug and (place is None or slug in self.branch(place)):
                return slug
        return place

    def _by_last_word(self, phrase: str) -> str | None:
        """English puts what a thing is last: a coffee table is a table. Two words that say it together go first."""
        words = WORD.findall(phrase.casefold())
        ends = range(len(words), 0, -1)
        spoken = (" ".join(words[max(0, end - length) : end]) for end in ends for length in (2, 1))
        return next((slug for one in spoken if (slug := self._of_word(one))), None)

    def _of_word(self, word: str) -> str | None:
        return self._by_word.get(word) or self._by_word.get(word.removesuffix("s"))


def _places(category: Category, parent: str | None) -> Iterator[tuple[str | None, Category]]:
    yield parent, category
    for child in category.children:
        yield from _places(child, category.slug)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step.strip().casefold() for step in path.split(">"))


def _called(category: Category) -> set[str]:
    return {category.slug, category.name.casefold(), *category.words}


def load_categories() -> Categories:
    """The tree that ships with the catalogue."""
    tree, *googles = (json.loads(files("services.catalog").joinpath(name).read_bytes()) for name in FILES)
    return Categories([_category(node) for node in tree], *googles)


def _category(node: dict[str, object]) -> Category:
    words, children = node["words"], node.get("children", [])
    assert isinstance(words, list)
    assert isinstance(children, list)
    google = node["google"]
    assert google is None or isinstance(google, int)
    return Category(
        str(node["slug"]), str(node["name"]), google, frozenset(words), tuple(_category(child) for child in children)
    )
