"""What the catalogue needs to know of the place it runs in."""

import chassis.settings


class Settings(chassis.settings.Settings):
    upload_bytes: int = 25 * 1024 * 1024
    """The largest catalogue file that is taken."""
