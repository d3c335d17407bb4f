"""Webhooks of a co-op and their log, as its staff see them."""

from datetime import datetime

from storefront.wire.reading import Wire


class Webhook(Wire):
    id: str
    url: str
    description: str = ""
    events: tuple[str, ...] = ()
    state: str = "enabled"
    made_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    rests_until: datetime | None = None
    former_secret_until: datetime | None = None

    @property
    def name(self) -> str:
        return self.description or self.url

    @property
    def is_on(self) -> bool:
        return self.state == "enabled"


class FreshSecret(Wire):
    """The only answer with the secret in it."""

    endpoint: Webhook
    secret: str


class Attempt(Wire):
    at: datetime
    took_ms: int = 0
    status: int | None = None
    failure: str | None = None
    answer: str = ""


class Delivery(Wire):
    id: str
    type: str
    state: str
    made_at: datetime
    tries: int = 0
    next_at: datetime | None = None
    body: str = ""
    attempts: tuple[Attempt, ...] = ()


class Replayed(Wire):
    deliveries: int = 0
