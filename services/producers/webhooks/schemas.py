"""The shapes in which endpoints and their log are given and shown."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.producers.schemas import OptionalLine
from services.producers.webhooks.delivery import Attempt, Delivery, DeliveryState
from services.producers.webhooks.endpoint import Endpoint, EndpointState
from services.producers.webhooks.endpoints import Wanted
from services.producers.webhooks.news import EventType
from services.producers.webhooks.signing import shown


class EndpointForm(BaseModel):
    """`url`: https, on port 443 of the public internet. `events`: what it wants to be told."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    description: OptionalLine = ""
    events: Annotated[list[EventType], Field(min_length=1, max_length=len(EventType))]

    def wanted(self) -> Wanted:
        return Wanted.read(self.url, self.description, self.events)


class EndpointChange(EndpointForm):
    enabled: bool = True


class EndpointOut(BaseModel):
    """Until `rests_until` nothing is sent: it failed too often. Until `former_secret_until` two secrets sign."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    url: str
    description: str
    events: list[str]
    state: EndpointState
    made_at: datetime
    failures: int
    failing_since: datetime | None
    rests_until: datetime | None
    former_until: datetime | None = Field(serialization_alias="former_secret_until")


class FreshSecret(BaseModel):
    """`secret` is shown here and never again."""

    endpoint: EndpointOut
    secret: str

    @classmethod
    def of(cls, endpoint: Endpoint, secret: bytes) -> Self:
        return cls(endpoint=EndpointOut.model_validate(endpoint), secret=shown(secret))


class AttemptOut(BaseModel):
    """`answer` is the head of what was answered; `failure` says why nothing was."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    took_ms: int
    status: int | None
    failure: str | None
    answer: str


class DeliveryOut(BaseModel):
    """`id` is the message's, as sent in `webhook-id`; `next_at` is None for what is due at once, or no more."""

    id: UUID
    type: str
    state: DeliveryState
    made_at: datetime
    tries: int
    next_at: datetime | None
    body: str
    attempts: list[AttemptOut]

    @classmethod
    def of(cls, delivery: Delivery, attempts: list[Attempt]) -> Self:
        return cls(
            id=delivery.message_id,
            type=delivery.type,
            state=DeliveryState(delivery.state),
            made_at=delivery.made_at,
            tries=delivery.tries,
            next_at=delivery.next_at,
            body=delivery.body.decode(),
            attempts=[AttemptOut.model_validate(one) for one in attempts],
        )


class ReplayForm(BaseModel):
    """Those that failed since then, or all that the log still holds."""

    since: AwareDatetime | None = None


class Replayed(BaseModel):
    deliveries: int
