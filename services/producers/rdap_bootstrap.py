"""Which server speaks for a domain: IANA's bootstrap file (RFC 9224), and a dated copy for when it cannot be had."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

SNAPSHOT = Path(__file__).with_name("rdap_bootstrap.json")
GOOD_FOR = timedelta(hours=24)
TRIED_AGAIN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Bootstrap:
    """Base addresses by the domain they speak for, each ending in a slash."""

    publication: str
    bases: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, document: Any) -> Self:
        """Raises ValueError where it is no bootstrap file, or an empty one."""
        try:
            bases = {
                str(entry).lower(): [f"{str(url).rstrip('/')}/" for url in urls]
                for entries, urls in document["services"]
                for entry in entries
            }
            read = cls(str(document.get("publication", "")), bases)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError("this is no bootstrap file") from error
        if not read.bases:
            raise ValueError("this bootstrap file names nobody")
        return read

    @classmethod
    def snapshot(cls) -> Self:
        """The copy that came with this house: IANA's file as it was published on the date it tells."""
        return cls.read(json.loads(SNAPSHOT.read_text()))

    def base_of(self, domain: str) -> str | None:
        """Of the longest entry that the domain ends in, label by label; https where there is a choice."""
        labels = domain.lower().removesuffix(".").split(".")
        for start in range(len(labels)):
            if urls := self.bases.get(".".join(labels[start:])):
                return next((url for url in urls if url.startswith("https://")), urls[0])
        return None


@dataclass
class Known:
    """The bootstrap file as it was last had, and when it is to be asked for again."""

    bootstrap: Bootstrap
    ask_again_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        return self.ask_again_at is None or now >= self.ask_again_at

    def had(self, bootstrap: Bootstrap, now: datetime) -> None:
        self.bootstrap, self.ask_again_at = bootstrap, now + GOOD_FOR

    def not_had(self, now: datetime) -> None:
        """What is known stays good for as long as nothing better is had."""
        self.ask_again_at = now + TRIED_AGAIN_AFTER
