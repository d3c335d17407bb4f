"""What the producers' room needs to know of the place it runs in."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from chassis.fetching import FetchingSettings, split_at_commas
from services.producers.requirements import CODES

FEWEST_NAMESERVERS = 2


class Settings(FetchingSettings):
    """Outside the demo there are two name servers or more, which must all agree."""

    checks_per_hour: int = 30
    """How often one domain may be looked up for its applicant."""

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

    @model_validator(mode="after")
    def several_must_agree(self) -> Self:
        if not self.demo and len(set(self.nameservers)) < FEWEST_NAMESERVERS:
            raise ValueError("NAMESERVERS must name two validating resolvers or more: one alone can be lied to")
        return self

    @field_validator("requirements", mode="before")
    @classmethod
    def requirements_are_a_list(cls, value: object) -> object:
        return split_at_commas(value)
