"""What the front door must be told: its secrets, how long it remembers people, and how much it lets through."""

from datetime import timedelta
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from chassis.settings import Settings as ChassisSettings
from gateway.hosts import LOOPBACK
from gateway.token_bucket import Limit, LimitSetting


def _unfold_newlines(pem: str) -> str:
    # As with the public key: environment files cannot hold a line break.
    return pem.replace("\\n", "\n")


def _split(hosts: str | list[str]) -> list[str]:
    return [host.strip() for host in hosts.split(",") if host.strip()] if isinstance(hosts, str) else hosts


class Settings(ChassisSettings):
    """`cookie_secret` signs guests' cookies, `key_secret` hashes API keys, `factor_secret` seals what authenticator
    apps share with us and hashes recovery codes: changing one ends all of them."""

    internal_private_key: Annotated[str, BeforeValidator(_unfold_newlines)] = Field(repr=False)
    cookie_secret: SecretStr = Field(min_length=32)
    key_secret: SecretStr = Field(min_length=32)
    factor_secret: SecretStr = Field(min_length=32)
    allowed_hosts: Annotated[list[str], NoDecode, BeforeValidator(_split)] = []

    session_idle: timedelta = timedelta(days=14)
    session_life: timedelta = timedelta(days=90)
    session_renewal: timedelta = timedelta(minutes=10)
    guest_life: timedelta = timedelta(days=90)
    reset_life: timedelta = timedelta(hours=1)
    # How long after a password or a second factor its owner may change how the account is guarded.
    proof_life: timedelta = timedelta(minutes=10)
    verification_life: timedelta = timedelta(days=3)

    body_bytes: int = 1_000_000
    upload_bytes: int = 25_000_000

    limit_requests: LimitSetting = Limit(3000, 60)
    limit_sign_in: LimitSetting = Limit(60, 60)
    # From one place; a place has a count of its own, so that nobody is shut out by a stranger who guesses.
    limit_sign_in_per_email: LimitSetting = Limit(10, 60)
    limit_sign_in_from_everywhere: LimitSetting = Limit(60, 60)
    limit_reset: LimitSetting = Limit(20, 3600)
    # All goods at once; whoever shows them elsewhere asks a few times a day.
    limit_feed: LimitSetting = Limit(20, 3600)
    # Each can be a mail to a stranger's address.
    limit_wish: LimitSetting = Limit(60, 3600)
    limit_reset_per_email: LimitSetting = Limit(5, 3600)
    # Of three million guesses one is right. Somebody who knows a password cannot shut its owner out by guessing badly:
    # each place has a count of its own, and the account's is for those who guess from everywhere.
    limit_factor: LimitSetting = Limit(10, 600)
    limit_factor_per_account: LimitSetting = Limit(60, 3600)
    limit_verification_per_account: LimitSetting = Limit(5, 3600)
    # Every room reads all that it holds of somebody.
    limit_export_per_account: LimitSetting = Limit(20, 3600)
    # A proxy on our own machine must be told to pass the visitor's address on, or limits count all as one.
    limit_loopback: bool = False

    # OWASP's first choice of parameters for argon2id: as strong as less memory and more passes, and kind to 2 cores.
    argon2_memory_kib: int = 47_104
    argon2_passes: int = 1
    argon2_at_once: int = 2

    @property
    def https(self) -> bool:
        return urlsplit(self.public_url).scheme == "https"

    @model_validator(mode="after")
    def _plain_http_stays_at_home(self) -> Self:
        url = urlsplit(self.public_url)
        if not self.https and url.hostname not in LOOPBACK:
            raise ValueError("PUBLIC_URL must begin with https:// unless it is on loopback: cookies need it")
        return self
