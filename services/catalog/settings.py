"""What the catalogue needs to know of the place it runs in."""

from chassis.fetching import FetchingSettings


class Settings(FetchingSettings):
    upload_bytes: int = 25 * 1024 * 1024
    """The largest catalogue file that is taken."""
