"""A stand-in for strangers' web servers, in a demo: one address of this machine that the safe client may reach."""

import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpcore

from chassis.addresses import HostResolver
from chassis.safe_client import SafeClient
from chassis.strangers import Guard


@dataclass(frozen=True)
class StandIn:
    """Where it listens, and the certificate of the only authority that is trusted to name it."""

    address: str
    port: int
    authority: Path

    def client(self, resolver: HostResolver, guard: Guard) -> SafeClient:
        """Judges all but the stand-in's address as ever; whoever is sent to that ends at the stand-in's port."""
        lenient = _Lenient(guard.schemes, guard.ports, stand_in=self.address)
        trust = ssl.create_default_context(cafile=self.authority)
        return SafeClient(resolver, guard=lenient, trust=trust, network=_Network(self))


@dataclass(frozen=True)
class _Lenient(Guard):
    stand_in: str = ""

    def judge(self, addresses: Sequence[str]) -> None:
        super().judge([address for address in addresses if address != self.stand_in])


class _Network(httpcore.AsyncNetworkBackend):
    """Leads to the stand-in whatever the port, so that nothing else of this machine is reached by its address."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in, self._network = stand_in, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        reached = self._stand_in.port if host == self._stand_in.address else port
        return await self._network.connect_tcp(host, reached, timeout)
