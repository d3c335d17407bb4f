"""A whole file read at once, without a database: what the background does in parts, for tests of the formats."""

import io
from dataclasses import dataclass, field

from services.catalog.assortment.draft import ProductDraft
from services.catalog.formats.encodings import Encoding, encoding_of
from services.catalog.formats.layout import Reading, Row
from services.catalog.formats.product_reader import Group
from services.catalog.formats.recognise import BEGINNING, reader, reading, recognise
from services.catalog.formats.record import Record
from services.catalog.formats.text import as_utf8
from services.catalog.formats.values import BadValue
from services.catalog.imports.problem import Problem, Severity, rejection


@dataclass
class Catalogue:
    dialect: str
    products: list[ProductDraft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows_total: int = 0
    rows_rejected: int = 0

    @property
    def rows_without_product(self) -> int:
        return self.rows_total - sum(product.rows for product in self.products)

    @property
    def rejected(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.REJECTED]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Products, variants, rejected rows, rows."""
        variants = sum(len(product.variants) for product in self.products)
        return len(self.products), variants, self.rows_rejected, self.rows_total


def utf8(content: bytes, said: Encoding | None = None) -> bytes:
    file = io.BytesIO(content)
    return b"".join(as_utf8(file, encoding_of(file, said).codec))


def read_file(content: str | bytes, currency: str = "EUR", part: int = 1 << 30) -> Catalogue:
    """Cut into parts of that many bytes; raises Refused where it is no file that is known."""
    told = utf8(content.encode() if isinstance(content, str) else content)
    layout = recognise(told[:BEGINNING], last=len(told) <= BEGINNING)
    known = reading(layout)
    catalogue = Catalogue(layout.dialect)
    groups: dict[str, Group] = {}
    for nth, record in enumerate(records(told, part)):
        catalogue.rows_total += 1
        _sort(known, known.row(nth, record), groups, catalogue)
    for group in groups.values():
        found = reader(group, known, currency).read()
        catalogue.problems.extend(found.problems)
        catalogue.rows_rejected += len(found.rejected)
        if found.product:
            catalogue.products.append(found.product)
    catalogue.problems.sort(key=lambda problem: problem.line)
    return catalogue


def records(told: bytes, part: int = 1 << 30) -> list[Record]:
    layout = recognise(told[:BEGINNING], last=len(told) <= BEGINNING)
    found: list[Record] = []
    position, line, size = layout.start, layout.line, part
    while position < len(told):
        end = position + size
        cut = layout.container.cut(told[position:end], line=line, last=end >= len(told))
        found += cut.records
        position, line = position + cut.consumed, line + cut.lines
        size = part if cut.consumed else size + part
    return found


def _sort(known: Reading, row: Row, groups: dict[str, Group], catalogue: Catalogue) -> None:
    try:
        key = known.dialect.key(row)
    except BadValue as bad:
        catalogue.rows_rejected += 1
        catalogue.problems.append(rejection(row.line, known.column(bad.field), bad.value, bad.reason, bad.advice))
        return
    groups.setdefault(key, Group(key)).rows.append(row)
