"""API keys of a co-op: made, listed and revoked by its owners."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from chassis.auth import Caller
from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, Transaction, app_state
from chassis.outbox import publish
from gateway.account import acting
from gateway.api_key import ApiKey, KeyRing, keys_of
from gateway.events import ApiKeyMade, ApiKeyRevoked
from gateway.role import KEYS_WRITE
from gateway.schemas import Key, MadeKey, NewKey

router = APIRouter(prefix="/api/v1/keys")

Keys = Annotated[KeyRing, app_state("keys")]


@router.post("", status_code=201)
async def make_a_key(body: NewKey, session: Transaction, caller: CurrentCaller, keys: Keys, now: Now) -> MadeKey:
    """Makes a key; this answer is the only one that shows it."""
    account_id = _require_handling(caller, body.coop_id)
    row, key = keys.make(
        session, coop_id=body.coop_id, name=body.name.strip(), scopes=body.scopes, made_by=account_id, now=now
    )
    account = await acting(session, account_id)
    made = ApiKeyMade(
        account_id=account.id, version=account.next_version(), at=now, coop_id=body.coop_id, key_id=row.id
    )
    publish(session, made)
    return MadeKey(**Key.of(row).model_dump(), key=key)


@router.get("")
async def list_keys(coop_id: UUID, session: Reading, caller: CurrentCaller) -> Page[Key]:
    """All keys of a co-op, the newest first, the revoked ones included."""
    _require_handling(caller, coop_id)
    return Page(items=[Key.of(row) for row in await keys_of(session, coop_id)])


@router.delete("/{key_id}", status_code=204)
async def revoke_a_key(key_id: UUID, session: Transaction, caller: CurrentCaller, now: Now) -> None:
    """Ends a key at once and for good."""
    caller.require_account()
    row = await session.get(ApiKey, key_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such key, or it is not yours.")
    account_id = _require_handling(caller, row.coop_id)
    if row.revoke(now):
        account = await acting(session, account_id)
        version = account.next_version()
        publish(
            session, ApiKeyRevoked(account_id=account.id, version=version, at=now, coop_id=row.coop_id, key_id=row.id)
        )


def _require_handling(caller: Caller, coop_id: UUID) -> UUID:
    """Keys make no keys, so that a leaked one cannot outlive its revocation."""
    account_id = caller.require_account()
    caller.require_acting_for(coop_id, KEYS_WRITE)
    return account_id
