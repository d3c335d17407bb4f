"""Mail to co-ops, sent as tasks after the fact that causes it is committed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from chassis.database import Database
from chassis.mail import MailSender
from chassis.tasks import GiveUp, Task, TaskHandler, runs
from services.producers import letters
from services.producers.application import Application
from services.producers.control import Notice
from services.producers.coop import Coop, CoopState, Reason
from services.producers.reasons import public_sentence, to_do
from services.producers.standing_appeal import StandingAppeal


class AdmittedMail(Task):
    kind: ClassVar[str] = "admitted_mail"
    application_id: UUID


class RefusedMail(Task):
    kind: ClassVar[str] = "refused_mail"
    application_id: UUID


class AskedMail(Task):
    kind: ClassVar[str] = "asked_mail"
    application_id: UUID
    question_id: UUID
    words: str


class AppealMail(Task):
    kind: ClassVar[str] = "appeal_mail"
    application_id: UUID
    upheld: bool


class PackMail(Task):
    """Says that there is something to pack, and nothing about the buyer: mail is read by many."""

    kind: ClassVar[str] = "pack_mail"
    consignment_id: UUID
    coop_id: UUID
    number: str


class CalledOffMail(Task):
    """Follows a PackMail whose order was cancelled before its consignment left."""

    kind: ClassVar[str] = "called_off_mail"
    consignment_id: UUID
    coop_id: UUID
    number: str


class StandingMail(Task):
    """`state` and `reason` as they were: by the time of the mail they may be others."""

    kind: ClassVar[str] = "standing_mail"
    coop_id: UUID
    version: int
    state: CoopState
    reason: Reason


class StandingAppealMail(Task):
    """Says that a co-op's shop stays closed; one that opens again is told so by its StandingMail."""

    kind: ClassVar[str] = "standing_appeal_mail"
    appeal_id: UUID
    coop_id: UUID


class EndpointStoppedMail(Task):
    """A webhook that was given up: its address said that it is gone, or failed for days."""

    kind: ClassVar[str] = "endpoint_stopped_mail"
    coop_id: UUID
    endpoint_id: UUID
    url: str
    on: date


class ProofMail(Task):
    """Says that a proof grows old, long before that costs the co-op anything."""

    kind: ClassVar[str] = "proof_mail"
    coop_id: UUID
    notice: Notice
    proved_on: date


class InvitationMail(Task):
    kind: ClassVar[str] = "invitation_mail"
    invitation_id: UUID


TO_APPLICANTS: tuple[type[Task], ...] = (AdmittedMail, RefusedMail, AskedMail, AppealMail)

_CONTACT = "SELECT contact_name, contact_email FROM applications WHERE id = $1"


@dataclass(frozen=True)
class CoopMails:
    """Each mail carries an id made from what causes it, so that a repeated sending can be told from a second mail."""

    database: Database
    sender: MailSender
    public_url: str

    def handlers(self) -> list[TaskHandler[Any]]:
        return [
            runs(AdmittedMail, self.admitted),
            runs(RefusedMail, self.refused),
            runs(AskedMail, self.asked),
            runs(AppealMail, self.appeal),
            runs(PackMail, self.to_pack),
            runs(CalledOffMail, self.called_off),
            runs(StandingMail, self.standing),
            runs(StandingAppealMail, self.stays_closed),
            runs(EndpointStoppedMail, self.endpoint_stopped),
            runs(ProofMail, self.proof),
        ]

    async def admitted(self, mail: AdmittedMail) -> None:
        application = await self._application(mail.application_id)
        note = f"\n{application.decision_reason}\n" if application.decision_reason else ""
        text = letters.ADMITTED.format(
            contact=application.contact_name, coop=application.trading_name, note=note, url=self.public_url
        )
        await self._send(application, "Welcome to Toad Lane", text, f"admitted.{application.id}")

    async def refused(self, mail: RefusedMail) -> None:
        application = await self._application(mail.application_id)
        text = letters.REFUSED.format(
            contact=application.contact_name,
            coop=application.trading_name,
            domain=application.domain_shown,
            reason=application.decision_reason,
            until=f" until {until:%d %B %Y}" if (until := application.appeal_open_until) else "",
            id=application.id,
            url=self.public_url,
        )
        await self._send(application, "Your application to Toad Lane", text, f"refused.{application.id}")

    async def asked(self, mail: AskedMail) -> None:
        application = await self._application(mail.application_id)
        text = self._letter(letters.ASKED, application, words=mail.words)
        await self._send(application, "A question about your application", text, f"asked.{mail.question_id}")

    async def appeal(self, mail: AppealMail) -> None:
        application = await self._application(mail.application_id)
        text = self._letter(
            letters.UPHELD if mail.upheld else letters.DISMISSED, application, answer=application.appeal_answer or ""
        )
        about = f"appeal.{application.id}.{'upheld' if mail.upheld else 'dismissed'}"
        await self._send(application, "Your appeal", text, about)

    def _letter(self, letter: str, application: Application, **words: str) -> str:
        contact, coop = application.contact_name, application.trading_name
        return letter.format(contact=contact, coop=coop, id=application.id, url=self.public_url, **words)

    async def to_pack(self, mail: PackMail) -> None:
        subject = f"Order {mail.number}: a consignment to pack"
        await self._about_consignment(mail, letters.TO_PACK, subject, f"pack.{mail.consignment_id}")

    async def called_off(self, mail: CalledOffMail) -> None:
        subject = f"Order {mail.number} was cancelled: please do not send it"
        await self._about_consignment(mail, letters.CALLED_OFF, subject, f"called-off.{mail.consignment_id}")

    async def _about_consignment(self, mail: PackMail | CalledOffMail, letter: str, subject: str, about: str) -> None:
        """Every sale writes several of these, so no more is read for one than it says."""
        for row in await self.database.fetch(_CONTACT, mail.coop_id):
            text = letter.format(contact=row["contact_name"], number=mail.number, url=self.public_url)
            await self.sender.send(to=row["contact_email"], subject=subject, text=text, message_id=about)
            return
        raise GiveUp(f"application {mail.coop_id} is gone")

    async def standing(self, mail: StandingMail) -> None:
        application = await self._application(mail.coop_id)
        async with self.database.reading() as session:
            coop = await session.get_one(Coop, mail.coop_id)
        # Words belong to the newest decision; those of an earlier one are gone with it.
        words = coop.state_words if coop.version == mail.version else None
        back = mail.state is CoopState.ADMITTED
        text = (letters.SELLS_AGAIN if back else letters.STOPPED).format(
            contact=application.contact_name,
            coop=application.trading_name,
            told=public_sentence(mail.reason),
            to_do=to_do(mail.reason),
            words=f"\n{words}\n" if words else "",
            slug=coop.slug,
            url=self.public_url,
        )
        subject = "You sell on Toad Lane again" if back else "Your shop on Toad Lane is closed for now"
        await self._send(application, subject, text, f"standing.{mail.coop_id}.{mail.version}")

    async def stays_closed(self, mail: StandingAppealMail) -> None:
        application = await self._application(mail.coop_id)
        async with self.database.reading() as session:
            coop, appeal = (
                await session.get_one(Coop, mail.coop_id),
                await session.get_one(StandingAppeal, mail.appeal_id),
            )
        text = self._letter(letters.STAYS_CLOSED, application, answer=appeal.answer or "", slug=coop.slug)
        await self._send(application, "Your appeal", text, f"standing-appeal.{appeal.id}")

    async def endpoint_stopped(self, mail: EndpointStoppedMail) -> None:
        application = await self._application(mail.coop_id)
        text = self._letter(letters.ENDPOINT_STOPPED, application, url_called=mail.url)
        await self._send(
            application, "A webhook of yours was switched off", text, f"webhook.{mail.endpoint_id}.{mail.on}"
        )

    async def proof(self, mail: ProofMail) -> None:
        application = await self._application(mail.coop_id)
        text = letters.PROOF.format(
            contact=application.contact_name,
            coop=application.trading_name,
            domain=application.domain_shown,
            proved_on=f"{mail.proved_on:%-d %B %Y}",
            urgency=letters.URGENCY[mail.notice],
            url=self.public_url,
            application_id=application.id,
        )
        subject = letters.PROOF_SUBJECTS[mail.notice].format(domain=application.domain_shown)
        await self._send(application, subject, text, f"{mail.notice}.{mail.coop_id}.{mail.proved_on}")

    async def _send(self, application: Application, subject: str, text: str, about: str) -> None:
        """Nothing to an applicant who has left since."""
        if not application.contact_email:
            return
        await self.sender.send(to=application.contact_email, subject=subject, text=text, message_id=about)

    async def _application(self, application_id: UUID) -> Application:
        async with self.database.reading() as session:
            application = await session.get(Application, application_id)
        if application is None:
            raise GiveUp(f"application {application_id} is gone")
        return application
