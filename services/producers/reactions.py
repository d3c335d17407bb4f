"""Which fact of another room sets off what here."""

from chassis.clock import Clock
from chassis.inbox import Reaction, batch, each
from services.producers import packing, payee
from services.producers.account_acts import ACTS, recorder
from services.producers.inbound import (
    AccountClosed,
    ConsignmentShipped,
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
    PayeeOpened,
)
from services.producers.leaving import Leaving


def reactions(clock: Clock) -> list[Reaction]:
    return [
        batch(OrderPlaced, packing.remember),
        batch(OrderPaid, packing.ask_to_pack),
        batch(OrderCancelled, packing.call_off),
        batch(ConsignmentShipped, packing.forget),
        each(PayeeOpened, payee.note),
        each(AccountClosed, Leaving(clock).take_leave),
        *(each(act, recorder(what, clock)) for act, what in ACTS.items()),
    ]
