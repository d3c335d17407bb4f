"""Which fact of another room sets off what here."""

from chassis.inbox import batch, each
from services.producers import packing, payee
from services.producers.inbound import OrderCancelled, OrderPaid, OrderPlaced, PayeeOpened

REACTIONS = (
    batch(OrderPlaced, packing.await_payment),
    batch(OrderPaid, packing.ask_to_pack),
    batch(OrderCancelled, packing.forget),
    each(PayeeOpened, payee.note),
)
