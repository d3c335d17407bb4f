"""The producers' worker: ships the facts on co-ops, hears of orders and payees, sends mail to co-ops."""

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.mail import Mailer
from chassis.tasks import runs
from chassis.telemetry import GaugeQuery
from chassis.worker import Worker
from services.producers.events import CoopAdmitted, MemberJoined
from services.producers.mails import (
    AdmittedMail,
    AppealMail,
    AskedMail,
    CalledOffMail,
    CoopMails,
    PackMail,
    RefusedMail,
    Sender,
    StandingMail,
)
from services.producers.reactions import REACTIONS
from services.producers.settings import Settings

APPLICATIONS = GaugeQuery(
    name="toadlane_producers_applications",
    help="Applications by their state",
    sql="SELECT state, count(*) FROM applications GROUP BY state",
    labels=("state",),
)
COOPS = GaugeQuery(
    name="toadlane_producers_coops",
    help="Co-ops by their state",
    sql="SELECT state, count(*) FROM coops GROUP BY state",
    labels=("state",),
)


def create_worker(
    settings: Settings, database: Database, bus: Bus, *, clock: Clock = system_clock, mailer: Sender | None = None
) -> Worker:
    mails = CoopMails(database, mailer or _mailer(settings), settings.public_url)
    return Worker(
        "producers",
        settings,
        database,
        bus,
        topics=(CoopAdmitted.topic, MemberJoined.topic),
        reactions=REACTIONS,
        tasks=(
            runs(AdmittedMail, mails.admitted),
            runs(RefusedMail, mails.refused),
            runs(AskedMail, mails.asked),
            runs(AppealMail, mails.appeal),
            runs(PackMail, mails.to_pack),
            runs(CalledOffMail, mails.called_off),
            runs(StandingMail, mails.standing),
        ),
        gauges=(APPLICATIONS, COOPS),
        clock=clock,
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_url is None:
        raise ValueError("SMTP_URL is not set: the producers' worker has mail to send to co-ops")
    return Mailer(settings.smtp_url, settings.mail_from)
