"""Stripe's idempotency: the same key and parameters get the same saved answer, an error included."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from sandbox.store import Store
from sandbox.stripe_api.errors import CardDeclined, IdempotencyMismatch, InvalidParameter, StripeError
from sandbox.stripe_api.platform import Wire

KEPT_SECONDS = 24 * 3600
LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    replayed_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One call that may have been made before: who makes it, under which key, and what exactly it asks for."""

    scope: str
    key: str | None
    fingerprint: str
    request: str
    now: float


def answer_once(store: Store, attempt: Attempt, run: Callable[[], Wire]) -> Answer:
    """Run inside one transaction with the saving of the answer: a crash leaves both or none."""
    with store.transaction():
        if attempt.key is None:
            return _execute(store, run)[0]
        saved = _saved(store, attempt)
        if saved is not None:
            return saved
        answer, remembered = _execute(store, run)
        if remembered:
            _save(store, attempt, answer)
        return answer


def _saved(store: Store, attempt: Attempt) -> Answer | None:
    if len(attempt.key or "") > LONGEST_KEY:
        raise InvalidParameter(f"Idempotency keys can be at most {LONGEST_KEY} characters long.")
    store.write("DELETE FROM answers WHERE created < ?", attempt.now - KEPT_SECONDS)
    row = store.row(
        "SELECT fingerprint, status, body, request FROM answers WHERE scope = ? AND key = ?", attempt.scope, attempt.key
    )
    if row is None:
        return None
    if row[0] != attempt.fingerprint:
        raise IdempotencyMismatch(
            "Keys for idempotent requests can only be used with the same parameters and the same endpoint they were "
            f"first used with. Try using a key other than '{attempt.key}' if you meant to execute a different request."
        )
    return Answer(row[1], row[2], replayed_from=row[3])


def _execute(store: Store, run: Callable[[], Wire]) -> tuple[Answer, bool]:
    try:
        with store.savepoint():
            return _run(run), True
    except StripeError as error:
        return as_answer(error), error.remembered


def _run(run: Callable[[], Wire]) -> Answer:
    try:
        return Answer(200, orjson.dumps(run()))
    except CardDeclined as error:
        # A declined card is an answer, not an accident: the failed charge and its events stay.
        return as_answer(error)


def as_answer(error: StripeError) -> Answer:
    return Answer(error.status, orjson.dumps({"error": error.body}))


def _save(store: Store, attempt: Attempt, answer: Answer) -> None:
    store.write(
        "INSERT INTO answers (scope, key, fingerprint, status, body, request, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
        attempt.scope, attempt.key, attempt.fingerprint, answer.status, answer.body, attempt.request, attempt.now,
    )  # fmt: skip
