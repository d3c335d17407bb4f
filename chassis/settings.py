"""What every room must be told before it starts; a room adds its own by subclassing."""

from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment without a prefix, except where an alias says otherwise.

    Outside demo mode a missing setting for mail stops the start: mail that goes nowhere is worse than no start.
    """

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_ignore_empty=True)

    demo: bool = Field(False, alias="TOADLANE_DEMO")
    database_url: str
    bus_url: str | None = None
    kafka_bootstrap_servers: str | None = None
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$")
    public_url: str = "http://127.0.0.1:8000"
    internal_public_key: str
    smtp_url: str | None = None
    mail_from: str = "Toad Lane <hello@toadlane.example>"
    data_folder: Path = Path(".data")
    process_index: int = 0
    process_count: int = 1
    pool_size: int = 5
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None

    @field_validator("database_url", "bus_url")
    @classmethod
    def _name_the_driver(cls, url: str | None) -> str | None:
        return url.replace("postgresql://", "postgresql+asyncpg://", 1) if url else url

    @field_validator("internal_public_key")
    @classmethod
    def _unfold_newlines(cls, pem: str) -> str:
        # Environment files cannot hold a line break, so keys travel with "\n" spelled out.
        return pem.replace("\\n", "\n")

    @model_validator(mode="after")
    def _mail_has_somewhere_to_go(self) -> Self:
        if not self.demo and self.smtp_url is None:
            raise ValueError("SMTP_URL is not set: name a mail server, or ask for the demo with TOADLANE_DEMO=true")
        return self
