"""Sends mail by SMTP; in the demo the sandbox is the mail server."""

import asyncio
from email.charset import QP, Charset
from email.mime.text import MIMEText
from email.utils import formatdate, parseaddr
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chassis.tasks import GiveUp

KEPT_SECONDS = 5.0  # A connection that nobody used for this long is closed: servers hang up on idle ones.


class MailSender(Protocol):
    """A mailer as the tasks see it that send mail."""

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None: ...


class Mailer:
    """`smtp_url` is smtp://user:password@host:port (STARTTLS where offered) or smtps://… (TLS from the start)."""

    def __init__(self, smtp_url: str, mail_from: str) -> None:
        parts = urlsplit(smtp_url)
        self._from, self._sender = mail_from, parseaddr(mail_from)[1]
        self._turn = asyncio.Lock()
        self._closing: asyncio.TimerHandle | None = None
        server: dict[str, Any] = {
            "hostname": parts.hostname,
            "port": parts.port,
            "use_tls": parts.scheme == "smtps",
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            # Else the machine's own name is looked up, in a thread, with every connection.
            "local_hostname": "toadlane.example",
        }
        # Readable as it travels, not base64.
        self._charset = Charset("utf-8")
        self._charset.body_encoding = QP
        self._client = aiosmtplib.SMTP(timeout=20, **server)

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        """Returns when the server has taken the mail; a repeated `message_id` lets the receiver drop the second.

        Raises GiveUp where the server refuses the mail permanently, as it does for an address that does not exist.
        """
        message = MIMEText(text, "plain", self._charset)  # type: ignore[arg-type]  # The stubs know no Charset here.
        message["From"], message["To"], message["Subject"] = self._from, to, subject
        message["Date"], message["Message-ID"] = formatdate(), f"<{message_id}@toadlane.example>"
        try:
            await self._deliver(message, to)
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(_is_permanent(one) for one in error.recipients):
                raise GiveUp(f"the mail was refused: {error}") from error
            raise
        except aiosmtplib.SMTPResponseException as error:
            if _is_permanent(error):
                raise GiveUp(f"the mail was refused: {error}") from error
            raise

    async def _deliver(self, message: MIMEText, to: str) -> None:
        """One mail after the other over one connection, opened when there is one to send."""
        async with self._turn:
            if self._closing is not None:
                self._closing.cancel()
            if not self._client.is_connected:
                self._client.close()  # Where the server hung up there is something left to tidy.
                await self._client.connect()
            try:
                await self._client.send_message(message, sender=self._sender, recipients=[to])
                self._closing = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._client.close)
            except BaseException:
                self._client.close()  # Whoever failed in the middle of a dialogue starts the next one anew.
                raise


def _is_permanent(error: aiosmtplib.SMTPResponseException) -> bool:
    return error.code >= 500
