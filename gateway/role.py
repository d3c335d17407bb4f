"""What each role at a co-op may do, in the same scopes that bind its keys: one table, and nowhere else."""

from collections.abc import Mapping
from enum import StrEnum

OWNER = "owner"


class Scope(StrEnum):
    """What a key can be made for."""

    CATALOG_READ = "catalog:read"
    CATALOG_WRITE = "catalog:write"
    STOCK_WRITE = "stock:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    MONEY_READ = "money:read"
    SHOP_READ = "shop:read"
    SHOP_WRITE = "shop:write"


STAFF_READ, STAFF_WRITE, KEYS_WRITE = "staff:read", "staff:write", "keys:write"
"""What no key holds: who works here and which keys there are is decided by people, so that a leaked one ends."""

_EVERYBODY = frozenset({Scope.CATALOG_READ, Scope.SHOP_READ, STAFF_READ})

ROLES: Mapping[str, frozenset[str]] = {
    OWNER: _EVERYBODY | set(Scope) | {STAFF_WRITE, KEYS_WRITE},
    "catalogue": _EVERYBODY | {Scope.CATALOG_WRITE, Scope.STOCK_WRITE},
    "fulfilment": _EVERYBODY | {Scope.ORDERS_READ, Scope.ORDERS_WRITE},
    # No orders: what is owed is told without the addresses of those who bought.
    "finance": _EVERYBODY | {Scope.MONEY_READ},
}

# Whose word moves a co-op's money.
NEED_A_SECOND_FACTOR = frozenset((OWNER, "finance"))


def scopes_of(role: str) -> frozenset[str]:
    """Nothing for a role that this version does not know."""
    return ROLES.get(role, frozenset())
