"""A fact leaves a room in the transaction that made it true: only the relay appends, rooms know `publish` alone."""

import ast
from collections.abc import Iterator

import pytest

from tests.walls.house import Module, modules, planted

RELAY = "chassis/outbox.py"
RUNS_THE_RELAY = {"chassis/worker.py", "chassis/testing.py"}
PRODUCING = {"send_batch", "send_and_wait"}
BUSES = {"chassis.local_bus", "chassis.kafka_bus"}


def ways_round_the_outbox(module: Module) -> Iterator[str]:
    """Calls that append to a bus, and imports that would let one."""
    if module.path != RELAY:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _produces(node) and module.path != "chassis/kafka_bus.py":
                yield module.at(node, "appends to a bus outside the relay")
            if isinstance(node, ast.ImportFrom):
                yield from _imports(module, node)


def _produces(call: ast.Call) -> bool:
    """A list's append takes one argument, a bus's two; so does that of HTTP headers, whose first is a plain name."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "append":
        headers = isinstance(call.func.value, ast.Attribute) and call.func.value.attr == "headers"
        return not headers and (len(call.args) > 1 or bool(call.keywords))
    return call.func.attr in PRODUCING


def _imports(module: Module, node: ast.ImportFrom) -> Iterator[str]:
    names = {alias.name for alias in node.names}
    if "publish" in names and node.module != "chassis.outbox":
        yield module.at(node, f"takes publish from {node.module}")
    if node.module == "chassis.outbox" and names - {"publish"} and not module.path.startswith("chassis/"):
        yield module.at(node, f"takes {', '.join(sorted(names - {'publish'}))} of the outbox")
    if node.module == "chassis.outbox" and "relay" in names and module.path not in RUNS_THE_RELAY:
        yield module.at(node, "runs the relay outside the worker")
    if node.module in BUSES and not module.path.startswith(("onebox/", "chassis/")):
        yield module.at(node, "makes a bus of its own")


def test_no_room_goes_round_the_outbox() -> None:
    """The batch of KafkaBus, itself the producer, and the buses' own definitions are what is left out."""
    assert [finding for module in modules() for finding in ways_round_the_outbox(module)] == []


@pytest.mark.parametrize(
    "source",
    [
        "async def place(bus):\n    await bus.append('orders.orders', [record])",
        "async def place(self):\n    await self._carrier.append(topic=TOPIC, records=records)",
        "async def place(producer):\n    await producer.send_and_wait(TOPIC, value)",
        "from chassis.outbox import relay",
        "from chassis.outbox import publish, write_facts",
        "from services.orders.shortcut import publish",
        "from chassis.kafka_bus import KafkaBus",
        "from chassis.local_bus import LocalBus",
    ],
)
def test_a_planted_way_round_is_found(source: str) -> None:
    assert list(ways_round_the_outbox(planted(source)))


@pytest.mark.parametrize(
    "source",
    ["from chassis.outbox import publish", "lines.append(line)", "response.headers.append('set-cookie', cookie)"],
)
def test_the_proper_way_is_not(source: str) -> None:
    assert not list(ways_round_the_outbox(planted(source)))
