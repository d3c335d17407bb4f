"""What orders does when it hears of something: one table."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.inbox import Reaction, batch
from services.orders import cancelling, checkout, erasing, shipping, signing_in
from services.orders.coop import record_coops
from services.orders.inbound import (
    AccountClosed,
    AvailabilityChanged,
    ChargeVoided,
    CoopAdmitted,
    CoopLapsed,
    CoopPaused,
    CoopReinstated,
    CoopResumed,
    CoopSuspended,
    GuestSignedIn,
    PaymentCaptured,
    PaymentRefunded,
    ProductPublished,
    ProductWithdrawn,
    StockRejected,
    StockReserved,
    TransferMade,
)
from services.orders.price_book import record_published, record_withdrawn
from services.orders.settings import Settings
from services.orders.wishes.shelf import record_availability


def reactions(settings: Settings, clock: Clock) -> list[Reaction]:
    async def await_payment(session: AsyncSession, reserved: Sequence[StockReserved]) -> None:
        await checkout.await_payment(session, reserved, until=clock() + settings.time_to_pay)

    return [
        batch(ProductPublished, record_published),
        batch(ProductWithdrawn, record_withdrawn),
        batch(AvailabilityChanged, record_availability),
        batch(CoopAdmitted, record_coops),
        batch(CoopSuspended, record_coops),
        batch(CoopReinstated, record_coops),
        batch(CoopLapsed, record_coops),
        batch(CoopPaused, record_coops),
        batch(CoopResumed, record_coops),
        batch(StockReserved, await_payment),
        batch(StockRejected, checkout.reject),
        batch(PaymentCaptured, checkout.mark_paid),
        batch(ChargeVoided, cancelling.close_voided),
        batch(PaymentRefunded, shipping.record_refunds),
        batch(TransferMade, shipping.record_transfers),
        batch(GuestSignedIn, signing_in.move_to_account),
        batch(AccountClosed, erasing.let_go),
    ]
