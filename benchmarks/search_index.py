"""`python -m benchmarks.search_index`: an index of so many products beside one of 10,000, and what questions cost.

Processor time is told, which is what a question takes on a calm machine, and says the same on a busy one.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path

from benchmarks.shelves import PLACES, QUALITIES, SENTENCES, TRADES
from chassis.ids import new_id
from chassis.money import Money
from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.port import Entry, FoundCoop, Hit, Near, Place, Question, SearchEngine, Sort

SMALL = 10_000
BATCH = 20_000
COOPS = 500
COUNTRIES = ("DE", "ES", "FR", "GB", "IT", "NL", "NO", "PT")
VOCABULARY = 50_000  # Words beside those of the shelves; the nth is written n times as rarely as the first.
SYLLABLES = (
    "ba",
    "co",
    "den",
    "fir",
    "gal",
    "hem",
    "jor",
    "kil",
    "lum",
    "mon",
    "nar",
    "pel",
    "qua",
    "rus",
    "tov",
    "wen",
)


@dataclass(frozen=True)
class Taken:
    """Milliseconds of processor time that one kind of question took."""

    p50: float
    p95: float


def main() -> int:
    given = _parser().parse_args()
    measured = {}
    with tempfile.TemporaryDirectory(prefix="toadlane-index-") as folder:
        for products in (SMALL, given.products):
            engine = _filled((given.folder or Path(folder)) / str(products), products)
            measured[products] = {kind: _taken(engine, ask, given.questions) for kind, ask in ASKED.items()}
    _tell(measured[SMALL], measured[given.products])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks.search_index", description=__doc__)
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=200, help="of each kind, no two the same")
    parser.add_argument("--folder", type=Path, help="keeps the indexes, and asks again those that are there")
    return parser


def _filled(folder: Path, products: int) -> TantivyEngine:
    engine, began = TantivyEngine(folder), time.process_time()
    if len(engine.known()) == products:
        return engine
    entries = _entries(random.Random(1844), products)
    while batch := list(islice(entries, BATCH)):
        engine.write(batch, [])
    seconds = time.process_time() - began
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{products} products: written in {seconds:.0f} s of processor time; {size / 1e6:.0f} MB")
    return engine


def _taken(engine: SearchEngine, ask: Callable[[SearchEngine, random.Random], object], questions: int) -> Taken:
    chance, taken = random.Random(1868), []
    for _ in range(questions):
        began = time.thread_time()
        ask(engine, chance)
        taken.append(1_000 * (time.thread_time() - began))
    return Taken(statistics.median(taken), statistics.quantiles(taken, n=20)[-1])


def _tell(small: dict[str, Taken], large: dict[str, Taken]) -> None:
    print("\n| question | p50 ms | p95 ms | p50 of 10,000 | p95 of 10,000 |\n|---|---|---|---|---|")
    for kind, taken in large.items():
        before = small[kind]
        print(f"| {kind} | {taken.p50:.2f} | {taken.p95:.2f} | {before.p50:.2f} | {before.p95:.2f} |")


def _entries(chance: random.Random, products: int) -> Iterator[Entry]:
    coops = [_coop(chance, nth) for nth in range(COOPS)]
    words = [_word(chance) for _ in range(VOCABULARY)]
    often = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    for nth in range(products):
        trade, invented = chance.choice(tuple(TRADES)), chance.choices(words, cum_weights=often, k=4)
        yield _entry(chance, chance.choice(coops), trade, invented, nth)


def _coop(chance: random.Random, nth: int) -> tuple[FoundCoop, str, Place]:
    name = f"{chance.choice(QUALITIES)} {chance.choice(PLACES)} Co-op {nth}"
    place = Place(chance.uniform(36, 62), chance.uniform(-9, 25))
    return FoundCoop(slug=f"coop-{nth}", name=name), chance.choice(COUNTRIES), place


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))


def _entry(
    chance: random.Random, coop: tuple[FoundCoop, str, Place], trade: str, invented: Sequence[str], nth: int
) -> Entry:
    found, country, place = coop
    title = f"{chance.choice(QUALITIES)} {invented[0].title()} {chance.choice(TRADES[trade])} {invented[1]}"
    price = Money(amount=chance.randrange(150, 9_000), currency="EUR")
    hit = Hit(
        id=new_id(), slug=f"product-{nth}", title=title, price=price, price_max=price, compare_at=None, coop=found,
        category=trade.lower(), picture=f"{trade.lower()}/product-{nth}", in_stock=chance.random() < 0.9,
    )  # fmt: skip
    description = " ".join((*chance.sample(SENTENCES, 3), *invented[2:]))
    return Entry(hit, COOP_IDS[found.slug], trade, (trade, chance.choice(PLACES)), description, nth, country, (), place)


COOP_IDS = {f"coop-{nth}": new_id() for nth in range(COOPS)}


def _common(chance: random.Random) -> str:
    """A word of one in a hundred titles or so."""
    return chance.choice(chance.choice(tuple(TRADES.values()))).split()[-1].lower()


def _misspelt(word: str) -> str:
    return word[:2] + word[3:]


def _at(chance: random.Random, **more: object) -> Question:
    """A price that nobody else asks for makes a question that was not asked before."""
    return Question(min_price=chance.randrange(1, 150), max_price=chance.randrange(9_000, 99_000), **more)  # type: ignore[arg-type]


ASKED: dict[str, Callable[[SearchEngine, random.Random], object]] = {
    "one word": lambda engine, chance: engine.search(_at(chance, text=_common(chance))),
    "two words": lambda engine, chance: engine.search(
        _at(chance, text=f"{chance.choice(QUALITIES)} {_common(chance)}")
    ),
    "misspelt": lambda engine, chance: engine.search(_at(chance, text=_misspelt(_common(chance)))),
    "one word of three co-ops, in stock": lambda engine, chance: engine.search(
        _at(chance, text=_common(chance), coops=[f"coop-{chance.randrange(COOPS)}" for _ in range(3)], in_stock=True)
    ),
    "a category, cheapest first": lambda engine, chance: engine.search(
        _at(chance, categories=[chance.choice(tuple(TRADES)).lower()], sort=Sort.CHEAPEST)
    ),
    "one word, nearest first": lambda engine, chance: engine.search(
        _at(chance, text=_common(chance), near=Near(Place(51.3, 9.5), 300), sort=Sort.NEAREST)
    ),
    "everything": lambda engine, chance: engine.search(_at(chance)),
    "suggest, two letters": lambda engine, chance: engine.suggest(_common(chance)[:2], limit=6),
    "suggest, four letters": lambda engine, chance: engine.suggest(_common(chance)[:4], limit=6),
    "suggest, a second word": lambda engine, chance: engine.suggest(
        f"{chance.choice(QUALITIES)} {_common(chance)[:2]}", limit=6
    ),
}


if __name__ == "__main__":
    sys.exit(main())
