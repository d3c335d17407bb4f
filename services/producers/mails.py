"""Mail to co-ops, sent as tasks after the fact that causes it is committed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol
from uuid import UUID

from chassis.database import Database
from chassis.tasks import GiveUp, Task
from services.producers.application import Application
from services.producers.control import Notice
from services.producers.coop import Coop, CoopState, Reason
from services.producers.reasons import public_sentence, to_do
from services.producers.standing_appeal import StandingAppeal


class Sender(Protocol):
    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None: ...


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


ADMITTED = """Dear {contact},

{coop} has been admitted to Toad Lane. You can upload your catalogue and set your delivery prices now:

{url}/desk
{note}
Toad Lane
"""

REFUSED = """Dear {contact},

We could not admit {coop} ({domain}) to Toad Lane. The reason given:

{reason}

If you think that this is wrong, you can appeal{until}. You are welcome to apply again once the reason is mended.

{url}/applications/{id}

Toad Lane
"""

ASKED = """Dear {contact},

before we decide on the application of {coop}, we have a question:

{words}

Please answer it on the page of your application: {url}/applications/{id}

Toad Lane
"""

UPHELD = """Dear {contact},

you were right to appeal: we have taken back that {coop} was refused, and read its application once more.

{answer}

{url}/applications/{id}

Toad Lane
"""

DISMISSED = """Dear {contact},

we have read the appeal of {coop}, and the refusal stands:

{answer}

You are welcome to apply again once the reason is mended: {url}/applications/{id}

Toad Lane
"""

TO_PACK = """Dear {contact},

order {number} is paid, and a part of it is yours to pack. Address and contents are at your desk:

{url}/desk/consignments

Toad Lane
"""

CALLED_OFF = """Dear {contact},

order {number} was cancelled: please do not send your part of it. Its goods are back on your shelf.

{url}/desk/consignments

Toad Lane
"""


STOPPED = """Dear {contact},

{coop} cannot sell on Toad Lane for now: its goods are hidden, and orders that nobody has paid yet are cancelled.
What is paid stays paid: please pack and send it, and you are paid out for it as always.

The reason: {told}
{words}
What you can do: {to_do}

If you think that this is wrong, an owner of the co-op can appeal on the page that says where you stand:

{url}/desk/{slug}/standing

Toad Lane
"""

SELLS_AGAIN = """Dear {contact},

{coop} sells on Toad Lane again, and its goods are back on their shelf. {told}
{words}
{url}/desk

Toad Lane
"""

STAYS_CLOSED = """Dear {contact},

we have read your appeal, and {coop} still cannot sell on Toad Lane:

{answer}

You can write again once something has changed: {url}/desk/{slug}/standing

Toad Lane
"""

ENDPOINT_STOPPED = """Dear {contact},

we have stopped calling a webhook of {coop}:

{url_called}

It answered that it is gone, or has done nothing but fail for five days. What your systems have not heard meanwhile
is in its log for thirty days. Once it works again, switch it on at your desk and send that again:

{url}/desk

Toad Lane
"""

PROOF = """Dear {contact},

{coop} proved on {proved_on} that {domain} is its own. Such a proof counts for 90 days. {urgency}

Ask for a fresh record or file, publish it and press “Check now”; that takes five minutes:

{url}/applications/{application_id}

Once the new proof is there, everything goes on as before.

Toad Lane
"""

PROOF_SUBJECTS: Mapping[Notice, str] = {
    Notice.SOON: "Please prove {domain} again within two weeks",
    Notice.DUE: "The proof of {domain} is out of date",
    Notice.HALF: "One week left to prove {domain} again",
    Notice.LAST_DAY: "Last day to prove {domain} again",
}
URGENCY: Mapping[Notice, str] = {
    Notice.SOON: "It will soon be time for a new one.",
    Notice.DUE: "They are over. You have 14 days more; after that your shop closes until there is a new proof.",
    Notice.HALF: "They are over, and half of the 14 days after them as well. Then your shop closes.",
    Notice.LAST_DAY: "They are over, and so are the 14 days after them but one. Then your shop closes.",
}


_CONTACT = "SELECT contact_name, contact_email FROM applications WHERE id = $1"


@dataclass(frozen=True)
class CoopMails:
    """Each mail carries an id made from what causes it, so that a repeated sending can be told from a second mail."""

    database: Database
    sender: Sender
    public_url: str

    async def admitted(self, mail: AdmittedMail) -> None:
        application = await self._application(mail.application_id)
        note = f"\n{application.decision_reason}\n" if application.decision_reason else ""
        text = ADMITTED.format(
            contact=application.contact_name, coop=application.trading_name, note=note, url=self.public_url
        )
        await self._send(application, "Welcome to Toad Lane", text, f"admitted.{application.id}")

    async def refused(self, mail: RefusedMail) -> None:
        application = await self._application(mail.application_id)
        text = REFUSED.format(
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
        text = self._letter(ASKED, application, words=mail.words)
        await self._send(application, "A question about your application", text, f"asked.{mail.question_id}")

    async def appeal(self, mail: AppealMail) -> None:
        application = await self._application(mail.application_id)
        text = self._letter(UPHELD if mail.upheld else DISMISSED, application, answer=application.appeal_answer or "")
        about = f"appeal.{application.id}.{'upheld' if mail.upheld else 'dismissed'}"
        await self._send(application, "Your appeal", text, about)

    def _letter(self, letter: str, application: Application, **words: str) -> str:
        contact, coop = application.contact_name, application.trading_name
        return letter.format(contact=contact, coop=coop, id=application.id, url=self.public_url, **words)

    async def to_pack(self, mail: PackMail) -> None:
        subject = f"Order {mail.number}: a consignment to pack"
        await self._about_consignment(mail, TO_PACK, subject, f"pack.{mail.consignment_id}")

    async def called_off(self, mail: CalledOffMail) -> None:
        subject = f"Order {mail.number} was cancelled: please do not send it"
        await self._about_consignment(mail, CALLED_OFF, subject, f"called-off.{mail.consignment_id}")

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
        text = (SELLS_AGAIN if back else STOPPED).format(
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
        text = self._letter(STAYS_CLOSED, application, answer=appeal.answer or "", slug=coop.slug)
        await self._send(application, "Your appeal", text, f"standing-appeal.{appeal.id}")

    async def endpoint_stopped(self, mail: EndpointStoppedMail) -> None:
        application = await self._application(mail.coop_id)
        text = self._letter(ENDPOINT_STOPPED, application, url_called=mail.url)
        await self._send(
            application, "A webhook of yours was switched off", text, f"webhook.{mail.endpoint_id}.{mail.on}"
        )

    async def proof(self, mail: ProofMail) -> None:
        application = await self._application(mail.coop_id)
        text = PROOF.format(
            contact=application.contact_name,
            coop=application.trading_name,
            domain=application.domain_shown,
            proved_on=f"{mail.proved_on:%-d %B %Y}",
            urgency=URGENCY[mail.notice],
            url=self.public_url,
            application_id=application.id,
        )
        subject = PROOF_SUBJECTS[mail.notice].format(domain=application.domain_shown)
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
