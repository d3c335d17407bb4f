"""No business noun of the glossary lives in the chassis, be it a name or a word in a string."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.walls.house import ROOT

ROW = re.compile(r"^\| (?P<term>[^|]+?) \| [^|]+ \| (?P<whose>[^|]+?) \|$", re.MULTILINE)
# In these words a sequence is meant: SQL's clause, and the order in which things come.
SEQUENCE = re.compile(
    r"\border by\b|\border (?:holds|of|they)\b|\b(?:in|out of|keep)(?: (?:a|the|this|their|fixed)){0,2} order\b",
    re.IGNORECASE,
)
# SQLAlchemy's clause, and its event of a connection that leaves the pool.
LIBRARIES = {"order_by", '"checkout"'}


def business_nouns(architecture: str) -> set[str]:
    """The glossary's terms, less those it marks as plumbing."""
    glossary = architecture.partition("## Glossary")[2].partition("\n## ")[0]
    terms = [(row["term"], row["whose"]) for row in ROW.finditer(glossary) if row["term"] not in {"term", "---"}]
    return {" ".join(_words(term)) for term, whose in terms if whose != "plumbing"}


def business_in(source: str, nouns: Iterable[str]) -> Iterator[str]:
    """Where a noun stands in an identifier or a string, singular or plural, in camel or snake case."""
    wanted = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(nouns)))})\b")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.NAME, tokenize.STRING} and token.string not in LIBRARIES:
            text = SEQUENCE.sub(" ", re.sub(r"\s+", " ", token.string))
            if found := wanted.search(" ".join(_words(text))):
                yield f"{token.start[0]}: {found.group()} in {token.string[:60]!r}"


def _words(text: str) -> list[str]:
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text.replace("co-op", "coop").replace("Co-op", "coop"))
    return [_singular(part.lower()) for part in parts]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


@pytest.fixture(scope="module")
def nouns() -> set[str]:
    return business_nouns((ROOT / "ARCHITECTURE.md").read_text())


@pytest.mark.parametrize("file", sorted((ROOT / "chassis").rglob("*.py")), ids=lambda file: file.name)
def test_the_chassis_knows_no_business(file: Path, nouns: set[str]) -> None:
    ast.parse(source := file.read_text())

    assert list(business_in(source, nouns)) == []


@pytest.mark.parametrize(
    "source",
    [
        "def place_order(): ...",
        "class OrderPlaced: ...",
        "ORDERS = 1",
        'TOPIC = "orders.orders"',
        'topic = f"{room}.orders"',
        "consignments = []",
        'sql = "SELECT * FROM baskets ORDER BY id"',
        '"""Ships what a co-op packed."""',
        "coop_id = 1",
        'DETAIL = "the order was cancelled"',
        "categories = 2",
        "ledger_entry = 3",
    ],
)
def test_a_planted_noun_is_found(source: str, nouns: set[str]) -> None:
    assert list(business_in(source + "\n", nouns))


@pytest.mark.parametrize(
    "source",
    [
        'sql = "SELECT id FROM outbox ORDER BY id"',
        "query.order_by(Row.id)",
        '"""Facts of one key keep their order."""',
        "money = Money(amount=1, currency='EUR')",
        "ordered = OrderedDict()",
        "# Comments may name an order as an example.",
    ],
)
def test_plumbing_and_sequence_are_not(source: str, nouns: set[str]) -> None:
    assert not list(business_in(source + "\n", nouns))


def test_the_glossary_is_read_and_money_is_plumbing(nouns: set[str]) -> None:
    assert {"order", "basket", "coop", "price book", "ledger entry"} <= nouns
    assert not nouns & {"money", "amount", "account", "event"}
