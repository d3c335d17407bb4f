"""The producers' worker: ships the facts on co-ops, hears of orders and payees, tells co-ops by mail and webhooks."""

from datetime import timedelta

from chassis.addresses import DnsHostResolver
from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.mail import Mailer
from chassis.safe_client import SafeClient
from chassis.tasks import runs
from chassis.telemetry import GaugeQuery
from chassis.worker import Timer, Worker
from services.producers import asking
from services.producers.events import CoopAdmitted, MemberFact
from services.producers.invitation import forget_ended_invitations
from services.producers.invitation_mail import invitation_mail
from services.producers.mails import (
    AdmittedMail,
    AppealMail,
    AskedMail,
    CalledOffMail,
    CoopMails,
    EndpointStoppedMail,
    InvitationMail,
    PackMail,
    ProofMail,
    RefusedMail,
    Sender,
    StandingAppealMail,
    StandingMail,
)
from services.producers.pausing import Reopening
from services.producers.rdap_client import Registry
from services.producers.reactions import reactions
from services.producers.rechecking import CheckCoop, Rechecks
from services.producers.resolver import TxtResolver
from services.producers.settings import Settings
from services.producers.webhooks.courier import Courier
from services.producers.webhooks.delivery import DeliverTo
from services.producers.webhooks.endpoint import GUARD
from services.producers.webhooks.signing import secrets_vault

ROUND = timedelta(minutes=1)
DELIVERY_ROUND = timedelta(seconds=5)  # the shortest wait between two attempts
ENDPOINTS_AT_ONCE = 16

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
WEBHOOKS = GaugeQuery(
    name="toadlane_producers_webhooks",
    help="Endpoints of co-ops by their state",
    sql="SELECT state, count(*) FROM webhook_endpoints GROUP BY state",
    labels=("state",),
)
WEBHOOKS_WAITING = GaugeQuery(
    name="toadlane_producers_webhook_deliveries_waiting",
    help="Messages on their way to the endpoints of co-ops",
    sql="SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting'",
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
    client: SafeClient | None = None,
) -> Worker:
    askers = asking.askers(settings, resolver=resolver)
    rechecks = Rechecks(
        database, registry or asking.registry(settings, clock), askers, clock, settings.rechecks_in_a_round
    )
    mailer = mailer or _mailer(settings)
    mails = CoopMails(database, mailer, settings.public_url)

    async def forget_what_ended() -> None:
        async with database.transaction() as session:
            await forget_ended_invitations(session, clock())

    hosts = DnsHostResolver(settings.nameservers, timeout=settings.dns_timeout_seconds)
    vault = secrets_vault(settings.webhook_key.get_secret_value())
    courier = Courier(database, client or SafeClient(hosts, guard=GUARD), vault, clock)
    return Worker(
        "producers",
        settings,
        database,
        bus,
        topics=(CoopAdmitted.topic, MemberFact.topic),
        reactions=reactions(clock),
        tasks=(
            runs(AdmittedMail, mails.admitted),
            runs(RefusedMail, mails.refused),
            runs(AskedMail, mails.asked),
            runs(AppealMail, mails.appeal),
            runs(PackMail, mails.to_pack),
            runs(CalledOffMail, mails.called_off),
            runs(StandingMail, mails.standing),
            runs(StandingAppealMail, mails.stays_closed),
            runs(ProofMail, mails.proof),
            runs(InvitationMail, invitation_mail(database, mailer, clock=clock, public_url=settings.public_url)),
            runs(EndpointStoppedMail, mails.endpoint_stopped),
            runs(CheckCoop, rechecks.check),
            runs(DeliverTo, courier.deliver, concurrency=ENDPOINTS_AT_ONCE, apart=True),
        ),
        timers=(
            Timer("call up co-ops to be checked", ROUND, rechecks.call_up),
            Timer("forget invitations that ended", timedelta(hours=1), forget_what_ended),
            Timer("open shops whose pause is over", ROUND, Reopening(database, clock).run),
            Timer("call up webhooks", DELIVERY_ROUND, courier.call_up),
            Timer("forget old webhooks", timedelta(hours=1), courier.forget),
        ),
        gauges=(APPLICATIONS, COOPS, OVERDUE, UNANSWERED, WEBHOOKS, WEBHOOKS_WAITING),
        clock=clock,
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_url is None:
        raise ValueError("SMTP_URL is not set: the producers' worker has mail to send to co-ops")
    return Mailer(settings.smtp_url, settings.mail_from)
