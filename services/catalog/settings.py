"""What the catalogue needs to know of the place it runs in."""

from pydantic import SecretStr

from chassis.fetching import FetchingSettings


class Settings(FetchingSettings):
    upload_bytes: int = 25 * 1024 * 1024
    """The largest catalogue file that is taken."""

    meili_url: str | None = None
    """The Meilisearch server that searches; None is an index in the data folder."""

    meili_api_key: SecretStr | None = None
