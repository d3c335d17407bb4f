"""The command line: the one box, its parts, and what an operator does from a terminal."""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy import make_url

from chassis.topics import read_topics
from onebox import folder, machines
from onebox.asyncapi import asyncapi
from onebox.box import Box
from onebox.operating import make_first_operator, retry, verify_audit, verify_stock
from onebox.refusal import Refusal
from onebox.rooms import ROOMS, Room
from onebox.seeding import seed_box
from onebox.supervisor import Plan, clear_away, open_house, say

TOPICS = Path(__file__).parents[1] / "deploy" / "topics.yaml"

Option = tuple[str, dict[str, Any]]
Command = Callable[[argparse.Namespace, tuple[Room, ...]], int]


def main(arguments: Sequence[str] | None = None, *, rooms: tuple[Room, ...] = ROOMS, launcher: str = "onebox") -> int:
    """Carries out one command. `launcher` is the module that calls this, so that each process gets the same rooms."""
    given = _parser(launcher).parse_args(arguments)
    command: Command = given.command
    try:
        return command(given, rooms)
    except Refusal as error:
        print(f"toadlane: {error}", file=sys.stderr)
    except ValidationError as error:
        for found in error.errors():
            name = ".".join(map(str, found["loc"])).upper()
            print(
                f"toadlane: {f'{name}: ' if name else ''}{found['msg'].removeprefix('Value error, ')}", file=sys.stderr
            )
    except KeyboardInterrupt:
        return 130
    return 1


def _parser(launcher: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="toadlane", description="The marketplace of the co-op economy.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, told, options in COMMANDS:
        sub = commands.add_parser(name, help=told, description=told)
        sub.set_defaults(command=command, launcher=launcher)
        for flags, settings in options:
            sub.add_argument(flags, **settings)
    return parser


def _run(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    return open_house(
        Plan(
            data=given.data,
            launcher=given.launcher,
            rooms=rooms,
            port=given.port,
            processes=given.processes,
            demo_data=not given.no_demo_data,
        )
    )


def _stop(given: argparse.Namespace, _: tuple[Room, ...]) -> int:
    holder = folder.holder(given.data) if given.data.is_dir() else None
    if holder is None:
        say("Closed what a killed house had left behind." if clear_away(given.data) else "The house is not open.")
        return 0
    os.kill(holder, signal.SIGTERM)
    for _attempt in range(1200):
        if folder.holder(given.data) is None:
            say("Closed.")
            return 0
        time.sleep(0.1)
    raise Refusal(f"process {holder} does not end; end it by hand")


def _seed(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    asyncio.run(seed_box(Box.open(given.data, None), make_url(given.server)))
    return 0


def _api(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    machines.run_api(rooms, given.room, given.host, given.port)
    return 0


def _worker(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    machines.run_worker(rooms, given.room)
    return 0


def _migrate(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    machines.migrate_room(rooms, given.room)
    return 0


def _topics(given: argparse.Namespace, _: tuple[Room, ...]) -> int:
    from chassis.kafka_bus import create_topics  # noqa: PLC0415, only a house that speaks Kafka needs its client.

    for name in asyncio.run(create_topics(given.brokers, read_topics(TOPICS), replication_factor=given.replicas)):
        say(f"created {name}")
    return 0


def _asyncapi(_: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    say(yaml.safe_dump(asyncapi(rooms, read_topics(TOPICS)), sort_keys=False, allow_unicode=True))
    return 0


def _operator(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    asyncio.run(make_first_operator(machines.database_url(rooms, "gateway", given.data), given.email))
    say(f"{given.email} operates this marketplace from now on.")
    return 0


def _retry(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    number = asyncio.run(retry(machines.database_url(rooms, given.room, given.data)))
    say(f"{number} parked key(s) and task(s) of {given.room} are tried again.")
    return 0


def _audit(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    verdict = asyncio.run(verify_audit(machines.database_url(rooms, "producers", given.data)))
    if verdict.wrong is not None:
        raise Refusal(f"the audit log is not as it was written: {verdict.wrong}; {verdict.entries} before it are")
    say(f"The audit log is as it was written: {verdict.entries} entries, the last one {verdict.head.hex()}.")
    say("Keep that digest elsewhere: as long as a later log holds it, nobody has replaced what came before.")
    return 0


def _stock(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    if wrong := asyncio.run(verify_stock(machines.database_url(rooms, "catalog", given.data))):
        raise Refusal("stock does not add up:\n" + "\n".join(map(str, wrong)))
    say("Every level of stock is what its journal explains.")
    return 0


def _demo(given: argparse.Namespace, rooms: tuple[Room, ...]) -> int:
    from onebox.story import play  # noqa: PLC0415, the story brings a whole cast with it.

    return play(given.launcher)


def _port(text: str) -> int:
    """Raises for what no program can listen on, before anything remembers it."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is no port: give a number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 64):
        raise argparse.ArgumentTypeError(f"{text} is no number of processes: give one from 1 to 64")
    return int(text)


DATA: Option = ("--data", {"type": Path, "default": folder.USUAL, "help": "the folder of this installation (.data)"})
BOX: Option = ("--data", {"type": Path, "help": "the folder of a one box (.data, where DATABASE_URL is not set)"})
ROOM: Option = ("room", {"help": "catalog, orders, producers, payments or gateway"})
SERVER: Option = ("--server", {"required": True})

COMMANDS: tuple[tuple[str, Command, str, tuple[Option, ...]], ...] = (
    (
        "run",
        _run,
        "open the marketplace in demo mode on this machine",
        (
            DATA,
            ("--port", {"type": _port, "help": "where to listen on 127.0.0.1 (8000, or where it was last time)"}),
            ("--processes", {"type": _count, "default": 1, "help": "how many processes share the work (1)"}),
            ("--no-demo-data", {"action": "store_true", "help": "leave the shelves empty"}),
        ),
    ),
    ("stop", _stop, "close the marketplace that is open in the folder", (DATA,)),
    ("demo", _demo, "play the first sale against a box of its own, and end with the ledger", ()),
    (
        "api",
        _api,
        "run the API of one room, by the settings in the environment",
        (ROOM, ("--host", {"default": "127.0.0.1"}), ("--port", {"type": _port, "default": 8000})),
    ),
    ("worker", _worker, "run the worker of one room, by the settings in the environment", (ROOM,)),
    ("migrate", _migrate, "bring the database of one room to its newest shape", (ROOM,)),
    (
        "topics",
        _topics,
        "create on Kafka what deploy/topics.yaml lists and the brokers lack",
        (
            ("brokers", {"help": "host:port, with commas between"}),
            ("--replicas", {"type": int, "default": 1, "help": "on how many brokers each topic is kept (1)"}),
            ("--file", {"type": Path, "default": Path("deploy/topics.yaml"), "help": "the list of topics"}),
        ),
    ),
    ("asyncapi", _asyncapi, "print what the rooms tell each other, as an AsyncAPI 3.0 document", ()),
    ("operator", _operator, "make an account an operator of this marketplace", (("email", {}), BOX)),
    (
        "audit",
        _audit,
        "verify the registry's audit log, or name its first entry that was altered",
        (("what", {"choices": ["verify"]}), BOX),
    ),
    (
        "stock",
        _stock,
        "verify that every level of stock is what its journal explains, or name those that are not",
        (("what", {"choices": ["verify"]}), BOX),
    ),
    ("retry", _retry, "try again what a room has parked, once its cause is mended", (ROOM, BOX)),
    ("seed", _seed, "play the demo data into the one box (started by run)", (SERVER, DATA)),
)
