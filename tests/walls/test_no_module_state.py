"""Settings, engines, clients and buses are handed in: none is made when a module is imported."""

import ast
from collections.abc import Iterator

import pytest

from tests.walls.house import Module, last_name, modules, planted

MADE_AT_START = {
    "AsyncClient",
    "Client",
    "Database",
    "KafkaBus",
    "LocalBus",
    "Mailer",
    "Settings",
    "StripeClient",
    "Worker",
    "create_app",
    "create_async_engine",
    "create_engine",
    "create_pool",
    "create_worker",
    "async_sessionmaker",
}


def module_state(module: Module) -> Iterator[str]:
    """Things with a life of their own that a module makes for all who import it."""
    for statement in module.tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Call):
            made = last_name(statement.value)
            if made in MADE_AT_START or made.endswith("Settings"):
                yield module.at(statement, f"makes {made} at import")
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(statement):
                if isinstance(node, ast.Global):
                    yield module.at(node, f"{statement.name} keeps state in the module")


def test_no_module_of_the_house_keeps_state() -> None:
    assert [finding for module in modules() for finding in module_state(module)] == []


@pytest.mark.parametrize(
    "source",
    [
        "settings = Settings()",
        "engine = create_async_engine(URL)",
        "client: httpx.AsyncClient = httpx.AsyncClient()",
        "SETTINGS = OrdersSettings(demo=True)",
        "def start():\n    global producer\n    producer = 1",
    ],
)
def test_planted_state_is_found(source: str) -> None:
    assert list(module_state(planted(source)))


def test_what_is_made_in_a_function_is_not() -> None:
    assert not list(module_state(planted("def create():\n    settings = Settings()\n    return settings")))
