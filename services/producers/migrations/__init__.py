"""The producers' tables, as their migrations see them."""

from services.producers import application, challenge, coop, evidence, packing
from services.producers.base import Base

__all__ = ["application", "challenge", "coop", "evidence", "metadata", "packing"]

metadata = Base.metadata
