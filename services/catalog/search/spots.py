"""Where the words of a product stand, in one term for each of its stems; what that is worth to a question."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from services.catalog.search import ranking
from services.catalog.search.compounds import taken_together
from services.catalog.search.head import thing_of
from services.catalog.search.port import Entry
from services.catalog.search.ranking import Place
from services.catalog.search.words import little_words, plain, weighty, words_of

# What people read at a glance: words are begun and corrected by these.
HEADLINE = (Place.TITLE, Place.COOP, Place.CATEGORY, Place.TAGS)
_PLACES = tuple(Place)
_PARTED = "\t"
_LONG = 40  # Words of a title.


def texts_of(entry: Entry) -> dict[Place, str]:
    hit = entry.hit
    return {
        Place.HEAD: thing_of(hit.title, hit.category),
        Place.TITLE: plain(hit.title),
        Place.COOP: plain(hit.coop.name),
        Place.CATEGORY: plain(entry.category_name),
        Place.TAGS: plain(" ".join(entry.tags)),
        Place.DESCRIPTION: plain(entry.description),
    }


def spots_of(texts: Mapping[Place, str], stems: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """Each stem once, with a bit for every place where it stands, and the forms it has in the title."""
    where: dict[str, int] = defaultdict(int)
    stands = _standing(texts)
    for nth, place in enumerate(_PLACES):
        for stem in set(stems(stands[place])):
            where[stem] |= 1 << nth
    forms: dict[str, set[str]] = defaultdict(set)
    for word in (*stands[Place.TITLE].split(), *(word.plain for word in words_of(texts[Place.TITLE]))):
        for stem in stems(word):
            forms[stem].add(word)
    for stem, bits in where.items():
        yield _PARTED.join((stem, str(bits), " ".join(sorted(forms.get(stem, ())))))


def _standing(texts: Mapping[Place, str]) -> dict[Place, str]:
    """What a compound of the title is made of only has to do with the thing: tea tree shampoo is no tea."""
    title = words_of(texts[Place.TITLE])
    told, parts = taken_together([word.plain for word in weighty(title)])
    little = [word.plain for word in title if word.plain in little_words()]
    return {**texts, Place.TITLE: " ".join((*told, *little)), Place.TAGS: " ".join((texts[Place.TAGS], *parts))}


def prefix_of(stem: str) -> str:
    """What the terms of this stem begin with, and no other's."""
    return stem + _PARTED


def is_titled(term: str) -> bool:
    """Whether the title of a product with this term has a word of that stem."""
    return not term.endswith(_PARTED)


def is_head(term: str) -> bool:
    """Whether a product with this term is a thing of that name."""
    return bool(int(term.split(_PARTED)[1]) & 1 << _PLACES.index(Place.HEAD))


def points_at(term: str, word: str) -> float:
    """What a product with this term gets for a word of that stem."""
    _, bits, forms = term.split(_PARTED)
    places = [place for nth, place in enumerate(_PLACES) if int(bits) >> nth & 1]
    return ranking.points(places, exact=not forms or word in forms.split())


def worth_of(entry: Entry) -> float:
    """What the sum of its points is weighed with. Titles of very many words are as good as each other."""
    words = min(max(1, len(words_of(entry.hit.title))), _LONG)
    return ranking.IN_STOCK_WORTH * entry.hit.in_stock + ranking.TITLE_WORTH / words
