"""What the sandbox is started with."""

from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Options:
    data: Path
    webhook_url: str
    webhook_secret: str
    secret_key: str
    publishable_key: str
    house_url: str
    host: str = "127.0.0.1"
    port: int = 0
    dns_ports: Sequence[int] = (0, 0, 0)
    web_port: int = 0
    smtp_port: int = 0
    public_url: str | None = None
    webhook_events: str = "*"
    late_seconds: float = 2.0
    settle_seconds: float = 1.0
    onboarding: str = "instant"

    @property
    def house_origin(self) -> str:
        return origin(self.house_url)


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def ports(written: str) -> tuple[int, ...]:
    """Numbers with commas between."""
    return tuple(int(port) for port in written.split(","))


def parse(arguments: Sequence[str] | None = None) -> Options:
    given = vars(_parser().parse_args(arguments))
    given["house_url"] = given["house_url"] or origin(given["webhook_url"])
    return Options(**given)


def _parser() -> ArgumentParser:
    parser = ArgumentParser("sandbox", description=__doc__, formatter_class=ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="the folder that is the sandbox's memory")
    add("--host", default="127.0.0.1", help="the address to listen on; loopback, for it holds no real secret to keep")
    add("--port", type=int, default=0, help="HTTP; 0 takes a free port, as for the next two")
    add("--dns-ports", type=ports, default=(0, 0, 0), help="DNS over UDP and TCP, a port for each name server")
    add("--web-port", type=int, default=0, help="HTTPS of the web servers of demo names")
    add("--smtp-port", type=int, default=0, help="SMTP")
    add("--public-url", help="how a browser reaches the HTTP port, if not by host and port")
    add("--house-url", help="where browsers may be sent back to; the webhook's origin if absent")
    add("--webhook-url", required=True, help="where events are posted to")
    add("--webhook-secret", required=True, help="whsec_…, the key that signs them")
    add("--webhook-events", default="*", help="the event types to post, with commas between; * for all")
    add("--secret-key", required=True, help="sk_test_…, for every secret call")
    add("--publishable-key", required=True, help="pk_test_…, for calls with a client secret")
    add("--late-seconds", type=float, default=2.0, help="how late an event's second copy, and some first ones, come")
    add("--settle-seconds", type=float, default=1.0, help="when after a charge its fee is known")
    add("--onboarding", choices=["instant", "hosted"], default="instant", help="whether payees have a page to fill")
    return parser
