"""A balanced entry: what is posted, and what must hold of it before it reaches the books."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from uuid import UUID


class LedgerError(Exception):
    """The books refuse: what was to be posted contradicts itself or what is posted already."""


class NotMinorUnits(LedgerError):
    """An amount is not a whole number of the currency's smallest unit."""


class Unbalanced(LedgerError):
    """The postings of an entry do not sum to zero in each currency."""


class ReferenceReused(LedgerError):
    """The reference is posted already, with another content."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line: `amount` in minor units, debit positive and credit negative."""

    account: str
    amount: int
    currency: str

    def __post_init__(self) -> None:
        # bool is an int to Python, and a float slips through any annotation at run time.
        if type(self.amount) is not int:
            raise NotMinorUnits(f"{self.amount!r} on {self.account} is not an integer")
        if self.amount == 0:
            raise LedgerError(f"a posting of nothing on {self.account}")


@dataclass(frozen=True)
class Entry:
    """Postings that stand or fall together; `reference` names the cause, and a cause is posted once."""

    reference: str
    kind: str
    subject: UUID
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if not self.postings:
            raise Unbalanced(f"{self.reference} has no postings")
        sums: Counter[str] = Counter()
        for posting in self.postings:
            sums[posting.currency] += posting.amount
        if off := {currency: amount for currency, amount in sums.items() if amount}:
            raise Unbalanced(f"{self.reference} is off balance by {off}")

    @cached_property
    def digest(self) -> bytes:
        """Tells whether two entries of one reference say the same, whatever the order of their postings."""
        lines = sorted(f"{one.account}\x1f{one.amount}\x1f{one.currency}" for one in self.postings)
        return sha256("\x1e".join([self.kind, str(self.subject), *lines]).encode()).digest()


def entry(reference: str, kind: str, subject: UUID, currency: str, lines: Iterable[tuple[str, int]]) -> Entry:
    """An entry in one currency; lines that move nothing are left out."""
    postings = tuple(Posting(account, amount, currency) for account, amount in lines if amount)
    return Entry(reference, kind, subject, postings)
