"""The producers' worker: ships the facts on co-ops, hears of orders and payees, tells co-ops by mail and webhooks."""

from datetime import timedelta

from chassis.addresses import DnsHostResolver
from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.mail import Mailer, MailSender
from chassis.safe_client import SafeClient
from chassis.tasks import runs
from chassis.worker import Timer, Worker
from services.producers import asking
from services.producers.events import CoopAdmitted, MemberFact
from services.producers.gauges import GAUGES
from services.producers.invitation import forget_ended_invitations
from services.producers.invitation_mail import invitation_mail
from services.producers.mails import CoopMails, InvitationMail
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


def create_worker(
    settings: Settings,
    database: Database,
    bus: Bus,
    *,
    clock: Clock = system_clock,
    mailer: MailSender | None = None,
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
            *mails.handlers(),
            runs(InvitationMail, invitation_mail(database, mailer, clock=clock, public_url=settings.public_url)),
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
        gauges=GAUGES,
        clock=clock,
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_url is None:
        raise ValueError("SMTP_URL is not set: the producers' worker has mail to send to co-ops")
    return Mailer(settings.smtp_url, settings.mail_from)
