"""Mails to an account's owner about what guards it, so that nobody else changes it unseen."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Literal
from uuid import UUID

from chassis.database import Database
from chassis.mail import MailSender
from chassis.tasks import Task
from gateway.account import Account

Notice = Literal["added", "removed", "recovery_code_used", "codes_renewed"]

PAGE = "/account/security"
_WORDS: dict[Notice, tuple[str, str]] = {
    "added": ("A second factor was added to your account", "A second factor was added to your account at Toad Lane."),
    "removed": (
        "A second factor was taken from your account",
        "One of the second factors of your account at Toad Lane was removed.",
    ),
    "recovery_code_used": (
        "A recovery code of your account was used",
        "Somebody signed in to your account at Toad Lane with the password and one of its recovery codes.",
    ),
    "codes_renewed": (
        "Your account has new recovery codes",
        "New recovery codes were made for your account at Toad Lane; the old ones are worth nothing now.",
    ),
}


class SendFactorNotice(Task):
    kind: ClassVar[str] = "gateway.send_factor_notice"

    id: UUID
    account_id: UUID
    notice: Notice


def factor_mail(
    database: Database, mailer: MailSender, *, public_url: str
) -> Callable[[SendFactorNotice], Awaitable[None]]:
    """What the worker does: a mail sent twice carries the same id."""

    async def send(task: SendFactorNotice) -> None:
        async with database.reading() as session:
            account = await session.get(Account, task.account_id)
        if account is None:
            return
        subject, what = _WORDS[task.notice]
        await mailer.send(
            to=account.email,
            subject=subject,
            text=_letter(account.name, what, public_url),
            message_id=f"second-factor-{task.id}",
        )

    return send


def _letter(name: str, what: str, public_url: str) -> str:
    return (
        f"Hello {name},\n\n{what}\nIf it was you, there is nothing to do.\n\n"
        f"If it was not: choose a new password at {public_url}/forgot, which signs everybody out, "
        f"and then look at what guards your account:\n\n{public_url}{PAGE}\n"
    )
