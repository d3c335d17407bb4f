"""What the producers' room needs to know of the place it runs in."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

import chassis.settings
from chassis.stand_in import StandIn
from services.producers.requirements import CODES

FEWEST_NAMESERVERS = 2


class Settings(chassis.settings.Settings):
    nameservers: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses of validating resolvers, `127.0.0.1:5353,[::1]:53`, which must all agree.

    Outside the demo there are at least two; in it, none means this machine's."""

    dns_timeout_seconds: float = 5.0
    checks_per_hour: int = 30
    """How often one domain may be looked up for its applicant."""

    web_stand_in: str | None = None
    """Where one web server stands in for those of all co-ops, `127.0.0.1:8443`; in the demo alone."""

    web_stand_in_authority: Path | None = None
    """The certificate of the authority that vouches for it, and is trusted for nothing else."""

    rdap_bootstrap_url: str = "https://data.iana.org/rdap/dns.json"
    rdap_timeout_seconds: float = 10.0

    rechecks_in_a_round: int = Field(60, ge=1, le=1000)
    """Co-ops called up for their daily check in a minute, however many are due."""

    webhook_key: SecretStr = Field(min_length=32)
    """Seals the secrets of webhooks: with another key none of them signs any more, and each has to be changed."""

    requirements: Annotated[tuple[str, ...], NoDecode] = CODES
    """What an admission asks for, by the codes of `requirements.py`; all of it unless fewer are named."""

    @field_validator("requirements")
    @classmethod
    def are_known(cls, requirements: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(requirements) - set(CODES):
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(CODES)}")
        return requirements

    @field_validator("nameservers")
    @classmethod
    def are_addresses(cls, nameservers: tuple[str, ...]) -> tuple[str, ...]:
        for nameserver in nameservers:
            endpoint = urlsplit(f"//{nameserver}")
            ip_address(endpoint.hostname or "")
            _ = endpoint.port  # raises ValueError where it is none
        return nameservers

    @model_validator(mode="after")
    def several_must_agree(self) -> Self:
        if not self.demo and len(set(self.nameservers)) < FEWEST_NAMESERVERS:
            raise ValueError("NAMESERVERS must name two validating resolvers or more: one alone can be lied to")
        return self

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

    @field_validator("nameservers", "requirements", mode="before")
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
