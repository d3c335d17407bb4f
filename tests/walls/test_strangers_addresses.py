"""Nothing but the safe client fetches an address: a stranger's URL cannot reach any other client of ours."""

import ast
from collections.abc import Iterator

import pytest

from tests.walls.house import Module, last_name, modules, planted

CLIENTS = {"aiohttp", "ftplib", "http.client", "httpcore", "httpx", "requests", "socket", "urllib.request", "urllib3"}
OPENERS = {"connect_tcp", "create_connection", "create_datagram_endpoint", "open_connection", "urlopen"}

# Each of these speaks to what the house's own settings name, and to nothing that a person typed.
ALLOWED = {
    "chassis/safe_client.py": {"connect_tcp", "httpcore"},
    "chassis/stand_in.py": {"connect_tcp", "httpcore"},
    "chassis/strangers.py": {"httpcore"},
    "chassis/testing.py": {"httpx"},
    "services/payments/stripe_adapter.py": {"aiohttp"},
    "services/producers/rdap_client.py": {"httpx"},
    "gateway/carrier_http.py": {"httpx"},
    "gateway/gathering.py": {"httpx"},
    "gateway/loopback.py": {"httpx"},
    "gateway/openapi.py": {"httpx"},
    "storefront/api.py": {"httpx"},
    "storefront/app.py": {"httpx"},
    "storefront/visit.py": {"httpx"},
}


def clients(module: Module) -> Iterator[tuple[str, str]]:
    """Each client that a module imports, and each connection it opens by itself, with where."""
    for node in ast.walk(module.tree):
        for name in _imported(node) & CLIENTS:
            yield name, module.at(node, f"imports {name}")
        if isinstance(node, ast.Call) and last_name(node) in OPENERS:
            yield last_name(node), module.at(node, f"calls {last_name(node)}")


def _imported(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            return {alias.name for alias in names}
        case ast.ImportFrom(module=str(source), names=names):
            return {source} | {f"{source}.{alias.name}" for alias in names}
        case _:
            return set()


def test_nothing_else_of_the_house_fetches_an_address() -> None:
    for module in modules("chassis", "ledger", "services", "gateway", "storefront"):
        found = [where for name, where in clients(module) if name not in ALLOWED.get(module.path, set())]

        assert found == []


def test_every_exception_is_still_one() -> None:
    used = {module.path: {name for name, _ in clients(module)} for module in modules()}

    assert {path: used.get(path) for path in ALLOWED} == ALLOWED


@pytest.mark.parametrize(
    "source",
    [
        "import httpx",
        "import httpx as h",
        "from httpx import AsyncClient",
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import urlopen",
        "from http import client",
        "import socket",
        "def fetch():\n    import requests",
        "async def fetch(host):\n    await asyncio.open_connection(host, 80)",
        "loop.create_connection(make, host, 80)",
    ],
)
def test_a_planted_client_is_found(source: str) -> None:
    assert list(clients(planted(source, "services/catalog/pictures.py")))


def test_reading_a_url_is_not_fetching_it() -> None:
    assert not list(clients(planted("from urllib.parse import urlsplit\nfrom chassis.safe_client import SafeClient\n")))
