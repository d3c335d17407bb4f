"""What staff of a co-op and the operator see: accounts, imports, keys, delivery prices and money."""

from datetime import datetime

from storefront.wire.reading import Money, Wire


class WorksFor(Wire):
    coop_id: str
    role: str = ""


class Me(Wire):
    id: str | None = None
    kind: str = "anonymous"
    email: str | None = None
    name: str | None = None
    operator: bool = False
    works_for: tuple[WorksFor, ...] = ()


class RowProblem(Wire):
    line: int | None = None
    column: str | None = None
    value: str | None = None
    reason: str
    advice: str = ""
    severity: str = "rejected"


class PlannedProduct(Wire):
    """What the file would make of one product: new, changed, unchanged or rejected."""

    line: int
    key: str
    title: str = ""
    rows: int = 1
    outcome: str | None = None


class Import(Wire):
    id: str
    coop_id: str
    filename: str | None = None
    dialect: str | None = None
    state: str
    currency: str | None = None
    rows_total: int | None = None
    rows_done: int = 0
    products_created: int = 0
    products_updated: int = 0
    products_unchanged: int = 0
    variants: int = 0
    rows_rejected: int = 0
    policy: str = "skip"
    remove_missing: bool = False
    problems_total: int = 0
    planned_new: int = 0
    planned_changed: int = 0
    planned_unchanged: int = 0
    missing: int = 0
    products_removed: int = 0
    problems: tuple[RowProblem, ...] = ()
    sample: tuple[PlannedProduct, ...] = ()
    unplaced: tuple[str, ...] = ()
    failure: str | None = None
    obstacle: str | None = None
    asks_about_removal: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_going_on(self) -> bool:
        return self.state in {"queued", "reading", "checking", "running"}

    @property
    def was_taken(self) -> bool:
        """Something of it may stand on the shelf."""
        return self.state in {"running", "done", "cancelled"}

    def of(self, outcome: str) -> list[PlannedProduct]:
        return [one for one in self.sample if one.outcome == outcome]


class ApiKey(Wire):
    """`key` is present only in the answer that made it."""

    id: str
    name: str = ""
    scopes: tuple[str, ...] = ()
    ending: str = ""
    key: str | None = None
    made_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class Rate(Wire):
    country: str
    price: Money


class Delivery(Wire):
    coop_id: str | None = None
    rates: tuple[Rate, ...] = ()


class Transfer(Wire):
    order_id: str
    consignment_id: str | None = None
    amount: Money
    state: str = ""
    created_at: datetime | None = None


class Payee(Wire):
    coop_id: str | None = None
    account_ref: str | None = None
    enabled: bool = False
    balance: Money | None = None
    transfers: tuple[Transfer, ...] = ()


class Posting(Wire):
    account: str
    amount: int
    currency: str


class Entry(Wire):
    id: str
    kind: str
    reference: str | None = None
    posted_at: datetime | None = None
    postings: tuple[Posting, ...] = ()


class Balances(Wire):
    balances: tuple[Posting, ...] = ()
    balanced: bool = True
