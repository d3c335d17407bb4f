"""The house as its walls see it: modules parsed, never imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("chassis", "ledger", "services", "gateway", "storefront", "sandbox", "onebox")


@dataclass(frozen=True)
class Module:
    """One file of the house; `path` is relative to its root."""

    path: str
    tree: ast.Module

    def at(self, node: ast.AST, what: str) -> str:
        """A finding as a compiler would print it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {what}"


def modules(*rooms: str) -> Iterator[Module]:
    """The modules of some rooms, or of all."""
    for room in rooms or ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            path = str(file.relative_to(ROOT))
            yield Module(path, ast.parse(file.read_text(), path))


def planted(source: str, path: str = "services/orders/planted.py") -> Module:
    """A module made up for a negative control."""
    return Module(path, ast.parse(source, path))


def last_name(node: ast.AST | None) -> str:
    """The name a name, an attribute or a call ends in: `c` of `a.b.c(...)`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
            return last_name(inner)
        case _:
            return ""
