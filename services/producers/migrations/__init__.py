"""The producers' tables, as their migrations see them."""

from services.producers import application, audit, challenge, coop, evidence, packing, question
from services.producers.base import Base

__all__ = ["application", "audit", "challenge", "coop", "evidence", "metadata", "packing", "question"]

metadata = Base.metadata
