"""A request sent twice is carried out once: the answer is stored in the transaction of the effect."""

import hashlib
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.errors import Conflict, DomainError
from chassis.http import CurrentCaller


class KeyMissing(DomainError):
    code, title = "idempotency_key_missing", "An Idempotency-Key is needed"


class KeyReused(Conflict):
    code, title = "idempotency_key_reused", "That Idempotency-Key belongs to another request"


# A second request with the key waits here for the first one's transaction, then finds its answer.
_BEGIN = """
    INSERT INTO idempotency (principal, key, fingerprint) VALUES ($1, $2, $3)
    ON CONFLICT (principal, key) DO NOTHING RETURNING 1
"""
_STORED = "SELECT fingerprint, status, body FROM idempotency WHERE principal = $1 AND key = $2"
_FINISH = "UPDATE idempotency SET status = $3, body = $4 WHERE principal = $1 AND key = $2"
# Answers hold what people typed: they are kept for as long as a repeated request can be meant, and no longer.
_FORGET = "DELETE FROM idempotency WHERE created_at < now() - interval '2 days'"


async def forget_old_answers(session: AsyncSession) -> None:
    """After two days a key is new again."""
    await fetch(session, _FORGET)


_MOVE = """
    UPDATE idempotency SET principal = $2
    WHERE principal = $1 AND key NOT IN (SELECT key FROM idempotency WHERE principal = $2) RETURNING key
"""
_FORGET_ALL_OF = "DELETE FROM idempotency WHERE principal = $1 RETURNING key"


async def move_answers(session: AsyncSession, *, principal: UUID, to: UUID) -> None:
    """A request begun as one principal and repeated as another finds its answer."""
    await fetch(session, _MOVE, str(principal), str(to))


async def forget_answers(session: AsyncSession, principal: UUID) -> None:
    """All that were given to somebody."""
    await fetch(session, _FORGET_ALL_OF, str(principal))


class Idempotency:
    """One key of one principal. A failure stores nothing: the request may be sent again with the same key."""

    def __init__(self, principal: str, key: str, fingerprint: bytes) -> None:
        self._names = (principal, key)
        self._fingerprint = fingerprint

    async def begin(self, session: AsyncSession) -> Response | None:
        """The stored answer where the key was used before with the same request; KeyReused with another."""
        if await fetch(session, _BEGIN, *self._names, self._fingerprint):
            return None
        [stored] = await fetch(session, _STORED, *self._names)
        if stored["fingerprint"] != self._fingerprint:
            raise KeyReused("This Idempotency-Key was used with another request before; make a new one")
        return Response(stored["body"], stored["status"], media_type="application/json")

    async def finish(self, session: AsyncSession, status: int, model: BaseModel) -> Response:
        """Stores the answer with the effect and gives it."""
        body = orjson.dumps(model.model_dump(mode="json"))
        await fetch(session, _FINISH, *self._names, status, body.decode())
        return Response(body, status, media_type=JSONResponse.media_type)


async def _idempotency(
    request: Request,
    caller: CurrentCaller,
    idempotency_key: Annotated[str | None, Header(max_length=200, description="Yours; one for each intention")] = None,
) -> Idempotency:
    if not idempotency_key:
        raise KeyMissing("Send an Idempotency-Key header, so that a repeated request is carried out once")
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + await request.body()).digest()
    return Idempotency(str(caller.id), idempotency_key, digest)


Once = Annotated[Idempotency, Depends(_idempotency)]
