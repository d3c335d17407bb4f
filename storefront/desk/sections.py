"""The parts of the desk and what each asks for: the navigation and the pages go by this one table."""

from dataclasses import dataclass
from typing import Final

PRODUCTS_MAY_CHANGE: Final = "catalog:write"


@dataclass(frozen=True)
class Section:
    """`key` is its part of the address, `scope` what the visitor's role must hold."""

    key: str
    label: str
    scope: str


SECTIONS: Final = (
    Section("products", "Products", "catalog:read"),
    Section("stock", "Stock", "catalog:read"),
    Section("imports", "Uploads", "catalog:write"),
    Section("consignments", "Parcels", "orders:read"),
    Section("delivery", "Delivery", "orders:write"),
    Section("money", "Money", "money:read"),
    Section("staff", "Staff", "staff:read"),
    Section("keys", "API keys", "keys:write"),
    Section("webhooks", "Webhooks", "shop:write"),
    Section("pause", "Holiday", "shop:write"),
    Section("standing", "Standing", "shop:read"),
)


def sections_for(may: frozenset[str]) -> tuple[Section, ...]:
    return tuple(section for section in SECTIONS if section.scope in may)


def scope_of(path: str) -> str | None:
    """What a page of the desk asks for: `/desk/{coop}/{section}/…`."""
    key = path.split("/")[3] if path.count("/") > 2 else ""
    return next((section.scope for section in SECTIONS if section.key == key), None)
