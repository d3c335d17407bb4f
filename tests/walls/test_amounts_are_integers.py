"""Money is counted in whole minor units: no float comes near an amount, in annotations, columns or arithmetic."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.walls.house import Module, last_name, modules, planted

AMOUNTS = {
    "amount",
    "balance",
    "delivery",
    "discount",
    "fee",
    "goods",
    "payable",
    "payout",
    "price",
    "refund",
    "refunded",
    "revenue",
    "share",
    "subtotal",
    "tax",
    "total",
    "transfer",
}
FLOATS = {"float", "Float", "Double", "DOUBLE", "DOUBLE_PRECISION", "REAL", "Numeric", "NUMERIC"}


def float_amounts(module: Module) -> Iterator[str]:
    """Where an amount could get a fraction."""
    for node in ast.walk(module.tree):
        if name := _amount_made_float(node):
            yield module.at(node, f"{name} is an amount and may be no float")


def _amount_made_float(node: ast.AST) -> str:
    match node:
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            return _if(_mentions_float(annotation) or _makes_float(value), target)
        case ast.arg(arg=name, annotation=annotation):
            return _if(_mentions_float(annotation), ast.Name(name))
        case ast.Assign(targets=[target], value=value):
            return _if(_makes_float(value), target)
        case ast.keyword(arg=str(name), value=value):
            return _if(_makes_float(value), ast.Name(name))
        case ast.FunctionDef(name=name, returns=returns) | ast.AsyncFunctionDef(name=name, returns=returns):
            return _if(_mentions_float(returns), ast.Name(name))
        case ast.Call(func=ast.Name(id="float"), args=[argument]):
            return _if(True, argument)
        case ast.BinOp(op=ast.Div(), left=left, right=right) if not _is_text(right):
            return _if(True, left) or _if(True, right)
        case ast.AugAssign(op=ast.Div(), target=target):
            return _if(True, target)
        case _:
            return ""


def _if(violated: bool, node: ast.expr) -> str:
    name = last_name(node)
    words = {word.removesuffix("s") if word != "goods" else word for word in re.split(r"_|(?<=[a-z])(?=[A-Z])", name)}
    return name if violated and AMOUNTS & {word.lower() for word in words} else ""


def _is_text(node: ast.expr) -> bool:
    """What is divided by text is a path."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _mentions_float(annotation: ast.expr | None) -> bool:
    return annotation is not None and any(last_name(part) in FLOATS for part in ast.walk(annotation))


def _makes_float(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=float()):
            return True
        case ast.Call(func=function, args=arguments):
            columns = {"mapped_column", "Column"}
            return last_name(function) == "float" or (
                last_name(function) in columns and any(_mentions_float(argument) for argument in arguments)
            )
        case _:
            return False


def test_no_amount_of_the_house_is_a_float() -> None:
    assert [finding for module in modules() for finding in float_amounts(module)] == []


@pytest.mark.parametrize(
    "source",
    [
        "price: float",
        "class Line:\n    unit_price: Mapped[float]",
        "amount = mapped_column(Float)",
        "total: Mapped[int] = mapped_column(Numeric(10, 2))",
        "def split(goods: float): ...",
        "async def fee_of(order) -> float: ...",
        "x = float(order.total)",
        "half = order.total / 2",
        "share = 12 / order.delivery",
        "fee /= 2",
        "charge(amount=9.99)",
        "discount = 0.1",
        "prices: list[float]",
    ],
)
def test_a_planted_float_amount_is_found(source: str) -> None:
    assert list(float_amounts(planted(source)))


@pytest.mark.parametrize(
    "source", ["timeout: float = 1.0", "share = total // 2", "path = GOODS / f'{shop}'", "amount: int", "rate = 0.5"]
)
def test_what_is_no_amount_may_be_a_float(source: str) -> None:
    assert not list(float_amounts(planted(source)))
