"""Which fact of another room sets off what here."""

from chassis.inbox import batch, each
from services.producers import packing, payee
from services.producers.inbound import ConsignmentShipped, OrderCancelled, OrderPaid, OrderPlaced, PayeeOpened

REACTIONS = (
    batch(OrderPlaced, packing.remember),
    batch(OrderPaid, packing.ask_to_pack),
    batch(OrderCancelled, packing.call_off),
    batch(ConsignmentShipped, packing.forget),
    each(PayeeOpened, payee.note),
)
