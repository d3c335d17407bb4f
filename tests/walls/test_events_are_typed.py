"""Events are classes with named, typed fields: no dict travels between rooms."""

import ast
from collections.abc import Iterator

import pytest

from tests.walls.house import Module, last_name, modules, planted

EVENT_BASES = {"Event", "Inbound"}
SHAPELESS = {"dict", "Dict", "Mapping", "MutableMapping", "Any", "object", "defaultdict", "JSON"}


def shapeless_events(module: Module) -> Iterator[str]:
    """Fields of events that could hold anything, and facts published as dicts."""
    wire = module.path.endswith(("events.py", "inbound.py"))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and (wire or EVENT_BASES & {last_name(base) for base in node.bases}):
            yield from _shapeless_fields(module, node)
        if isinstance(node, ast.Call) and last_name(node) == "publish" and any(map(_is_dict, node.args)):
            yield module.at(node, "publishes a dict")


def _shapeless_fields(module: Module, event: ast.ClassDef) -> Iterator[str]:
    for field in event.body:
        if isinstance(field, ast.AnnAssign) and "ClassVar" not in ast.unparse(field.annotation):
            names = {last_name(part) for part in ast.walk(field.annotation)}
            if names & SHAPELESS:
                yield module.at(field, f"{event.name}.{last_name(field.target)} has no shape")


def _is_dict(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Dict | ast.DictComp) or last_name(argument) in {"dict", "model_dump"}


def test_every_event_of_the_house_has_a_shape() -> None:
    rooms = ("services", "gateway", "storefront", "onebox")

    assert [finding for module in modules(*rooms) for finding in shapeless_events(module)] == []


@pytest.mark.parametrize(
    "source",
    [
        "class OrderPlaced(Event):\n    data: dict[str, object]",
        "class OrderPlaced(events.Event):\n    lines: list[Mapping[str, int]]",
        "class OrderPlaced(Inbound):\n    payload: Any",
        "publish(session, {'type': 'OrderPlaced'})",
        "publish(session, placed.model_dump())",
    ],
)
def test_a_planted_dict_is_found(source: str) -> None:
    assert list(shapeless_events(planted(source)))


def test_a_part_of_an_event_needs_a_shape_too() -> None:
    source = "class Line(BaseModel):\n    options: dict[str, str]"

    assert list(shapeless_events(planted(source, "services/orders/events.py")))
    assert not list(shapeless_events(planted(source, "services/orders/basket.py")))
