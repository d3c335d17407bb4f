"""A co-op's feed address, as its staff see it."""

from datetime import datetime

from storefront.wire.reading import Wire


class Feed(Wire):
    url: str
    every: str = "day"
    policy: str = "skip"
    remove_missing: bool = False
    state: str = "on"
    failures: int = 0
    failure: str | None = None
    asked_at: datetime | None = None
    next_at: datetime | None = None
    import_id: str | None = None
    import_state: str | None = None

    @property
    def is_on(self) -> bool:
        return self.state == "on"

    @property
    def status(self) -> str:
        return "feed_failing" if self.is_on and self.failures else f"feed_{self.state}"

    @property
    def waits(self) -> bool:
        """For a word about the file that came last."""
        return self.import_state in {"ready", "held_back"}
