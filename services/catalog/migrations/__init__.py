"""The tables of the catalogue, as their migrations see them."""

from services.catalog import coop, importing, product, reservation
from services.catalog.base import Base
from services.catalog.pictures import picture

__all__ = ["coop", "importing", "metadata", "picture", "product", "reservation"]

metadata = Base.metadata
