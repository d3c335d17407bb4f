"""Sharing out an amount by weights so that no unit is lost: the largest remainder method (Hamilton)."""

from collections.abc import Mapping
from typing import Any, TypeVar

Id = TypeVar("Id", bound=Any)


class NothingToShareBy(ValueError):
    """There is an amount to share out, but no weight to share it by."""


def apportion(total: int, weights: Mapping[Id, int]) -> dict[Id, int]:
    """Parts that sum to `total`, each within one unit of its exact share; ties go to the smallest id."""
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight cannot be negative")
    whole = sum(weights.values())
    if whole == 0 and total != 0:
        raise NothingToShareBy(f"{total} cannot be shared out among weights of zero")
    sign = -1 if total < 0 else 1
    exact = {id_: divmod(abs(total) * weight, whole or 1) for id_, weight in weights.items()}
    left_over = abs(total) - sum(quotient for quotient, _ in exact.values())
    first_served = sorted(exact, key=lambda id_: (-exact[id_][1], id_))[:left_over]
    parts = {id_: quotient for id_, (quotient, _) in exact.items()}
    for id_ in first_served:
        parts[id_] += 1
    return {id_: sign * part for id_, part in parts.items()}
