"""The sandbox running: several sockets and two quiet workers around one memory, from start to a clean stop."""

import asyncio
import fcntl
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from sandbox.app import World, create_app
from sandbox.authenticator.phone import Phone
from sandbox.courier import Courier
from sandbox.mail.mailbox import Mailbox
from sandbox.mail.server import MailServer
from sandbox.names.server import NameServer
from sandbox.names.zone import Zones
from sandbox.options import Options
from sandbox.registry.situations import Registrations
from sandbox.settlement import Settlement
from sandbox.store import Clock, Store
from sandbox.stripe_api.api import Keys
from sandbox.stripe_api.platform import Platform
from sandbox.web.authority import Authority
from sandbox.web.files import Files
from sandbox.web.server import WebServer


class CannotStart(Exception):
    """Said to the person who started it, in one line."""


class _Http(uvicorn.Server):
    """Signals are the sandbox's to catch: it has more to close than its HTTP side."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _owned(data: Path) -> Iterator[None]:
    """One sandbox per folder; the lock dies with the process, however it dies."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotStart(f"The folder {data} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise CannotStart(f"Another sandbox is running on {data}.") from error
    finally:
        os.close(descriptor)


def _http_socket(options: Options) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((options.host, options.port))
    except OSError as error:
        bound.close()
        raise CannotStart(f"Port {options.port} on {options.host} cannot be used: {error.strerror}.") from error
    return bound


async def serve(options: Options, *, clock: Clock = time.time) -> None:
    """Run until SIGTERM or SIGINT; everything that was answered is in the folder by then."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with _owned(options.data):
        bound = _http_socket(options)
        store = Store(options.data / "sandbox.sqlite3")
        try:
            await _run(options, clock, bound, store, stop)
        finally:
            store.close()


async def _run(options: Options, clock: Clock, bound: socket.socket, store: Store, stop: asyncio.Event) -> None:
    port = bound.getsockname()[1]
    courier = Courier(store, clock, url=options.webhook_url, secret=options.webhook_secret)
    settlement = Settlement()
    platform = _platform(options, store, clock, courier, settlement, port)
    zones, mailbox, files = Zones(store), Mailbox(store, options.data / "mail", clock), Files(store)
    async with _listening(options, zones, mailbox, files) as ports:
        world = World(
            platform=platform, courier=courier, zones=zones, mailbox=mailbox, files=files, dns_ports=ports.dns,
            smtp_port=ports.smtp, web_port=ports.web, registrations=Registrations(store, clock),
            phone=Phone(store, clock),
            keys=Keys(options.secret_key, options.publishable_key), own_hosts=_own_hosts(platform, options),
        )  # fmt: skip
        config = uvicorn.Config(
            create_app(world), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=3
        )
        http = _Http(config)
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(courier.run()), group.create_task(settlement.run(platform))]
            serving = group.create_task(http.serve([bound]))
            group.create_task(_announce(http, options, port, ports))
            await stop.wait()
            http.should_exit = True
            await serving
            for worker in workers:
                worker.cancel()


def _platform(
    options: Options, store: Store, clock: Clock, courier: Courier, settlement: Settlement, port: int
) -> Platform:
    def wake() -> None:
        courier.wake()
        settlement.wake()

    return Platform(
        store=store, clock=clock, wake=wake, house_origin=options.house_origin,
        public_url=(options.public_url or f"http://{options.host}:{port}").rstrip("/"),
        late_seconds=options.late_seconds, settle_seconds=options.settle_seconds,
        webhook_events=frozenset(name.strip() for name in options.webhook_events.split(",")),
        instant_onboarding=options.onboarding == "instant",
    )  # fmt: skip


def _own_hosts(platform: Platform, options: Options) -> list[str]:
    named = urlsplit(platform.public_url).hostname if options.public_url else None
    return [named] if named else []


@dataclass(frozen=True)
class _Ports:
    dns: Sequence[int]
    smtp: int
    web: int


@asynccontextmanager
async def _listening(options: Options, zones: Zones, mailbox: Mailbox, files: Files) -> AsyncIterator[_Ports]:
    names = [NameServer(zones, number) for number, _ in enumerate(options.dns_ports, 1)]
    mail, web = MailServer(mailbox), WebServer(files, Authority(options.data))
    try:
        dns = [await server.start(options.host, port) for server, port in zip(names, options.dns_ports, strict=True)]
        smtp = await mail.start(options.host, options.smtp_port)
        yield _Ports(dns, smtp, await web.start(options.host, options.web_port))
    except OSError as error:
        raise CannotStart(
            f"A port for DNS, SMTP or HTTPS on {options.host} cannot be used: {error.strerror}."
        ) from error
    finally:
        await asyncio.gather(*(server.stop() for server in names), mail.stop(), web.stop())


async def _announce(http: uvicorn.Server, options: Options, port: int, ports: _Ports) -> None:
    while not http.started:
        await asyncio.sleep(0.01)
    host, names = options.host, ",".join(map(str, ports.dns))
    print(
        f"sandbox ready http={host}:{port} dns={host}:{names} smtp={host}:{ports.smtp} web={host}:{ports.web}",
        flush=True,
    )
