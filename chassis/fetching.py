"""What a room must be told that fetches what strangers name, and the safe client this makes."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator
from pydantic_settings import NoDecode

from chassis.addresses import DnsHostResolver
from chassis.safe_client import SafeClient
from chassis.settings import Settings
from chassis.stand_in import StandIn
from chassis.strangers import Guard


def split_at_commas(value: object) -> object:
    """A list as an environment variable holds it."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class FetchingSettings(Settings):
    nameservers: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses of validating resolvers, `127.0.0.1:5353,[::1]:53`; none means this machine's."""

    dns_timeout_seconds: float = 5.0

    web_stand_in: str | None = None
    """Where one web server stands in for those of strangers, `127.0.0.1:8443`; in the demo alone."""

    web_stand_in_authority: Path | None = None
    """The certificate of the authority that vouches for it, and is trusted for nothing else."""

    @field_validator("nameservers", mode="before")
    @classmethod
    def nameservers_are_a_list(cls, value: object) -> object:
        return split_at_commas(value)

    @field_validator("nameservers")
    @classmethod
    def are_addresses(cls, nameservers: tuple[str, ...]) -> tuple[str, ...]:
        for nameserver in nameservers:
            endpoint = urlsplit(f"//{nameserver}")
            ip_address(endpoint.hostname or "")
            _ = endpoint.port  # raises ValueError where it is none
        return nameservers

    @model_validator(mode="after")
    def stand_in_only_in_the_demo(self) -> Self:
        if self.web_stand_in is None:
            return self
        if not self.demo or self.web_stand_in_authority is None:
            raise ValueError("WEB_STAND_IN is for the demo alone, and needs WEB_STAND_IN_AUTHORITY")
        endpoint = urlsplit(f"//{self.web_stand_in}")
        if not ip_address(endpoint.hostname or "").is_loopback or endpoint.port is None:
            raise ValueError("WEB_STAND_IN must be an address of loopback with a port")
        return self

    @property
    def stand_in(self) -> StandIn | None:
        if self.web_stand_in is None or self.web_stand_in_authority is None:
            return None
        endpoint = urlsplit(f"//{self.web_stand_in}")
        return StandIn(endpoint.hostname or "", endpoint.port or 0, self.web_stand_in_authority)

    def safe_client(self, guard: Guard) -> SafeClient:
        """In the demo it reaches the stand-in too, and nothing else of this machine."""
        resolver = DnsHostResolver(self.nameservers, timeout=self.dns_timeout_seconds)
        return SafeClient(resolver, guard=guard) if self.stand_in is None else self.stand_in.client(resolver, guard)
