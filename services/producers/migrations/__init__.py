"""The producers' tables, as their migrations see them."""

from services.producers import (
    application,
    audit,
    challenge,
    coop,
    document,
    evidence,
    invitation,
    packing,
    question,
    recheck,
    registration_check,
    requirements,
    standing_appeal,
)
from services.producers.base import Base
from services.producers.webhooks import delivery, endpoint

__all__ = [
    "application",
    "audit",
    "challenge",
    "coop",
    "delivery",
    "document",
    "endpoint",
    "evidence",
    "invitation",
    "metadata",
    "packing",
    "question",
    "recheck",
    "registration_check",
    "requirements",
    "standing_appeal",
]

metadata = Base.metadata
