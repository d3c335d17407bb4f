"""What the catalogue needs to know of the place it runs in."""

from pydantic import Field, SecretStr

from chassis.fetching import FetchingSettings


class Settings(FetchingSettings):
    upload_bytes: int = 25 * 1024 * 1024
    """The largest catalogue file that is taken."""

    meili_url: str | None = None
    """The Meilisearch server that searches; None is an index in the data folder."""

    meili_api_key: SecretStr | None = None

    pictures_url: str | None = Field(None, pattern=r"^s3://")
    """The bucket for pictures, `s3://bucket/prefix`; a folder of `data_folder` where none is named."""

    pictures_endpoint: str | None = None
    """Where a store that speaks S3 answers, where that is not Amazon's."""

    pictures_region: str = "us-east-1"
    pictures_key_id: str | None = None
    pictures_key_secret: SecretStr | None = None
