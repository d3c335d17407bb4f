"""The gateway's tables, and how they came to be."""

from gateway import account, address_verification, api_key, membership, password_reset, session
from gateway.base import Base

__all__ = ["account", "address_verification", "api_key", "membership", "metadata", "password_reset", "session"]

metadata = Base.metadata
