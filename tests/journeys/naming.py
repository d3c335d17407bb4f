"""Requests written down before what they are about is there: names in braces, put in when they are sent."""

from collections.abc import Mapping
from typing import Any


def named(value: Any, names: Mapping[str, str]) -> Any:
    """The same with every name in braces put in."""
    if isinstance(value, dict):
        return {key: named(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [named(one, names) for one in value]
    if isinstance(value, str):
        for name, meant in names.items():
            value = value.replace(f"{{{name}}}", meant)
    return value
