"""The public API of payments: parse, one call, answer."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Header, Request
from sqlalchemy import select

from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, RoomDatabase, app_state
from chassis.money import Money
from chassis.paging import Cursor, Limit, split
from services.payments import schemas
from services.payments.bookkeeping import books, payable
from services.payments.charge import Charge
from services.payments.opening import NotYet, open_charge, require_buyer
from services.payments.payee import Payee
from services.payments.processor import Intent, Processor
from services.payments.settings import Settings
from services.payments.transfer import Transfer
from services.payments.webhooks import receive

TheProcessor = Annotated[Processor, app_state("processor")]
TheSettings = Annotated[Settings, app_state("settings")]

router = APIRouter(prefix="/api/v1")


@router.post("/charges/{order_id}/open", tags=["charges"])
async def open_(
    order_id: UUID,
    database: RoomDatabase,
    processor: TheProcessor,
    settings: TheSettings,
    caller: CurrentCaller,
    now: Now,
) -> schemas.OpenedCharge:
    """The payment of an order, to be made by its buyer; asked twice it is the same payment."""
    charge, intent = await open_charge(database, processor, order_id, caller, now)
    return schemas.OpenedCharge(
        state=charge.state,
        amount=Money(amount=charge.amount, currency=charge.currency),
        payment_intent=intent.ref,
        client_secret=intent.client_secret,
        publishable_key=settings.stripe_publishable_key,
        pay_url=_pay_url(settings, order_id, intent),
    )


def _pay_url(settings: Settings, order_id: UUID, intent: Intent) -> str | None:
    if settings.stripe_pay_page is None:
        return None
    return_url = f"{settings.public_url}/orders/{order_id}"
    query = urlencode({"client_secret": intent.client_secret, "return_url": return_url})
    return f"{settings.stripe_pay_page}/{intent.ref}?{query}"


@router.get("/charges/{order_id}", tags=["charges"])
async def read_charge(order_id: UUID, session: Reading, caller: CurrentCaller) -> schemas.ChargeView:
    """How far an order's payment has come, for its buyer and for operators."""
    charge = await session.scalar(select(Charge).where(Charge.order_id == order_id))
    if charge is None:
        raise NotYet("Payments has not heard of this order yet; please ask again in a moment.")
    if not caller.operator:
        await require_buyer(session, charge, caller)
    return schemas.ChargeView(
        state=charge.state,
        amount=Money(amount=charge.amount, currency=charge.currency),
        captured_at=charge.captured_at,
        refunded=Money(amount=charge.refunded, currency=charge.currency),
        failure=charge.failure,
    )


@router.post("/webhooks/stripe", tags=["webhooks"])
async def stripe_webhook(
    request: Request,
    database: RoomDatabase,
    processor: TheProcessor,
    now: Now,
    stripe_signature: Annotated[str | None, Header()] = None,
) -> dict[str, str]:
    """Where the processor tells what has happened to money."""
    await receive(database, processor, await request.body(), stripe_signature, now)
    return {}


@router.get("/ledger/entries", tags=["ledger"])
async def read_entries(
    session: Reading, caller: CurrentCaller, cursor: Cursor, order_id: UUID | None = None, limit: Limit = 50
) -> Page[schemas.EntryView]:
    """The books, in the order they were written; for operators."""
    caller.require_operator()
    entries, next_cursor = split(await books.entries_after(session, cursor, limit + 1, order_id), limit)
    items = [schemas.EntryView.model_validate(entry, from_attributes=True) for entry in entries]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/ledger/balances", tags=["ledger"])
async def read_balances(session: Reading, caller: CurrentCaller) -> schemas.BalancesView:
    """What every account stands at; for operators."""
    caller.require_operator()
    balances = await books.balances(session)
    sums: dict[str, int] = {}
    for one in balances:
        sums[one.currency] = sums.get(one.currency, 0) + one.amount
    views = [schemas.PostingView.model_validate(one, from_attributes=True) for one in balances]
    return schemas.BalancesView(balances=views, balanced=not any(sums.values()))


@router.get("/payees/{coop_id}", tags=["payees"])
async def read_payee(
    coop_id: UUID, session: Reading, caller: CurrentCaller, settings: TheSettings
) -> schemas.PayeeView:
    """What a co-op is owed and what it was paid, for those who look after its money and for operators."""
    if not caller.operator:
        caller.require_acting_for(coop_id, "money:read")
    payee = await session.get(Payee, coop_id)
    if payee is None:
        raise NotFound("This co-op has no account yet.")
    recent = select(Transfer).where(Transfer.coop_id == coop_id).order_by(Transfer.consignment_id.desc()).limit(100)
    transfers = (await session.scalars(recent)).all()
    # Credit is negative in the books: what they owe the co-op.
    owed = {one.currency: -one.amount for one in await books.balances(session, payable(coop_id))}
    return schemas.PayeeView(
        coop_id=coop_id,
        account_ref=payee.account_ref,
        enabled=payee.enabled,
        balance=Money(amount=owed.get(settings.currency, 0), currency=settings.currency),
        transfers=[_transfer_view(one) for one in transfers],
    )


def _transfer_view(one: Transfer) -> schemas.TransferView:
    return schemas.TransferView(
        order_id=one.order_id,
        consignment_id=one.consignment_id,
        state=one.state,
        created_at=one.created_at,
        amount=Money(amount=one.amount, currency=one.currency),
    )
