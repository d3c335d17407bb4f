"""The tables of the catalogue, as their migrations see them."""

from services.catalog import bundle, changes, coop, feed_address, importing, product, reservation, stock_journal
from services.catalog.base import Base
from services.catalog.pictures import picture

__all__ = [
    "bundle",
    "changes",
    "coop",
    "feed_address",
    "importing",
    "metadata",
    "picture",
    "product",
    "reservation",
    "stock_journal",
]

metadata = Base.metadata
