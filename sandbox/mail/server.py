"""SMTP that takes every mail for anybody and keeps it."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mail.mailbox import Mailbox

LARGEST_MAIL = 10_000_000


class _Keep:
    """aiosmtpd's handler; the names of its methods are aiosmtpd's."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self._mailbox.keep(envelope.mail_from or "", envelope.rcpt_tos, content)
        return "250 OK kept in the sandbox's folder"


class MailServer:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one, which is answered."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def _session(self) -> SMTP:
        handler = _Keep(self._mailbox)
        return SMTP(handler, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, hostname="sandbox", ident="Sandbox")

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
