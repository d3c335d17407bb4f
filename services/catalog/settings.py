"""What the catalogue needs to know of the place it runs in."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

import chassis.settings


class Settings(chassis.settings.Settings):
    upload_bytes: int = 25 * 1024 * 1024
    """The largest catalogue file that is taken."""

    meili_url: str | None = Field(None, pattern=r"^https?://")
    """The Meilisearch server that searches; None is an index in the data folder."""

    meili_api_key: SecretStr | None = None

    @model_validator(mode="after")
    def _the_search_server_knows_us(self) -> Self:
        if not self.demo and self.meili_url and self.meili_api_key is None:
            raise ValueError("MEILI_API_KEY is not set: a search server that asks for no key lets anybody change it")
        return self
