"""The tables of the catalogue, as their migrations see them."""

from services.catalog import changes, coop, feed_address, importing, product, reservation
from services.catalog.base import Base

__all__ = ["changes", "coop", "feed_address", "importing", "metadata", "product", "reservation"]

metadata = Base.metadata
