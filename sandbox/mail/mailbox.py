"""Mails as .eml files in a folder, with an index to find them by recipient."""

import email.policy
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from sandbox.store import Clock, Store


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    id: str
    received: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str


@dataclass(frozen=True)
class Letter:
    """A mail that was opened: its words as text, and its source."""

    entry: Entry
    text: str
    html: str | None
    source: str


class Mailbox:
    def __init__(self, store: Store, folder: Path, clock: Clock) -> None:
        self._store, self._folder, self._clock = store, folder, clock
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """First the whole file, then its entry: what was promised to the sender is there after a kill."""
        received, sender, recipients = self._clock(), _clean(sender), [_clean(recipient) for recipient in recipients]
        id = f"{datetime.fromtimestamp(received, UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(6)}"
        part = self._folder / f"{id}.part"
        part.write_bytes(_envelope(sender, recipients) + content)
        part.rename(self._path(id))
        subject = _clean(str(_parsed(content).get("subject", "") or ""))
        with self._store.transaction():
            sql = "INSERT INTO mails (id, received, sender, subject) VALUES (?, ?, ?, ?)"
            mail = self._store.write(sql, id, received, sender, subject)
            rows = [(address, mail) for address in {recipient.lower() for recipient in recipients}]
            self._store.write_all("INSERT INTO mail_recipients (address, mail) VALUES (?, ?)", rows)

    def entries(self, to: str | None = None, *, limit: int = 100) -> list[Entry]:
        """Newest first."""
        chosen = "WHERE m.seq IN (SELECT mail FROM mail_recipients WHERE address = ?) " if to else ""
        rows = self._store.rows(
            "SELECT m.id, m.received, m.sender, m.subject, group_concat(r.address, ' ') FROM "  # noqa: S608 – no input in it
            f"(SELECT * FROM mails m {chosen}ORDER BY m.seq DESC LIMIT ?) m "
            "LEFT JOIN mail_recipients r ON r.mail = m.seq GROUP BY m.seq ORDER BY m.seq DESC",
            *([to.strip().lower()] if to else []), limit,
        )  # fmt: skip
        return [_entry(*row) for row in rows]

    def open(self, id: str) -> Letter | None:
        row = self._store.row(
            "SELECT m.id, m.received, m.sender, m.subject, group_concat(r.address, ' ') FROM mails m "
            "LEFT JOIN mail_recipients r ON r.mail = m.seq WHERE m.id = ? GROUP BY m.seq",
            id,
        )
        # Only an id that the index knows becomes a path.
        if row is None or not self._path(row[0]).exists():
            return None
        content = self._path(row[0]).read_bytes()
        message = _parsed(content)
        source = content.decode("utf-8", "replace")
        return Letter(_entry(*row), _part(message, "plain") or "", _part(message, "html"), source)

    def _path(self, id: str) -> Path:
        return self._folder / f"{id}.eml"


def _entry(id: str, received: float, sender: str, subject: str, recipients: str | None) -> Entry:
    return Entry(id, datetime.fromtimestamp(received, UTC), sender, tuple((recipients or "").split()), subject)


def _envelope(sender: str, recipients: Sequence[str]) -> bytes:
    """The envelope is not in the mail itself: a blind copy's recipient stands nowhere else."""
    lines = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _clean(text: str) -> str:
    """Bytes that were no UTF-8 come as lone surrogates, which no database takes."""
    return text.encode("utf-8", "replace").decode()


def _parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _part(message: EmailMessage, kind: str) -> str | None:
    body = message.get_body((kind,))
    if body is None:
        return None
    charset = body.get_content_charset("utf-8")
    payload = body.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        # The name of the encoding is the sender's, and may be anything.
        return data.decode("utf-8", "replace")
