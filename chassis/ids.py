"""Identifiers that sort by the moment they were made (UUIDv7, RFC 9562)."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7: unique without asking anybody, and kind to B-tree indexes."""
    return UUID(int=uuid_utils.uuid7().int)
