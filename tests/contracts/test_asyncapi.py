"""`toadlane asyncapi` describes every channel and every fact, and its schemas hold for what is really sent."""

import re
from functools import cache
from typing import Any

import orjson
import pytest
import yaml

from chassis.topics import read_topics
from onebox.asyncapi import asyncapi
from onebox.cli import main
from onebox.rooms import ROOMS
from tests.contracts.golden_samples import samples
from tests.walls.house import ROOT


@cache
def document() -> dict[str, Any]:
    return asyncapi(ROOMS, read_topics(ROOT / "deploy" / "topics.yaml"))


def found(reference: str) -> Any:
    """What a reference inside the document points at; raises KeyError where it points at nothing."""
    place: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place


def test_the_command_prints_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asyncapi"]) == 0

    assert yaml.safe_load(capsys.readouterr().out) == document()


def test_every_topic_is_a_channel_and_every_fact_a_message() -> None:
    topics = read_topics(ROOT / "deploy" / "topics.yaml")

    assert document()["asyncapi"] == "3.0.0"
    assert document()["channels"].keys() == {topic.name for topic in topics}
    assert document()["components"]["messages"].keys() == samples().keys()


def test_every_reference_points_at_something() -> None:
    references = re.findall(r'"\$ref":"([^"]+)"', orjson.dumps(document()).decode())

    assert references
    assert [one for one in references if not found(one)] == []


def test_it_says_who_sends_and_who_receives() -> None:
    sent = document()["operations"]["catalog-send-catalog.reservations"]
    received = document()["operations"]["orders-receive-catalog.reservations"]

    assert (sent["action"], received["action"]) == ("send", "receive")
    assert [one["$ref"].rpartition("/")[2] for one in received["messages"]] == [
        "catalog.StockRejected",
        "catalog.StockReserved",
    ]


@pytest.mark.parametrize("fact", samples())
def test_a_schema_names_the_fields_that_are_sent(fact: str) -> None:
    sent = orjson.loads(samples()[fact])
    payload = document()["components"]["messages"][fact]["payload"]

    data = found(payload["properties"]["data"]["$ref"])

    assert set(payload["required"]) == sent.keys()
    # A field that a fact may leave out, such as a co-op's pause, is in the samples of some and not of others.
    assert set(data["required"]) <= sent["data"].keys() <= data["properties"].keys()
