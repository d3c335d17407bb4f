"""Every fact is still published, and read, in the shape it was promised in."""

from collections.abc import Iterator
from typing import get_args

import orjson
import pytest
from pydantic import BaseModel, ValidationError

from chassis.events import Event, Inbound, seal, unseal
from chassis.topics import read_topics
from onebox.asyncapi import published_events, readers
from onebox.rooms import ROOMS, Room
from tests.contracts.golden_samples import all_samples, sample, samples, type_of
from tests.walls.house import ROOT

PUBLISHED = {event.type_name(): event for room in ROOMS for event in published_events(room)}
READ = [(room, reader) for room in ROOMS for reader in readers(room)]
PERSONAL = {
    "email", "mail", "phone", "address", "street", "line1", "line2", "postcode", "recipient", "contact", "password",
    "birthday", "iban", "card", "ip", "token", "secret", "first_name", "last_name", "full_name", "buyer_name",
}  # fmt: skip


def test_there_is_a_sample_of_every_fact_and_of_nothing_else() -> None:
    assert samples().keys() == PUBLISHED.keys()


@pytest.mark.parametrize("name", all_samples())
def test_a_fact_is_still_told_as_it_was_promised(name: str) -> None:
    promised = orjson.loads(all_samples()[name])

    told = PUBLISHED[type_of(name)].model_validate(promised["data"])
    sealed = orjson.loads(seal(told).value)

    assert sealed["data"] == promised["data"]
    assert sealed.keys() == promised.keys()
    fixed = ("specversion", "source", "type", "subject", "dataschema", "datacontenttype", "version")
    assert {name: sealed[name] for name in fixed} == {name: promised[name] for name in fixed}


@pytest.mark.parametrize(("room", "reader"), READ, ids=[f"{room.name} reads {one.event}" for room, one in READ])
def test_a_consumer_reads_what_was_promised(room: Room, reader: type[Inbound]) -> None:
    assert PUBLISHED[reader.event].topic == reader.topic
    for promised in (unseal(content) for name, content in all_samples().items() if type_of(name) == reader.event):
        read = reader.model_validate(promised.data)

        assert is_part_of(read.model_dump(mode="json"), promised.data)


def is_part_of(read: object, told: object) -> bool:
    """Whether all that was read stands in what was told; a field that was left out may be read as nothing."""
    if isinstance(read, dict) and isinstance(told, dict):
        return all(is_part_of(value, told.get(name)) for name, value in read.items() if told.get(name) != value)
    if isinstance(read, list) and isinstance(told, list):
        return len(read) == len(told) and all(map(is_part_of, read, told))
    return read == told


def test_what_is_read_is_told_by_somebody() -> None:
    assert {reader.event for _, reader in READ} <= PUBLISHED.keys()


def test_nobody_reads_their_own_facts() -> None:
    assert [reader for room, reader in READ if reader.event.startswith(f"{room.name}.")] == []


@pytest.mark.parametrize("fact", PUBLISHED)
def test_a_fact_has_its_topic_its_owner_and_its_key(fact: str) -> None:
    topics = {topic.name: topic for topic in read_topics(ROOT / "deploy" / "topics.yaml")}
    event = PUBLISHED[fact]

    topic = topics[event.topic]

    assert (topic.owner, topic.key) == (fact.partition(".")[0], event.subject_field)
    assert sample(fact).key == sample(fact).data[topic.key]


@pytest.mark.parametrize("fact", PUBLISHED)
def test_a_fact_holds_nothing_personal(fact: str) -> None:
    assert personal_fields(PUBLISHED[fact]) == []


def test_a_planted_address_is_found() -> None:
    class Label(BaseModel):
        contact_email: str

    class Sent(Event):
        labels: list[Label]
        postcode: str | None

    assert personal_fields(Sent) == ["contact_email", "postcode"]


def personal_fields(model: type[BaseModel]) -> list[str]:
    """Names of fields, however deep, that would carry something about a person who can be found by it."""
    return [name for name in _names(model) if name in PERSONAL or PERSONAL & set(name.split("_"))]


def _names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        parts = [part for part in _parts(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        yield from (inner for part in parts for inner in _names(part))
        if not parts:
            yield name


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)


def test_a_fact_with_a_field_taken_away_is_found() -> None:
    promised = sample("orders.OrderPlaced").data
    del promised["currency"]

    with pytest.raises(ValidationError, match="currency"):
        PUBLISHED["orders.OrderPlaced"].model_validate(promised)
