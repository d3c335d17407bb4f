"""How what happens to money is written in the books; amounts are debit positive.

stripe:balance      what the processor holds for us
coop:<id>:payable   what we owe a co-op
marketplace:fees    what we earned
processor:fees      what the processor took
refunds:due         what came for an order that was gone already, or came back on its way: owed to the shopper
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from ledger.books import Books
from ledger.entry import Entry, entry
from services.payments.base import Base
from services.payments.split import Share

if TYPE_CHECKING:
    from services.payments.charge import Charge
    from services.payments.transfer import Transfer

books = Books(Base.metadata)

STRIPE = "stripe:balance"
MARKETPLACE_FEES = "marketplace:fees"
PROCESSOR_FEES = "processor:fees"
REFUNDS_DUE = "refunds:due"


def payable(coop_id: UUID) -> str:
    """The account of what we owe one co-op."""
    return f"coop:{coop_id}:payable"


def captured(charge: "Charge", shares: Sequence[Share]) -> Entry:
    """The shopper's money is shared out, the marketplace's fee a line of its own per consignment."""
    lines = [(STRIPE, charge.amount)]
    for share in shares:
        lines += [(payable(share.coop_id), -share.amount), (MARKETPLACE_FEES, -share.fee)]
    return entry(f"capture:{charge.id}", "capture", charge.order_id, charge.currency, lines)


def captured_late(charge: "Charge") -> Entry:
    """The money is nobody's but the shopper's."""
    lines = [(STRIPE, charge.amount), (REFUNDS_DUE, -charge.amount)]
    return entry(f"capture:{charge.id}", "late_capture", charge.order_id, charge.currency, lines)


def refunded(charge: "Charge", dropped: Sequence["Transfer"]) -> Entry:
    """The capture undone, line by line."""
    lines = [(STRIPE, -charge.amount)]
    for one in dropped:
        lines += [(payable(one.coop_id), one.amount), (MARKETPLACE_FEES, one.fee)]
    return entry(f"refund:{charge.id}", "refund", charge.order_id, charge.currency, lines)


def refunded_late(charge: "Charge") -> Entry:
    """The shopper has back what came too late."""
    lines = [(REFUNDS_DUE, charge.amount), (STRIPE, -charge.amount)]
    return entry(f"refund:{charge.id}", "refund", charge.order_id, charge.currency, lines)


def refund_returned(charge: "Charge", amount: int) -> Entry:
    """The buyer's bank sent the refund back."""
    lines = [(STRIPE, amount), (REFUNDS_DUE, -amount)]
    return entry(f"refund-returned:{charge.refund_ref}", "refund_returned", charge.order_id, charge.currency, lines)


def transferred(one: "Transfer") -> Entry:
    """The co-op has its share."""
    lines = [(payable(one.coop_id), one.amount), (STRIPE, -one.amount)]
    return entry(f"transfer:{one.consignment_id}", "transfer", one.order_id, one.currency, lines)


def processor_fee(charge: "Charge", balance_transaction: str, fee: int) -> Entry:
    """The processor keeps its fee from what it holds for us."""
    lines = [(PROCESSOR_FEES, fee), (STRIPE, -fee)]
    reference = f"processor-fee:{balance_transaction}"
    return entry(reference, "processor_fee", charge.order_id, charge.currency, lines)
