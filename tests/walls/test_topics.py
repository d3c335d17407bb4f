"""`deploy/topics.yaml` lists every topic that a room publishes to, with its owner and its key."""

from collections.abc import Iterator
from importlib import import_module

from chassis.events import Event
from chassis.topics import read_topics
from onebox.rooms import ROOMS
from tests.walls.house import ROOT


def published() -> Iterator[type[Event]]:
    """Every event class that names a topic."""
    for room in ROOMS:
        events = vars(import_module(f"{room.package}.events")).values()
        yield from (one for one in events if isinstance(one, type) and issubclass(one, Event) and hasattr(one, "topic"))


def test_the_list_of_topics_is_what_the_rooms_publish_to() -> None:
    listed = {(topic.name, topic.owner, topic.key) for topic in read_topics(ROOT / "deploy" / "topics.yaml")}

    assert {(event.topic, event.topic.partition(".")[0], event.subject_field) for event in published()} == listed


def test_every_owner_is_a_room() -> None:
    topics = read_topics(ROOT / "deploy" / "topics.yaml")

    assert {topic.owner for topic in topics} == {room.name for room in ROOMS}
