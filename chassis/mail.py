"""Sends mail by SMTP; in the demo the sandbox is the mail server."""

from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chassis.tasks import GiveUp


class Mailer:
    """`smtp_url` is smtp://user:password@host:port (STARTTLS where offered) or smtps://… (TLS from the start)."""

    def __init__(self, smtp_url: str, mail_from: str) -> None:
        parts = urlsplit(smtp_url)
        self._from = mail_from
        self._server: dict[str, Any] = {
            "hostname": parts.hostname,
            "port": parts.port,
            "use_tls": parts.scheme == "smtps",
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
        }

    async def send(self, *, to: str, subject: str, text: str, message_id: str, html: str | None = None) -> None:
        """Returns when the server has taken the mail; a repeated `message_id` lets the receiver drop the second.

        Raises GiveUp where the server refuses the mail permanently, as it does for an address that does not exist.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._from, to, subject
        message["Message-ID"] = f"<{message_id}@toadlane.example>"
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        try:
            await aiosmtplib.send(message, timeout=20, **self._server)
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(_is_permanent(one) for one in error.recipients):
                raise GiveUp(f"the mail was refused: {error}") from error
            raise
        except aiosmtplib.SMTPResponseException as error:
            if _is_permanent(error):
                raise GiveUp(f"the mail was refused: {error}") from error
            raise


def _is_permanent(error: aiosmtplib.SMTPResponseException) -> bool:
    return error.code >= 500
