"""The mail folder as pages, and as JSON for those who wait for a mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.mail.links import links
from sandbox.mail.mailbox import Entry, Mailbox
from sandbox.pages import Pages


def mail_routes(mailbox: Mailbox, pages: Pages) -> Sequence[BaseRoute]:
    handler = _MailPages(mailbox, pages)
    return [
        Route("/mail", handler.index),
        Route("/mail/messages.json", handler.messages),
        Route("/mail/{id}", handler.message),
    ]


@dataclass(frozen=True)
class _MailPages:
    mailbox: Mailbox
    pages: Pages

    async def index(self, request: Request) -> Response:
        to = request.query_params.get("to", "")
        return self.pages.draw("mails.html", entries=self.mailbox.entries(to or None), to=to)

    async def message(self, request: Request) -> Response:
        letter = self.mailbox.open(request.path_params["id"])
        if letter is None:
            return self.pages.draw("missing.html", status=404, what="There is no such mail.")
        return self.pages.draw("mail.html", letter=letter)

    async def messages(self, request: Request) -> Response:
        """Newest first, at most a hundred; `to` is one envelope recipient."""
        entries = self.mailbox.entries(request.query_params.get("to"))
        return JSONResponse({"messages": [found for entry in entries if (found := self._full(entry))]})

    def _full(self, entry: Entry) -> dict[str, object] | None:
        letter = self.mailbox.open(entry.id)
        if letter is None:
            return None
        return {
            "id": entry.id, "received_at": entry.received.isoformat(), "from": entry.sender,
            "to": list(entry.recipients), "subject": entry.subject, "text": letter.text, "html": letter.html,
            "links": links(letter.text),
        }  # fmt: skip
