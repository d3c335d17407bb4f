"""Mail to buyers, as tasks: written down with the fact they tell of, sent afterwards, the same mail when sent again."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from chassis.database import Database
from chassis.mail import MailSender
from chassis.tasks import Task, TaskHandler, runs
from services.orders import letters
from services.orders.letters import Letter
from services.orders.order import Order
from services.orders.order_queries import read_order


class SendConfirmation(Task):
    kind: ClassVar[str] = "orders.confirmation"

    order_id: UUID
    token: str  # in the clear only here, until the mail is out; the database keeps its hash


class SendShipped(Task):
    kind: ClassVar[str] = "orders.shipped"

    order_id: UUID
    consignment_id: UUID
    token: str


class SendCancelled(Task):
    kind: ClassVar[str] = "orders.cancelled"

    order_id: UUID
    token: str


class SendRefunded(Task):
    kind: ClassVar[str] = "orders.refunded"

    order_id: UUID
    amount: int
    refunded: int  # in all, by then: tells two refunds of one amount apart
    token: str


MAILS: tuple[type[Task], ...] = (SendConfirmation, SendShipped, SendCancelled, SendRefunded)


@dataclass(frozen=True)
class Mails:
    database: Database
    mailer: MailSender
    public_url: str

    def handlers(self) -> list[TaskHandler[Any]]:
        return [
            runs(SendConfirmation, self.confirm),
            runs(SendShipped, self.tell_shipped),
            runs(SendCancelled, self.tell_cancelled),
            runs(SendRefunded, self.tell_refunded),
        ]

    async def confirm(self, task: SendConfirmation) -> None:
        order = await self._order(task.order_id)
        await self._send(order, letters.confirmation(order, self._link(order, task.token)), "paid")

    async def tell_shipped(self, task: SendShipped) -> None:
        order = await self._order(task.order_id)
        consignment = next(part for part in order.consignments if part.id == task.consignment_id)
        letter = letters.on_its_way(order, consignment, self._link(order, task.token))
        await self._send(order, letter, f"shipped.{consignment.id}")

    async def tell_cancelled(self, task: SendCancelled) -> None:
        order = await self._order(task.order_id)
        await self._send(order, letters.cancelled(order, self._link(order, task.token)), "cancelled")

    async def tell_refunded(self, task: SendRefunded) -> None:
        order = await self._order(task.order_id)
        letter = letters.refunded(order, task.amount, self._link(order, task.token))
        await self._send(order, letter, f"refunded.{task.refunded}")

    async def _order(self, order_id: UUID) -> Order:
        return await read_order(self.database, order_id)

    def _link(self, order: Order, token: str) -> str:
        return f"{self.public_url}/orders/{order.id}?token={token}"

    async def _send(self, order: Order, letter: Letter, about: str) -> None:
        """Nothing to somebody who has left since."""
        if order.buyer_is_erased:
            return
        await self.mailer.send(
            to=order.email, subject=letter.subject, text=letter.text, message_id=f"order.{order.id}.{about}"
        )
