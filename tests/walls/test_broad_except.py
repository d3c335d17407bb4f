"""`except Exception` stands in two places: where the worker parks or stops, and where the app answers and re-raises."""

import ast
from collections.abc import Iterator

import pytest

from tests.walls.house import Module, last_name, modules, planted

ALLOWED = {"chassis/worker.py": 1, "chassis/app.py": 1}
BROAD = {"Exception", "BaseException"}


def broad_handlers(module: Module) -> Iterator[str]:
    """Whatever would hide a failure nobody thought of; undoing something and raising again hides nothing."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _undoes(node):
            yield module.at(node, "catches everything")
        if isinstance(node, ast.Call) and last_name(node) == "suppress" and any(map(_is_broad, node.args)):
            yield module.at(node, "suppresses everything")


def _is_broad(caught: ast.expr | None) -> bool:
    classes = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return caught is None or any(last_name(one) in BROAD for one in classes)


def _undoes(handler: ast.ExceptHandler) -> bool:
    return last_name(handler.type) == "BaseException" and ast.dump(handler.body[-1]) == ast.dump(ast.Raise())


def test_only_the_two_boundaries_catch_everything() -> None:
    for module in modules():
        found = list(broad_handlers(module))

        assert len(found) <= ALLOWED.get(module.path, 0), found


@pytest.mark.parametrize(
    "handler", ["except Exception", "except", "except (ValueError, Exception) as e", "except BaseException"]
)
def test_a_planted_catch_all_is_found(handler: str) -> None:
    assert list(broad_handlers(planted(f"try:\n    work()\n{handler}:\n    pass\n")))


def test_planted_suppression_is_found_and_undoing_is_not() -> None:
    assert list(broad_handlers(planted("with contextlib.suppress(Exception):\n    work()\n")))
    assert not list(broad_handlers(planted("try:\n    work()\nexcept BaseException:\n    undo()\n    raise\n")))
