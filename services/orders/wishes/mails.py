"""The two mails about a wish, as tasks: the question whether the address wants it, and the news."""

from typing import ClassVar
from uuid import UUID

from chassis.tasks import Task


class ConfirmWish(Task):
    kind: ClassVar[str] = "orders.confirm_wish"

    wish_id: UUID
    token: str  # in the clear only here, until the mail is out


class TellWisher(Task):
    kind: ClassVar[str] = "orders.tell_wisher"

    wish_id: UUID
    token: str


WISH_MAILS: tuple[type[Task], ...] = (ConfirmWish, TellWisher)
