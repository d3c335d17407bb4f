"""What the pages need to know about the installation that they are drawn for."""

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    demo: bool = Field(default=False, validation_alias=AliasChoices("TOADLANE_DEMO", "demo"))
    public_url: str = "http://127.0.0.1:8000"
    sandbox_url: str | None = None
    currency: str = "EUR"

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https:")
