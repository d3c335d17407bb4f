"""The matrix: who may do what, in a small vocabulary, and a walk that tries every row as everybody who may not.

A row says what an operation needs; `ANSWERS` says what each wrong identity is told then. Rows are a story in order: the
rightful call of one may give the next its object, so that every cell is about something that is really there.
"""

import asyncio
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import httpx

MARKER = "zwieback"
"""Stands in everything that is nobody else's business; no wrong identity may read it anywhere."""

SAFE = frozenset({"GET", "HEAD"})


class Who(StrEnum):
    """The six wrong identities."""

    NOBODY = "nobody"
    GUEST = "a guest"
    SHOPPER = "a shopper"
    OTHER = "another co-op's owner"
    ROLE = "the co-op's wrong role"
    KEY = "a revoked key"


NOBODY, GUEST, SHOPPER, OTHER, ROLE, KEY = Who


@dataclass(frozen=True)
class Need:
    """What an operation asks for; `scope` is what a role or key must hold, `by` who tries it rightfully."""

    name: str
    by: str
    scope: str = ""

    def __str__(self) -> str:
        return f"{self.name}({self.scope})" if self.scope else self.name


PUBLIC = Need("public", "nobody")  # everybody reads the same
SELF = Need("self", "ada")  # names nothing of anybody else's
MINE = Need("mine", "ada")  # answers with what belongs to whoever asks
ACCOUNT = Need("account", "wanda")  # anybody who has signed in, for themselves
BUYER = Need("buyer", "ada")
APPLICANT = Need("applicant", "wanda")
OPERATOR = Need("operator", "operator")
HOLDER = Need("holder", "vera")  # something of one account alone, such as one of its sessions
ADDRESSEE = Need("addressee", "ines")  # the account of an address, and the link that went there
SECRET = Need("secret", "nobody")  # whoever knows a secret; the wrong ones guess


def STAFF(scope: str) -> Need:  # noqa: N802 - reads as the other needs do
    return Need("staff", "owner", scope)


OK, ANY, WRONG = range(200, 400), range(200, 500), range(400, 500)
NOT_TRIED: Container[int] | None = None
IN_OR_OUT = (401, 404)

ANSWERS: Mapping[str, Sequence[Container[int] | None]] = {
    #              nobody     guest      shopper    other      role       key
    "public":     (OK,        OK,        OK,        OK,        OK,        (401,)),
    "self":       (ANY,       ANY,       NOT_TRIED, NOT_TRIED, NOT_TRIED, (401,)),
    "mine":       (ANY,       ANY,       ANY,       ANY,       ANY,       (401,)),
    "account":    ((401,),    (401,),    NOT_TRIED, NOT_TRIED, NOT_TRIED, (401,)),
    "buyer":      (IN_OR_OUT, (404,),    (404,),    (404,),    (404,),    (401,)),
    "applicant":  ((401,),    (401,),    (404,),    (404,),    (404,),    (401,)),
    "holder":     ((401,),    (401,),    (404,),    (404,),    (404,),    (401,)),
    "staff":      (IN_OR_OUT, IN_OR_OUT, (404,),    (404,),    (403,),    (401,)),
    "operator":   ((401, 403), (401, 403), (403,),  (403,),    (403,),    (401,)),
    "addressee":  ((401,),    (401,),    (403,),    (403,),    (403,),    (401,)),
    "secret":     (WRONG,     WRONG,     WRONG,     WRONG,     WRONG,     (401,)),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One operation or page. Names in braces stand for real objects; `learns` says where the answer holds new ones."""

    method: str
    path: str
    need: Need
    sent: Mapping[str, Any] = field(default_factory=dict)
    learns: Mapping[str, str] = field(default_factory=dict)
    by: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def rightful(self) -> str:
        return self.by or self.need.by

    @property
    def shape(self) -> tuple[str, str]:
        return shape(self.method, self.path)


def shape(method: str, path: str) -> tuple[str, str]:
    """An operation whatever its parameters are called."""
    return method, re.sub(r"\{[^}]+\}", "{}", path.partition("?")[0])


def untried(listed: Iterable[tuple[str, str]], rows: Iterable[Row]) -> set[tuple[str, str]]:
    """What there is and no row tries."""
    return {shape(*one) for one in listed} - {row.shape for row in rows}


def gone(listed: Iterable[tuple[str, str]], rows: Iterable[Row]) -> set[tuple[str, str]]:
    """What a row tries and there is not."""
    return {row.shape for row in rows} - {shape(*one) for one in listed}


class Cast(Protocol):
    """The people, and the objects that rows are about."""

    def wrong(self, who: Who, need: Need) -> str: ...

    async def send(self, row: Row, by: str, *, guesses: bool = False) -> httpx.Response: ...

    async def watched(self, row: Row) -> object: ...

    def learn(self, row: Row, answer: httpx.Response) -> None: ...


async def walk(rows: Sequence[Row], cast: Cast, status: Callable[[httpx.Response], int]) -> list[str]:
    """Everything that is not as the table says, one sentence each."""
    findings: list[str] = []
    for row in rows:
        before = None if row.method in SAFE else await _settled(cast, row)
        findings += [finding for told in await asyncio.gather(*_cells(row, cast, status)) for finding in told]
        if before is not None and await cast.watched(row) != before:
            findings.append(f"{row}: somebody who may not has changed something")
        answer = await cast.send(row, row.rightful)
        if status(answer) not in OK:
            findings.append(f"{row} by {row.rightful}, who may: {answer.status_code} {_words(answer)}")
        else:
            cast.learn(row, answer)
    return findings


async def _settled(cast: Cast, row: Row) -> object:
    """What is watched, once what a row before has set in motion has come to rest."""
    before, seen = object(), await cast.watched(row)
    while seen != before:
        await asyncio.sleep(0.1)
        before, seen = seen, await cast.watched(row)
    return seen


def _cells(row: Row, cast: Cast, status: Callable[[httpx.Response], int]) -> Iterable[Any]:
    for who, expected in zip(Who, ANSWERS[row.need.name], strict=True):
        if expected is not None:
            yield _cell(row, cast, who, expected, status)


async def _cell(
    row: Row, cast: Cast, who: Who, expected: Container[int], status: Callable[[httpx.Response], int]
) -> list[str]:
    somebody = cast.wrong(who, row.need)
    if somebody == "lena" and row.need.scope:  # Every role may do this: who has left is as far outside as anybody.
        expected = (404,)
    answer = await cast.send(row, somebody, guesses=row.need is SECRET)
    told = status(answer)
    findings = []
    if told not in expected:
        findings.append(f"{row} as {who} ({row.need}): {told} {_words(answer)}")
    if MARKER in answer.text.lower():
        findings.append(f"{row} as {who} ({row.need}): tells what is nobody else's business")
    if told == 403 and row.need.scope and "json" in answer.headers.get("content-type", ""):
        problem = answer.json()
        if (problem["code"], problem.get("scope")) != ("scope_missing", row.need.scope):
            findings.append(f"{row} as {who} ({row.need}): does not say what is missing: {problem}")
    return findings


def _words(answer: httpx.Response) -> str:
    """What a reader is told, as far as it helps to find out what happened."""
    main = answer.text.partition('<main id="main"')[2] or answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))[:300]
