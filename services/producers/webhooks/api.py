"""A co-op's webhooks over HTTP, for its staff and for its keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from chassis.http import CurrentCaller, Now, Page, Reading, Transaction, app_state
from chassis.paging import Cursor, Limit, split
from chassis.vault import Vault
from services.producers.webhooks import endpoints
from services.producers.webhooks.endpoints import Hand
from services.producers.webhooks.schemas import (
    DeliveryOut,
    EndpointChange,
    EndpointForm,
    EndpointOut,
    FreshSecret,
    Replayed,
    ReplayForm,
)

READ, WRITE = "shop:read", "shop:write"


async def may_read(coop_id: UUID, caller: CurrentCaller) -> UUID:
    caller.require_acting_for(coop_id, READ)
    return coop_id


async def may_write(coop_id: UUID, caller: CurrentCaller) -> UUID:
    caller.require_acting_for(coop_id, WRITE)
    return coop_id


ReadFor = Annotated[UUID, Depends(may_read)]
WriteFor = Annotated[UUID, Depends(may_write)]
Secrets = Annotated[Vault, app_state("vault")]


async def hand_of(caller: CurrentCaller, now: Now) -> Hand:
    return Hand(caller.id, now)


TheHand = Annotated[Hand, Depends(hand_of)]

router = APIRouter(prefix="/api/v1/coops/{coop_id}/webhooks", tags=["webhooks"])


@router.get("")
async def list_webhooks(coop_id: ReadFor, session: Reading) -> Page[EndpointOut]:
    found = await endpoints.of_coop(session, coop_id)
    return Page(items=[EndpointOut.model_validate(one) for one in found])


@router.post("", status_code=201)
async def register(
    coop_id: WriteFor, form: EndpointForm, session: Transaction, vault: Secrets, hand: TheHand
) -> FreshSecret:
    """Its secret is in this answer and in no other."""
    return FreshSecret.of(*await endpoints.register(session, vault, coop_id, form.wanted(), hand))


@router.get("/{endpoint_id}")
async def get_webhook(coop_id: ReadFor, endpoint_id: UUID, session: Reading) -> EndpointOut:
    return EndpointOut.model_validate(await endpoints.one_of(session, coop_id, endpoint_id))


@router.put("/{endpoint_id}")
async def change(
    coop_id: WriteFor, endpoint_id: UUID, form: EndpointChange, session: Transaction, hand: TheHand
) -> EndpointOut:
    """What waits for one that is switched off has failed; once it is switched on that can be replayed."""
    endpoint = await endpoints.one_of(session, coop_id, endpoint_id, lock=True)
    await endpoints.change(session, endpoint, form.wanted(), enabled=form.enabled, hand=hand)
    return EndpointOut.model_validate(endpoint)


@router.delete("/{endpoint_id}", status_code=204)
async def take_away(coop_id: WriteFor, endpoint_id: UUID, session: Transaction, hand: TheHand) -> None:
    """With its log."""
    await endpoints.remove(session, await endpoints.one_of(session, coop_id, endpoint_id, lock=True), hand)


@router.post("/{endpoint_id}/secret")
async def rotate_secret(
    coop_id: WriteFor, endpoint_id: UUID, session: Transaction, vault: Secrets, hand: TheHand
) -> FreshSecret:
    """A fresh secret. For a day what is sent carries two signatures, one by each."""
    endpoint = await endpoints.one_of(session, coop_id, endpoint_id, lock=True)
    return FreshSecret.of(endpoint, endpoints.rotate(session, vault, endpoint, hand))


@router.post("/{endpoint_id}/ping", status_code=202)
async def ping(coop_id: WriteFor, endpoint_id: UUID, session: Transaction) -> DeliveryOut:
    """Sends a test event of type `ping`; what was answered is in the log a moment later."""
    endpoint = await endpoints.one_of(session, coop_id, endpoint_id, lock=True)
    return DeliveryOut.of(await endpoints.ping(session, endpoint), [])


@router.get("/{endpoint_id}/deliveries")
async def list_deliveries(
    coop_id: ReadFor, endpoint_id: UUID, session: Reading, before: Cursor, limit: Limit = 20
) -> Page[DeliveryOut]:
    """Of the last thirty days, newest first, each with its attempts."""
    endpoint = await endpoints.one_of(session, coop_id, endpoint_id)
    found = await endpoints.log(session, endpoint, before=before, limit=limit + 1)
    items, cursor = split([DeliveryOut.of(delivery, attempts) for delivery, attempts in found], limit)
    return Page(items=items, next_cursor=cursor)


@router.post("/{endpoint_id}/deliveries/{message_id}/replay", status_code=202)
async def replay(coop_id: WriteFor, endpoint_id: UUID, message_id: UUID, session: Transaction) -> DeliveryOut:
    """The same message under the same id, at once, whether it arrived before or not."""
    endpoint = await endpoints.one_of(session, coop_id, endpoint_id, lock=True)
    return DeliveryOut.of(await endpoints.replay(session, endpoint, message_id), [])


@router.post("/{endpoint_id}/replay", status_code=202)
async def replay_failed(coop_id: WriteFor, endpoint_id: UUID, form: ReplayForm, session: Transaction) -> Replayed:
    """Everything that failed, or failed since then."""
    endpoint = await endpoints.one_of(session, coop_id, endpoint_id, lock=True)
    return Replayed(deliveries=await endpoints.replay_failed(session, endpoint, form.since))
