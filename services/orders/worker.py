"""The worker of orders, wired: what it reacts to, its mails, and the clock of unpaid orders."""

from datetime import timedelta

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.mail import Mailer, MailSender
from chassis.tasks import runs
from chassis.worker import Timer, Worker
from services.orders.cancelling import Expiry
from services.orders.erasing import EraseBuyer, Erasure
from services.orders.events import OrderEvent
from services.orders.mails import Mails
from services.orders.reactions import reactions
from services.orders.settings import Settings
from services.orders.telemetry import GAUGES
from services.orders.wishes.forgetting import Forgetting
from services.orders.wishes.telling import LOOKS_AGAIN, Look, WishMails
from services.orders.withdrawing import Withdrawal


def create_worker(
    settings: Settings, database: Database, bus: Bus, *, clock: Clock = system_clock, mailer: MailSender | None = None
) -> Worker:
    sender = mailer or Mailer(settings.smtp_url or "", settings.mail_from)
    mails = Mails(database, sender, settings.public_url)
    wish_mails = WishMails(database, sender, settings.public_url)
    often = timedelta(seconds=settings.expire_every)
    return Worker(
        "orders",
        settings,
        database,
        bus,
        topics=[OrderEvent.topic],
        reactions=reactions(settings, clock),
        tasks=[*mails.handlers(), runs(EraseBuyer, Erasure(database, clock).run), *wish_mails.handlers()],
        timers=[
            Timer("expire unpaid orders", often, Expiry(database, clock).run),
            Timer("cancel unpaid orders of co-ops that sell no more", often, Withdrawal(database).run),
            Timer("tell who wants to know what is back", LOOKS_AGAIN, Look(database).run),
            Timer("forget who need not be told any more", timedelta(hours=1), Forgetting(database, clock).run),
        ],
        gauges=GAUGES,
        clock=clock,
    )
