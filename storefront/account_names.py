"""The ledger's accounts by the names people know them by."""

from collections.abc import Iterable, Mapping
from typing import Final

from storefront.wire.coops import Coop

NAMES: Final = {
    "stripe:balance": "Held by the payment provider",
    "marketplace:fees": "Fees of the marketplace",
    "processor:fees": "Fees of the payment provider",
    "refunds:due": "Refunds that are due",
}


class AccountNames:
    """`names(account)` is empty for an account that has no other name than its own."""

    def __init__(self, coops: Iterable[Coop]) -> None:
        self._coops: Mapping[str, str] = {coop.id: coop.name for coop in coops}

    def __call__(self, account: str) -> str:
        kind, _, rest = account.partition(":")
        if kind == "coop" and (coop := self._coops.get(rest.partition(":")[0])):
            return f"Owed to {coop}"
        return NAMES.get(account, "")
