"""The one cookie of the marketplace: a signed guest, or the random token of a session."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from chassis.ids import new_id

_GUEST, _SESSION = "g.", "s."


@dataclass(frozen=True, slots=True)
class CookieJar:
    """Guests are stateless: their id carries the moment it was made, and the signature says that we made it."""

    secret: bytes
    https: bool
    guest_life: timedelta
    session_life: timedelta

    @property
    def name(self) -> str:
        # The prefix makes browsers refuse the cookie from a subdomain or without TLS; loopback has no TLS.
        return "__Host-toadlane" if self.https else "toadlane"

    def value_in(self, header: str) -> str | None:
        """Our cookie's value out of a Cookie header."""
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.name:
                return value
        return None

    def replaced_in(self, header: str | None, value: str) -> str:
        """The Cookie header as if the browser had sent this value."""
        others = [pair.strip() for pair in (header or "").split(";") if pair.strip()]
        kept = [pair for pair in others if pair.partition("=")[0] != self.name]
        return "; ".join([*kept, f"{self.name}={value}"])

    def new_guest(self) -> tuple[UUID, str]:
        guest_id = new_id()
        return guest_id, f"{_GUEST}{guest_id.hex}.{self._signature(guest_id)}"

    def guest_in(self, value: str, now: datetime) -> UUID | None:
        """The guest whom a value names, unless it is forged or too old."""
        if not value.startswith(_GUEST):
            return None
        text, _, signature = value[len(_GUEST) :].partition(".")
        try:
            guest_id = UUID(hex=text)
        except ValueError:
            return None
        if not hmac.compare_digest(signature.encode(), self._signature(guest_id).encode()):
            return None
        return guest_id if now - _made_at(guest_id) < self.guest_life else None

    def session_token_in(self, value: str) -> str | None:
        return value[len(_SESSION) :] if value.startswith(_SESSION) else None

    def set_guest(self, value: str) -> str:
        return self._set(value, self.guest_life)

    def set_session(self, token: str) -> str:
        return self._set(_SESSION + token, self.session_life)

    def clear(self) -> str:
        return self._set("", timedelta(0))

    def _set(self, value: str, life: timedelta) -> str:
        secure = "; Secure" if self.https else ""
        return f"{self.name}={value}; Path=/; Max-Age={int(life.total_seconds())}; HttpOnly; SameSite=Lax{secure}"

    def _signature(self, guest_id: UUID) -> str:
        return _signed(self.secret, guest_id)


@lru_cache(maxsize=10_000)
def _signed(secret: bytes, guest_id: UUID) -> str:
    """Remembered, because OpenSSL takes longer to find its algorithm than to use it, and a guest comes often."""
    digest = hmac.digest(secret, b"guest:" + guest_id.bytes, "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _made_at(guest_id: UUID) -> datetime:
    """A UUIDv7 begins with the milliseconds since 1970."""
    return datetime.fromtimestamp((guest_id.int >> 80) / 1000, UTC)
