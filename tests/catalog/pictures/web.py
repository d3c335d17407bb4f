"""Strangers' web servers with pictures on them: one on loopback, behind a public address."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.safe_client import SafeClient
from services.catalog.pictures.sources import GUARD
from tests.chassis.canary import GOOD, Server, Wires


@dataclass
class Web:
    """Every host has the same server; what it answers to which path is told by tests."""

    server: Server
    answers: dict[str, bytes] = field(default_factory=dict)

    async def addresses(self, host: str) -> Sequence[str]:
        """A host whose name begins so is inside, or away."""
        if host.startswith("inside"):
            return ("10.0.0.7",)
        return () if host.startswith("away") else (GOOD,)

    def has(self, path: str, content: bytes, status: str = "200 OK", *headers: str) -> None:
        told = "".join(f"{line}\r\n" for line in headers)
        self.answers[path] = f"HTTP/1.1 {status}\r\n{told}Content-Length: {len(content)}\r\n\r\n".encode() + content

    def asked(self) -> list[str]:
        """The paths, in the order in which they were asked for."""
        return [head.split(b" ")[1].decode() for head in self.server.heard]

    def client(self) -> SafeClient:
        # Plain HTTP wherever these tests fetch: TLS is the safe client's own, and tested there.
        return SafeClient(self, guard=GUARD, network=Wires(self.server, Server()))
