"""What `deploy/` says is true of the house: every room runs, is told what it needs and nothing it does not know."""

import re
from typing import Any

import pytest
import yaml

from chassis.settings import Settings
from onebox.cli import COMMANDS
from onebox.rooms import GATEWAY, ROOMS, Room
from tests.walls.house import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
HALVES = [(room, half) for room in ROOMS for half in ("api", "worker")]


def example() -> dict[str, str]:
    """The example environment as compose reads it."""
    lines = (line.partition("=") for line in (DEPLOY / "example.env").read_text().splitlines() if "=" in line)
    return {name: value.strip('"') for name, _, value in lines if not name.startswith("#")}


def told(service: dict[str, Any]) -> dict[str, str]:
    """A service's environment with the example filled in."""
    known = example()
    return {
        name: re.sub(r"\$\{(\w+):\?\}", lambda match: known[match[1]], str(value))
        for name, value in service["environment"].items()
    }


def names(settings: type[Settings]) -> set[str]:
    """The variables a room reads."""
    return {(field.alias or name).upper() for name, field in settings.model_fields.items()}


@pytest.mark.parametrize(("room", "half"), HALVES, ids=lambda one: getattr(one, "name", one))
def test_each_half_of_each_room_starts_by_a_command_there_is(room: Room, half: str) -> None:
    service = COMPOSE[f"{half}-{room.name}"]
    words = " ".join(map(str, service.get("entrypoint", []) + service.get("command", [])))

    assert f"{half} {room.name}" in words
    assert {half, "migrate", "topics"} <= {name for name, *_ in COMMANDS}


@pytest.mark.parametrize(("room", "half"), HALVES, ids=lambda one: getattr(one, "name", one))
def test_each_room_is_told_enough_to_start(room: Room, half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in told(COMPOSE[f"{half}-{room.name}"]).items():
        monkeypatch.setenv(name, value)

    settings = room.settings()

    assert not settings.demo
    assert settings.kafka_bootstrap_servers == "kafka:9092"


@pytest.mark.parametrize(("room", "half"), HALVES, ids=lambda one: getattr(one, "name", one))
def test_no_room_is_told_what_it_does_not_read(room: Room, half: str) -> None:
    addresses = {f"{other.name.upper()}_URL" for other in ROOMS} if room.name == GATEWAY else set()

    assert set(COMPOSE[f"{half}-{room.name}"]["environment"]) <= names(room.settings) | addresses


def test_prometheus_asks_every_process_of_the_house() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus.yaml").read_text())
    targets = {target for job in config["scrape_configs"] for one in job["static_configs"] for target in one["targets"]}

    assert targets == {f"{half}-{room.name}:9100" for room, half in HALVES}


def test_postgres_makes_a_database_and_a_role_for_every_room() -> None:
    script = (DEPLOY / "postgres-init.sh").read_text()
    rooms = re.search(r"for room in ([a-z ]+);", script)

    assert rooms is not None
    assert set(rooms[1].split()) == {room.name for room in ROOMS}
    assert {f"{room.name.upper()}_PASSWORD" for room in ROOMS} <= set(COMPOSE["postgres"]["environment"])
