"""The tables of the catalogue, as their migrations see them."""

from services.catalog import coop, product
from services.catalog.assortment import changes
from services.catalog.base import Base
from services.catalog.imports import feed_address, importing
from services.catalog.pictures import picture
from services.catalog.stock import bundle, journal, reservation, sold_out

__all__ = [
    "bundle",
    "changes",
    "coop",
    "feed_address",
    "importing",
    "journal",
    "metadata",
    "picture",
    "product",
    "reservation",
    "sold_out",
]

metadata = Base.metadata
