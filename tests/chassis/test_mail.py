"""Mail goes over one connection while there is mail, and over a new one where that one was lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.mail import Mailer
from chassis.tasks import GiveUp


@dataclass
class PostOffice:
    """Counts what it is given and over how many connections; refuses people called nobody."""

    taken: list[object] = field(default_factory=list)
    transports: list[asyncio.BaseTransport] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802, aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 there is nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(session.peer)
        return "250 OK"

    def hang_up(self) -> None:
        for transport in self.transports:
            transport.close()


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[PostOffice, Mailer]]:
    office = PostOffice()

    def server() -> SMTP:
        smtp = SMTP(office, loop=asyncio.get_running_loop())
        made: Callable[[asyncio.BaseTransport], None] = smtp.connection_made

        def connection_made(transport: asyncio.BaseTransport) -> None:
            office.transports.append(transport)
            made(transport)

        smtp.connection_made = connection_made  # type: ignore[method-assign]
        return smtp

    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield office, Mailer(f"smtp://127.0.0.1:{port}", "house@toadlane.example")
    finally:
        listening.close()
        office.hang_up()


async def send(mailer: Mailer, to: str = "ada@example.org") -> None:
    await mailer.send(to=to, subject="News", text="All is well.", message_id="one")


async def test_mails_that_follow_each_other_share_a_connection() -> None:
    async with post_office() as (office, mailer):
        await asyncio.gather(*(send(mailer) for _ in range(5)))

        assert len(office.taken) == 5
        assert len(office.transports) == 1


async def test_a_server_that_hung_up_is_called_again() -> None:
    async with post_office() as (office, mailer):
        await send(mailer)
        office.hang_up()
        await asyncio.sleep(0.1)
        await send(mailer)

        assert len(office.taken) == 2
        assert len(office.transports) == 2


async def test_a_refused_mail_is_given_up_and_the_next_one_goes_out() -> None:
    async with post_office() as (office, mailer):
        with pytest.raises(GiveUp):
            await send(mailer, "nobody@example.org")
        await send(mailer)

        assert len(office.taken) == 1
