"""The shape of the payments database over time."""

from services.payments import charge, payee, transfer, webhooks
from services.payments.base import Base
from services.payments.bookkeeping import books

__all__ = ["books", "charge", "metadata", "payee", "transfer", "webhooks"]

metadata = Base.metadata
