"""The sandbox with one of its guards substituted away: `python -m tests.sandbox.without idempotency …`."""

import sys
from collections.abc import Callable

from starlette.types import ASGIApp

import sandbox.app
import sandbox.courier
import sandbox.stripe_api.idempotency
import sandbox.stripe_api.transfers
from sandbox.__main__ import main


def _page_guard() -> None:
    def unguarded(app: ASGIApp, **_: object) -> ASGIApp:
        return app

    sandbox.app.Guard = unguarded  # type: ignore[assignment, attr-defined]


def _idempotency() -> None:
    sandbox.stripe_api.idempotency._saved = lambda store, attempt: None
    sandbox.stripe_api.idempotency._save = lambda store, attempt, answer: None


def _remembering_deliveries() -> None:
    """Forgets a delivery when it is begun, as a queue in memory would."""
    due = sandbox.courier.Courier._due

    def forgetful(self: sandbox.courier.Courier) -> list[sandbox.courier.Delivery]:
        deliveries = due(self)
        for id, _, _ in deliveries:
            self._store.write("DELETE FROM deliveries WHERE id = ?", id)
        return deliveries

    sandbox.courier.Courier._due = forgetful  # type: ignore[method-assign]


GUARDS: dict[str, Callable[[], None]] = {
    "page-guard": _page_guard,
    "idempotency": _idempotency,
    "remembering": _remembering_deliveries,
}

if __name__ == "__main__":
    GUARDS[sys.argv.pop(1)]()
    sys.exit(main())
