"""Asking an address whether what it has is still the same (RFC 9110, conditional requests)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

NOT_MODIFIED = 304
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer says of itself, as far as it may be sent back as it came."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        return cls(_fit(headers.get("etag", "")), _fit(headers.get("last-modified", "")))

    @property
    def headers(self) -> dict[str, str]:
        """To be sent with the next request."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value is not None}


def _fit(told: str) -> str | None:
    return told if told and len(told) <= LONGEST and told.isascii() and told.isprintable() else None
