"""The producers' worker: ships the facts on co-ops, hears of orders and payees, sends mail to co-ops."""

from datetime import timedelta

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.mail import Mailer
from chassis.tasks import runs
from chassis.telemetry import GaugeQuery
from chassis.worker import Timer, Worker
from services.producers import asking
from services.producers.events import CoopAdmitted, MemberJoined
from services.producers.mails import (
    AdmittedMail,
    AppealMail,
    AskedMail,
    CalledOffMail,
    CoopMails,
    PackMail,
    ProofMail,
    RefusedMail,
    Sender,
    StandingMail,
)
from services.producers.rdap_client import Registry
from services.producers.reactions import reactions
from services.producers.rechecking import CheckCoop, Rechecks
from services.producers.resolver import TxtResolver
from services.producers.settings import Settings

ROUND = timedelta(minutes=1)

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

OVERDUE = GaugeQuery(
    name="toadlane_producers_rechecks_overdue",
    help="Co-ops whose check should have been made an hour ago",
    sql="SELECT count(*) FROM rechecks WHERE next_due < now() - interval '1 hour'",
)
UNANSWERED = GaugeQuery(
    name="toadlane_producers_rechecks_unanswered",
    help="Co-ops whose last check did not get through to the registry or the name servers",
    sql="SELECT count(*) FROM rechecks WHERE NOT got_through",
)


def create_worker(
    settings: Settings,
    database: Database,
    bus: Bus,
    *,
    clock: Clock = system_clock,
    mailer: Sender | None = None,
    resolver: TxtResolver | None = None,
    registry: Registry | None = None,
) -> Worker:
    askers = asking.askers(settings, resolver=resolver)
    rechecks = Rechecks(
        database, registry or asking.registry(settings, clock), askers, clock, settings.rechecks_in_a_round
    )
    mails = CoopMails(database, mailer or _mailer(settings), settings.public_url)
    return Worker(
        "producers",
        settings,
        database,
        bus,
        topics=(CoopAdmitted.topic, MemberJoined.topic),
        reactions=reactions(clock),
        tasks=(
            runs(AdmittedMail, mails.admitted),
            runs(RefusedMail, mails.refused),
            runs(AskedMail, mails.asked),
            runs(AppealMail, mails.appeal),
            runs(PackMail, mails.to_pack),
            runs(CalledOffMail, mails.called_off),
            runs(StandingMail, mails.standing),
            runs(ProofMail, mails.proof),
            runs(CheckCoop, rechecks.check),
        ),
        timers=(Timer("call up co-ops to be checked", ROUND, rechecks.call_up),),
        gauges=(APPLICATIONS, COOPS, OVERDUE, UNANSWERED),
        clock=clock,
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_url is None:
        raise ValueError("SMTP_URL is not set: the producers' worker has mail to send to co-ops")
    return Mailer(settings.smtp_url, settings.mail_from)
