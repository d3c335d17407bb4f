"""The tables of the catalogue, as their migrations see them."""

from services.catalog import changes, coop, importing, product, reservation
from services.catalog.base import Base

__all__ = ["changes", "coop", "importing", "metadata", "product", "reservation"]

metadata = Base.metadata
