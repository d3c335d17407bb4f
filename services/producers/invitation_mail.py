"""The mail that carries an invitation's link: the token is made where it is sent, so that no task holds it."""

from collections.abc import Awaitable, Callable

from chassis.clock import Clock
from chassis.database import Database
from chassis.mail import MailSender
from services.producers.coop import Coop
from services.producers.invitation import LIFE, Invitation
from services.producers.mails import InvitationMail

LETTER = """Hello,

{coop} ({domain}) invites you to work for it on Toad Lane, in the role “{role}”.

To accept, open this link within {days} days. You will be asked to sign in, or to open an account, with this very
address, which has to be confirmed by a mail of its own:

{link}

If you do not know {coop}, do nothing: without you the link opens nothing, and it will soon be dead.

Toad Lane
"""


def invitation_mail(
    database: Database, sender: MailSender, *, clock: Clock, public_url: str
) -> Callable[[InvitationMail], Awaitable[None]]:
    """What the worker does. Done twice it sends two mails, of which the later one's link works."""

    async def send(mail: InvitationMail) -> None:
        async with database.transaction() as session:
            invitation = await session.get(Invitation, mail.invitation_id, with_for_update=True)
            if invitation is None or invitation.expires_at <= clock():
                return
            token, to, role = invitation.new_token(), invitation.email, invitation.role
            coop = await session.get_one(Coop, invitation.coop_id)
            name, domain = coop.name, coop.domain
        link = f"{public_url}/invitations/{token}"
        text = LETTER.format(coop=name, domain=domain, role=role, days=LIFE.days, link=link)
        subject = f"{name} invites you to its staff on Toad Lane"
        await sender.send(to=to, subject=subject, text=text, message_id=f"invitation.{mail.invitation_id}")

    return send
