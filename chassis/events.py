"""Facts between rooms: classes owned by the publisher, readers owned by the consumer, a CloudEvents 1.0 envelope."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from chassis.ids import new_id
from chassis.telemetry import traceparent_about


class Event(BaseModel):
    """A fact as its publisher promises it; `version` is the aggregate's and only ever grows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: ClassVar[str]
    subject_field: ClassVar[str]
    version: int

    @property
    def key(self) -> str:
        """The id of the aggregate the fact is about; facts of one key keep their order."""
        return str(getattr(self, self.subject_field))

    @classmethod
    def type_name(cls) -> str:
        """The name on the wire: the owning room and the class."""
        return f"{cls.topic.partition('.')[0]}.{cls.__name__}"


class Inbound(BaseModel):
    """A fact as its consumer reads it: only the fields it needs, whatever else there is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str]
    event: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One event in its envelope, as a bus carries it."""

    id: UUID
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a consumer reads off a record before it knows the event's class."""

    id: UUID
    type: str
    key: str
    traceparent: str | None
    data: dict[str, object]


def seal(event: Event) -> Record:
    """The event in its envelope, with the trace of the work that published it."""
    event_id, room = new_id(), event.topic.partition(".")[0]
    envelope = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"/{room}",
        "type": event.type_name(),
        "time": datetime.now(UTC).isoformat(),
        "subject": event.key,
        "dataschema": f"/schemas/{event.type_name()}",
        "datacontenttype": "application/json",
        "traceparent": traceparent_about(event.key),
        "version": event.version,
        "data": event.model_dump(mode="json"),
    }
    return Record(event_id, event.key, orjson.dumps(envelope))


def unseal(value: bytes) -> Envelope:
    """The envelope of a record's bytes; raises ValueError or KeyError where it is none of ours."""
    raw = orjson.loads(value)
    return Envelope(UUID(raw["id"]), raw["type"], raw["subject"], raw.get("traceparent"), raw["data"])
