"""What guards an account, as its owner sees it."""

from datetime import datetime
from typing import Any

from storefront.wire.reading import Wire


class Factor(Wire):
    id: str
    kind: str
    name: str = ""
    added_at: datetime | None = None
    used_at: datetime | None = None


class FactorList(Wire):
    """`confirmed` says whether they may be changed right now."""

    items: tuple[Factor, ...] = ()
    recovery_codes_left: int = 0
    confirmed: bool = False

    def has(self, kind: str) -> bool:
        return any(factor.kind == kind for factor in self.items)


class BegunApp(Wire):
    id: str
    account: str
    secret: str
    uri: str


class RecoveryCodes(Wire):
    recovery_codes: tuple[str, ...] = ()


class PasskeyOptions(Wire):
    """For the browser, which alone understands them."""

    options: dict[str, Any]
