"""A wish: somebody wants to be told when a variant can be had again, and at which address."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.secret_token import hashed, new_token
from services.orders.base import Base


class WishState(StrEnum):
    """asked: the address has not said yes. waiting: it has, or is that of the account that asked. telling: its mail is
    being sent; it waits again where the last ones were sold meanwhile. told: the mail is out.
    """

    ASKED = "asked"
    WAITING = "waiting"
    TELLING = "telling"
    TOLD = "told"


class Step(StrEnum):
    """What may become of a wish. want: by the account whose address it is. question: an address is asked whether it
    wants it. confirm: it says yes. tell: it is back. miss: it was gone again. sent: the mail is out.
    """

    WANT = "want"
    QUESTION = "question"
    CONFIRM = "confirm"
    TELL = "tell"
    MISS = "miss"
    SENT = "sent"


ASKED, WAITING, TELLING, TOLD = WishState

# Where each step leads from each state; from a state that is missing it leads nowhere, and nothing happens.
TRANSITIONS: Mapping[Step, Mapping[WishState, WishState]] = {
    Step.WANT: {ASKED: WAITING, TOLD: WAITING},
    Step.QUESTION: {ASKED: ASKED, TOLD: ASKED},
    Step.CONFIRM: {ASKED: WAITING},
    Step.TELL: {WAITING: TELLING},
    Step.MISS: {TELLING: WAITING},
    Step.SENT: {TELLING: TOLD},
}


class Wish(Base):
    """`email` is normalised. One that was told stays for as long as another one of its address waits: the link in its
    mail stops that one too. Then they are forgotten, and the address with them.
    """

    __tablename__ = "wishes"
    __table_args__ = (
        UniqueConstraint("email", "variant_id"),
        Index(None, "asked_by"),
        Index("ix_wishes_waiting", "asked_at", "id", postgresql_where=text("state = 'waiting'")),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in WishState)})", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(String(254))
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))

    def take(self, step: Step) -> bool:
        """Whether the step led anywhere."""
        after = TRANSITIONS[step].get(WishState(self.state))
        if after is not None:
            self.state = after
        return after is not None


class WishLink(Base):
    """A link in a mail about a wish: whoever holds it reads the mail of its address, so only its hash is kept."""

    __tablename__ = "wish_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    wish_id: Mapped[UUID] = mapped_column(ForeignKey("wishes.id", ondelete="CASCADE"), index=True)


def link_to(session: AsyncSession, wish: Wish) -> str:
    """A new link's token, which is kept nowhere."""
    token = new_token()
    session.add(WishLink(token_hash=hashed(token), wish_id=wish.id))
    return token
