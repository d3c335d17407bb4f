"""The tree of expected failures, and how each is told over HTTP (RFC 9457).

DomainError (400)
├── SignInRequired (401)
├── Forbidden (403)
│   └── SecondFactorRequired
├── NotFound (404)
├── Conflict (409)
├── TooLarge (413)
├── Refused (422)
├── TooMany (429)
└── Unavailable (503)

Subclasses live beside the rule they belong to and carry a stable `code`.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

PROBLEM = "application/problem+json"


class DomainError(Exception):
    """An expected failure: told to the caller, never logged as a crash. `extra` members go into the answer."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "That request cannot be carried out"

    def __init__(
        self, detail: str, *, field: str | None = None, headers: dict[str, str] | None = None, **extra: object
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.headers = headers or {}
        self.extra = extra


class SignInRequired(DomainError):
    status, code, title = 401, "sign_in_required", "Please sign in"


class Forbidden(DomainError):
    status, code, title = 403, "forbidden", "You may not do this"


class SecondFactorRequired(Forbidden):
    """The caller may do this, in a session in which their second factor was shown."""

    code, title = "second_factor_required", "Please show your second factor"

    def __init__(self) -> None:
        super().__init__("Show your second factor in this session first; who has none yet adds one to their account.")


class NotFound(DomainError):
    status, code, title = 404, "not_found", "There is nothing here"


class Conflict(DomainError):
    status, code, title = 409, "conflict", "That no longer fits what is recorded"


class TooLarge(DomainError):
    status, code, title = 413, "too_large", "That is larger than may be sent"


class Refused(DomainError):
    status, code, title = 422, "refused", "That was understood and cannot be accepted"


class TooMany(DomainError):
    status, code, title = 429, "too_many_requests", "Too many requests"


class Unavailable(DomainError):
    status, code, title = 503, "unavailable", "That is not to be had right now"


def problem(
    status: int, code: str, title: str, detail: str, *, headers: dict[str, str] | None = None, **members: object
) -> Response:
    """One problem document; `code` is stable, `detail` is for people, members with no value are left out."""
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    body.update({name: value for name, value in members.items() if value is not None})
    return Response(orjson.dumps(body, default=str), status, headers, media_type=PROBLEM)


def problem_of(error: DomainError) -> Response:
    """The problem document of an expected failure."""
    errors = [{"field": error.field, "detail": error.detail}] if error.field else None
    return problem(
        error.status, error.code, error.title, error.detail, headers=error.headers, errors=errors, **error.extra
    )


def answer_problems(app: FastAPI) -> None:
    """Every failure of the app is told as a problem document, the unexpected one without its inside."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    # Starlette sends this answer and then raises the error again, so that the server logs it and a test sees it.
    app.add_exception_handler(Exception, _crash)


async def _domain_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return problem_of(error)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_of_invalid(error.errors())


def problem_of_invalid(found_errors: Sequence[Mapping[str, Any]]) -> Response:
    """The problem document of what pydantic could not read."""
    errors = [{"field": _field(found["loc"]), "detail": found["msg"]} for found in found_errors]
    named = ", ".join(sorted({found["field"] for found in errors if found["field"]}))
    detail = f"Please correct: {named}" if named else "The request could not be read"
    return problem(422, "invalid", "Some of it could not be read", detail, errors=errors)


def _field(location: Sequence[Any]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path", "header"))


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, code, phrase, str(error.detail), headers=headers)


async def _crash(_: Request, __: Exception) -> Response:
    return problem(500, "internal", "Something broke on our side", "It has been noted; please try again.")
