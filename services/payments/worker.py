"""The worker process of payments: wiring only."""

from functools import partial

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.tasks import runs, runs_batch
from chassis.telemetry import GaugeQuery
from chassis.worker import Timer, Worker
from services.payments.enrolling import OpenPayee, open_payee
from services.payments.events import ChargeEvent, PayeeOpened
from services.payments.fees import EVERY, LATE_EVERY, chase_late_fees, collect_fees
from services.payments.processor import Processor
from services.payments.reactions import reactions
from services.payments.refunding import NoteReturnedRefund, Refund, note_returned_refund, refund
from services.payments.settings import Settings
from services.payments.settling import NoteFailure, Settle, note_failure, settle
from services.payments.stripe_adapter import StripeProcessor
from services.payments.transferring import MakeTransfer, make_transfer
from services.payments.voiding import VoidIntent, void_intent

GAUGES = (
    GaugeQuery(
        "toadlane_payments_charges",
        "Charges by state",
        "SELECT state, count(*) FROM charges GROUP BY state",
        ("state",),
    ),
    GaugeQuery(
        "toadlane_payments_transfers",
        "Transfers to co-ops by state",
        "SELECT state, count(*) FROM transfers GROUP BY state",
        ("state",),
    ),
    GaugeQuery(
        "toadlane_payments_ledger_minor_units",
        "Balance of each account that is not a co-op's, debit positive",
        "SELECT account, currency, sum(amount) FROM ledger_postings WHERE account NOT LIKE 'coop:%' "
        "GROUP BY account, currency",
        ("account", "currency"),
    ),
)


def create_worker(
    settings: Settings, database: Database, bus: Bus, *, clock: Clock = system_clock, processor: Processor | None = None
) -> Worker:
    """`processor` is handed in by tests; otherwise it is Stripe, or who stands in for it at `stripe_api_base`."""
    asked = processor or StripeProcessor.of(settings)
    return Worker(
        "payments",
        settings,
        database,
        bus,
        topics=[ChargeEvent.topic, PayeeOpened.topic],
        reactions=reactions(clock),
        tasks=[
            runs_batch(Settle, partial(settle, database, clock, settings.fee_basis_points)),
            runs(NoteFailure, partial(note_failure, database)),
            runs(VoidIntent, partial(void_intent, database, asked, clock)),
            runs(Refund, partial(refund, database, asked, clock)),
            runs(NoteReturnedRefund, partial(note_returned_refund, database, clock)),
            runs(MakeTransfer, partial(make_transfer, database, asked, clock)),
            runs(OpenPayee, partial(open_payee, database, asked, clock)),
        ],
        timers=[
            Timer("fees", EVERY, partial(collect_fees, database, asked, clock)),
            Timer("late fees", LATE_EVERY, partial(chase_late_fees, database, asked, clock)),
        ],
        gauges=GAUGES,
        clock=clock,
        closing=[asked.close],
    )
