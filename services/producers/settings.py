"""What the producers' room needs to know of the place it runs in."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import NoDecode

import chassis.settings
from services.producers.requirements import CODES


class Settings(chassis.settings.Settings):
    nameservers: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses of validating resolvers, `127.0.0.1:5353,[::1]:53`, which must all agree; none means this machine's."""

    dns_timeout_seconds: float = 5.0
    checks_per_hour: int = 30

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

    @field_validator("nameservers", "requirements", mode="before")
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
