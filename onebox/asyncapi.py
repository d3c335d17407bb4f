"""The facts of the house as an AsyncAPI 3.0 document, made from the classes that publish and read them."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chassis.events import Event, Inbound
from chassis.topics import Topic
from onebox.rooms import Room

Json = dict[str, Any]
T = TypeVar("T", bound=BaseModel)

DAY = 86_400_000  # Kafka counts a topic's retention in milliseconds.


def published_events(room: Room) -> list[type[Event]]:
    """The facts that a room promises to everybody, by name."""
    return [one for one in _classes(room, "events", Event) if hasattr(one, "topic")]


def readers(room: Room) -> list[type[Inbound]]:
    """The facts of others as a room reads them, by name."""
    return [one for one in _classes(room, "inbound", Inbound) if hasattr(one, "event")]


def _classes(room: Room, module: str, base: type[T]) -> list[type[T]]:
    named = vars(import_module(f"{room.package}.{module}"))
    found = (one for one in named.values() if isinstance(one, type) and issubclass(one, base) and one is not base)
    return sorted((one for one in found if not one.__subclasses__() or _speaks(one)), key=lambda one: one.__name__)


def _speaks(one: type[BaseModel]) -> bool:
    # A class that others only inherit from is no fact: it names no event of its own.
    return "event" in vars(one)


def asyncapi(rooms: Sequence[Room], topics: Sequence[Topic]) -> Json:
    """Every channel with its key and partitions, every fact in its envelope, and who sends and receives it."""
    events = [event for room in rooms for event in published_events(room)]
    _, schemas = models_json_schema(
        [(event, "serialization") for event in events], ref_template="#/components/schemas/{model}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Toad Lane: facts between rooms",
            "version": version("toadlane"),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic.name: _channel(topic, events) for topic in topics},
        "operations": dict(_operations(rooms, events)),
        "components": {
            "messages": {event.type_name(): _message(event) for event in events},
            "schemas": schemas["$defs"],
        },
    }


def _channel(topic: Topic, events: Sequence[type[Event]]) -> Json:
    configuration: Json = {"cleanup.policy": ["compact" if topic.compacted else "delete"]}
    if not topic.compacted:
        configuration["retention.ms"] = topic.retention_days * DAY if topic.retention_days else -1
    return {
        "address": topic.name,
        "description": f"Facts of {topic.owner}, in order for each {topic.key}.",
        "messages": {
            event.type_name(): {"$ref": f"#/components/messages/{event.type_name()}"}
            for event in events
            if event.topic == topic.name
        },
        "bindings": {
            "kafka": {"partitions": topic.partitions, "topicConfiguration": configuration, "bindingVersion": "0.5.0"}
        },
    }


def _message(event: type[Event]) -> Json:
    message: Json = {"name": event.type_name(), "title": event.__name__, "payload": _envelope(event)}
    if event.__doc__ and event.__doc__ != Event.__doc__:
        message["summary"] = event.__doc__
    key = {"type": "string", "format": "uuid", "description": event.subject_field}
    return {**message, "bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}}}


def _envelope(event: type[Event]) -> Json:
    properties: Json = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"const": f"/{event.topic.partition('.')[0]}"},
        "type": {"const": event.type_name()},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": "string", "format": "uuid"},
        "dataschema": {"type": "string", "format": "uri-reference"},
        "datacontenttype": {"const": "application/json"},
        "traceparent": {"type": ["string", "null"]},
        "version": {"type": "integer"},
        "data": {"$ref": f"#/components/schemas/{event.__name__}"},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _operations(rooms: Sequence[Room], events: Sequence[type[Event]]) -> Iterator[tuple[str, Json]]:
    topics = {event.type_name(): event.topic for event in events}
    for room in rooms:
        sent = {event.type_name() for event in published_events(room)}
        yield from _side(room, "send", sent, topics)
        yield from _side(room, "receive", {reader.event for reader in readers(room)} & topics.keys(), topics)


def _side(room: Room, action: str, facts: set[str], topics: Mapping[str, str]) -> Iterator[tuple[str, Json]]:
    for topic in sorted({topics[fact] for fact in facts}):
        messages = [{"$ref": f"#/channels/{topic}/messages/{fact}"} for fact in sorted(facts) if topics[fact] == topic]
        name = f"{room.name}-{action}-{topic}"
        yield name, {"action": action, "channel": {"$ref": f"#/channels/{topic}"}, "messages": messages}
