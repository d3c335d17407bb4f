"""The gateway's other half: wiring only."""

from datetime import timedelta

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.mail import Mailer, MailSender
from chassis.tasks import runs
from chassis.worker import Timer, Worker
from gateway.address_verification import AddressMails, forget_ended_verifications
from gateway.events import AccountFact
from gateway.factor_notice import SendFactorNotice, factor_mail
from gateway.password_reset import SendPasswordReset, forget_ended_resets, reset_mail
from gateway.reactions import REACTIONS
from gateway.session import forget_ended_sessions
from gateway.settings import Settings


def create_worker(
    settings: Settings, database: Database, bus: Bus, *, clock: Clock = system_clock, mailer: MailSender | None = None
) -> Worker:
    mailer = mailer or Mailer(settings.smtp_url or "", settings.mail_from)

    async def forget_what_ended() -> None:
        async with database.transaction() as session:
            await forget_ended_sessions(session, clock())
            await forget_ended_resets(session, clock())
            await forget_ended_verifications(session, clock())

    addresses = AddressMails(database, mailer, clock, settings.verification_life, settings.public_url)
    send = reset_mail(database, mailer, clock=clock, life=settings.reset_life, public_url=settings.public_url)
    return Worker(
        "gateway",
        settings,
        database,
        bus,
        topics=(AccountFact.topic,),
        reactions=REACTIONS,
        tasks=(
            runs(SendPasswordReset, send),
            *addresses.handlers(),
            runs(SendFactorNotice, factor_mail(database, mailer, public_url=settings.public_url)),
        ),
        timers=(Timer("forget what ended", timedelta(hours=1), forget_what_ended),),
        clock=clock,
    )
