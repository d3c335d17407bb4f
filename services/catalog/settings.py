"""What the catalogue needs to know of the place it runs in."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from chassis.fetching import FetchingSettings


class Settings(FetchingSettings):
    upload_bytes: int = 25 * 1024 * 1024
    """The largest catalogue file that is taken."""

    meili_url: str | None = Field(None, pattern=r"^https?://")
    """The Meilisearch server that searches; None is an index in the data folder."""

    meili_api_key: SecretStr | None = None

    pictures_url: str | None = Field(None, pattern=r"^s3://")
    """The bucket for pictures, `s3://bucket/prefix`; a folder of `data_folder` where none is named."""

    pictures_endpoint: str | None = None
    """Where a store that speaks S3 answers, where that is not Amazon's."""

    pictures_region: str = "us-east-1"
    pictures_key_id: str | None = None
    pictures_key_secret: SecretStr | None = None

    @model_validator(mode="after")
    def _the_search_server_knows_us(self) -> Self:
        if not self.demo and self.meili_url and self.meili_api_key is None:
            raise ValueError("MEILI_API_KEY is not set: a search server that asks for no key lets anybody change it")
        return self
