"""Stripe's errors, each with the status, the type and the code that its clients know.

StripeError
├── InvalidParameter        400  never reached execution: an idempotency key does not remember it
├── UnknownUrl              404
├── ResourceMissing         404
├── UnexpectedState         400  the same call may do better once the object has moved on
├── Unauthorized            401
├── Forbidden               403
├── CardDeclined            402  its effects (a failed charge, events) are kept
└── IdempotencyMismatch     400
"""

from typing import Any, ClassVar


class StripeError(Exception):
    status: ClassVar[int] = 400
    type: ClassVar[str] = "invalid_request_error"
    remembered: ClassVar[bool] = True
    """Whether an idempotency key answers it again: only what began to execute is."""

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.body = {"message": message, "type": self.type, **_present(code=code, param=param), **extra}
        if code:
            self.body["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"


class InvalidParameter(StripeError):
    remembered = False


class ResourceMissing(StripeError):
    status = 404

    def __init__(self, kind: str, id: str, param: str = "id") -> None:
        super().__init__(f"No such {kind}: '{id}'", code="resource_missing", param=param)


class UnknownUrl(StripeError):
    status = 404
    remembered = False


class UnexpectedState(StripeError):
    """The object exists, and cannot do this from where it is."""


class Unauthorized(StripeError):
    status = 401
    remembered = False


class Forbidden(StripeError):
    status = 403
    remembered = False


class CardDeclined(StripeError):
    status = 402
    type = "card_error"


class IdempotencyMismatch(StripeError):
    type = "idempotency_error"
    remembered = False


def _present(**members: str | None) -> dict[str, str]:
    return {name: value for name, value in members.items() if value is not None}
