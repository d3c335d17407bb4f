"""Mail to the holders of accounts, as the tasks that send it see it."""

from typing import Protocol


class MailSender(Protocol):
    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None: ...
