"""Many products in one request, a JSON line each: every line has its own answer, and a bad one harms no other."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.errors import Conflict, DomainError, Refused, TooLarge, problem_of, problem_of_invalid
from chassis.idempotency import Idempotency
from services.catalog.assortment.assortment import Assortment
from services.catalog.assortment.draft import ProductDraft
from services.catalog.assortment.outcome import Outcome
from services.catalog.assortment.product_form import Label
from services.catalog.assortment.upsert import PutProduct
from services.catalog.product import Product
from services.catalog.product_api import ChangedMeanwhile
from services.catalog.shopfront import Shopfront
from services.catalog.stock.bundling import NotAPart
from services.catalog.stock.journal import Cause

MOST_LINES = 1_000
LINES_AT_ONCE = 50  # Small enough that nobody buying waits long for the rows this holds.
STATUS = {Outcome.NEW: 201, Outcome.CHANGED: 200, Outcome.UNCHANGED: 200}


class TooManyLines(TooLarge):
    code = "too_many_lines"
    title = "That is more than one request may hold"


class NoLines(Refused):
    code = "no_lines"
    title = "There are no products in the request"


class SentTwice(Conflict):
    code = "sent_twice"
    title = "This id stands in the request twice"


class BulkLine(PutProduct):
    """One product. With a `version` it is changed only while it still has that one."""

    external_id: Label
    version: int | None = None


class BulkAnswer(BaseModel):
    """What became of a line: `status` and `problem` are what a request of its own would have been answered."""

    line: int
    external_id: str | None = None
    status: int
    outcome: Outcome
    id: UUID | None = None
    version: int | None = None
    problem: dict[str, Any] | None = None


class Answers(BaseModel):
    """Of a few lines, in their order."""

    items: list[BulkAnswer]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the request: what is to be put, or why it cannot be."""

    nth: int
    id: str | None
    put: BulkLine | None = None
    problem: Response | None = None


def read_lines(content: bytes) -> list[Line]:
    """Blank lines count and say nothing; raises TooManyLines and NoLines."""
    told = [(nth, line) for nth, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    if len(told) > MOST_LINES:
        raise TooManyLines(
            f"One request may hold {MOST_LINES:,} products. Send the rest in further ones, or all as an import, which "
            "takes our own JSON Lines of any length: POST /api/v1/imports.",
            limit=MOST_LINES,
        )
    if not told:
        raise NoLines("Send one JSON object a line, such as {“external_id”: “rye-bread”, “title”: …}.")
    return _without_twins([_read(nth, line) for nth, line in told])


def _read(nth: int, line: bytes) -> Line:
    try:
        put = BulkLine.model_validate_json(line)
    except ValidationError as error:
        return Line(nth, None, problem=problem_of_invalid(error.errors(include_url=False, include_context=False)))
    return Line(nth, put.external_id, put)


def _without_twins(lines: Sequence[Line]) -> list[Line]:
    """Which of two lines would hold in the end is not for us to guess: the first is taken."""
    first: dict[str, int] = {}
    for line in lines:
        if line.id is not None:
            first.setdefault(line.id, line.nth)
    return [line if line.id is None or first[line.id] == line.nth else _twin(line, first[line.id]) for line in lines]


def _twin(line: Line, first: int) -> Line:
    error = SentTwice(f"Line {first} has the same id. Send the product once.", field="external_id")
    return Line(line.nth, line.id, problem=problem_of(error))


@dataclass(frozen=True)
class BulkKey:
    """A key for the whole request, of which every few lines that are committed together have a part."""

    principal: str
    key: str
    fingerprint: bytes

    def part(self, start: int) -> Idempotency:
        return Idempotency(self.principal, f"{self.key} from {start}" if start else self.key, self.fingerprint)


@dataclass(frozen=True)
class Bulk:
    """The lines of one co-op's request, taken a few at a time, each few in a transaction of their own."""

    database: Database
    shop: Shopfront
    coop_id: UUID
    now: datetime
    cause: Cause

    async def take(self, lines: Sequence[Line], once: BulkKey | None) -> AsyncIterator[bytes]:
        """The answers as JSON Lines, in order. A request that is repeated is answered as before, as far as it came."""
        for start in range(0, len(lines), LINES_AT_ONCE):
            few = lines[start : start + LINES_AT_ONCE]
            async with self.database.transaction() as session:
                answers = await self._answer(session, few, once.part(start) if once else None)
            yield _as_lines(answers)

    async def _answer(self, session: AsyncSession, few: Sequence[Line], once: Idempotency | None) -> Answers:
        if once is None:
            return await self._take(session, few)
        stored = await once.begin(session)
        if stored is not None:
            return Answers.model_validate_json(bytes(stored.body))
        answers = await self._take(session, few)
        await once.finish(session, 200, answers)
        return answers

    async def _take(self, session: AsyncSession, few: Sequence[Line]) -> Answers:
        sound = {line.nth: line.put for line in few if line.put is not None}
        problems = {line.nth: line.problem for line in few if line.problem is not None}
        assortment = Assortment(self.coop_id, self.shop.currency, self.shop.categories, self.now, self.cause)
        known = await assortment.known(session, [put.external_id for put in sound.values()])
        drafts: dict[int, tuple[ProductDraft, Product | None]] = {}
        for nth, put in sound.items():
            product = known.get(put.external_id)
            try:
                drafts[nth] = (self._draft(put, product), product)
            except DomainError as error:
                problems[nth] = problem_of(error)
        made: dict[int, tuple[Product, Outcome]] = {}
        for nth, done in zip(drafts, await assortment.put(session, list(drafts.values())), strict=True):
            if isinstance(done, NotAPart):
                problems[nth] = problem_of(done)
            else:
                made[nth] = done
        await session.flush()
        return Answers(
            items=[
                _taken(line.nth, *made[line.nth]) if line.nth in made else _refused(line, problems[line.nth])
                for line in few
            ]
        )

    def _draft(self, line: BulkLine, product: Product | None) -> ProductDraft:
        if line.version is not None and (product is None or product.version != line.version):
            version = product.version if product else None
            raise ChangedMeanwhile("Look at it again and repeat your change.", field="version", version=version)
        meant = line.meaning(product)
        return meant.draft(self.shop.currency, self.shop.categories, product, external_id=line.external_id)


def _taken(line: int, product: Product, outcome: Outcome) -> BulkAnswer:
    return BulkAnswer(
        line=line,
        external_id=product.external_id,
        status=STATUS[outcome],
        outcome=outcome,
        id=product.product_id,
        version=product.version,
    )


def _refused(line: Line, problem: Response) -> BulkAnswer:
    told = orjson.loads(problem.body)
    return BulkAnswer(
        line=line.nth, external_id=line.id, status=problem.status_code, outcome=Outcome.REJECTED, problem=told
    )


def _as_lines(answers: Answers) -> bytes:
    return b"".join(one.model_dump_json(exclude_none=True).encode() + b"\n" for one in answers.items)
