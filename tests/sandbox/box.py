"""The sandbox's process as a test holds it: started, asked, killed, started again."""

import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import stripe

from tests.ports import free_port

SECRET = "sk_test_sandbox_of_the_tests"
PUBLISHABLE = "pk_test_sandbox_of_the_tests"
WEBHOOK_SECRET = "whsec_of_the_tests"
READY = re.compile(r"sandbox ready http=(\S+):(\d+) dns=\S+:([\d,]+) smtp=\S+:(\d+) web=\S+:(\d+)")
ROOT = Path(__file__).parents[2]
# Patient, and each question over a connection of its own: the sandbox may have been killed since the last one.
HTTP = httpx.Client(timeout=90, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


class Box:
    def __init__(self, data: Path, webhook_url: str, *, without: str | None = None, **options: str) -> None:
        defaults = {"late_seconds": "0.3", "settle_seconds": "0.2"}
        self.data = data
        self._options = defaults | options | {"data": str(data), "webhook_url": webhook_url}
        self._program = ["tests.sandbox.without", without] if without else ["sandbox"]
        self._process: subprocess.Popen[str] | None = None
        self.port, self.smtp_port, self.web_port = free_port(), free_port(), free_port()
        self.dns_ports = [free_port(), free_port(), free_port()]

    @property
    def dns_port(self) -> int:
        """Of the first name server."""
        return self.dns_ports[0]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str) -> stripe.StripeClient:
        return stripe.StripeClient(key, base_addresses={"api": self.url}, max_network_retries=0)

    def command(self) -> list[str]:
        fixed = {"webhook_secret": WEBHOOK_SECRET, "secret_key": SECRET, "publishable_key": PUBLISHABLE}
        names = ",".join(map(str, self.dns_ports))
        ports = {"port": self.port, "dns_ports": names, "smtp_port": self.smtp_port, "web_port": self.web_port}
        given = {**self._options, **fixed, **ports}
        flags = [part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", str(value))]
        return [sys.executable, "-m", *self._program, *flags]

    def start(self) -> None:
        """Wait for the readiness line; a second start takes the same ports again."""
        self._process = subprocess.Popen(self.command(), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert select.select([self._process.stdout], [], [], 90)[0], "the sandbox does not become ready"
        line = self._process.stdout.readline()
        match = READY.match(line)
        assert match, f"not a readiness line: {line!r}"
        self.port, self.smtp_port, self.web_port = int(match[2]), int(match[4]), int(match[5])
        self.dns_ports = [int(port) for port in match[3].split(",")]

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(90)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        return code

    def hold_webhooks(self, *, held: bool) -> None:
        wanted = {"webhooks": "hold" if held else "deliver"}
        headers = {"Authorization": f"Bearer {SECRET}"}
        HTTP.put(f"{self.url}/faults", json=wanted, headers=headers).raise_for_status()

    def waiting(self) -> int:
        waiting: int = HTTP.get(f"{self.url}/health").json()["webhooks_waiting"]
        return waiting

    def late_success(self, intent: str) -> None:
        headers = {"Authorization": f"Bearer {SECRET}"}
        HTTP.post(f"{self.url}/v1/test/late_success/{intent}", headers=headers).raise_for_status()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.stop()
