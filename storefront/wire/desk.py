"""What staff of a co-op and the operator see: accounts, imports, keys, delivery prices and money."""

from datetime import datetime

from storefront.wire.reading import Money, Wire


class WorksFor(Wire):
    """`scopes` is what the role may do there."""

    coop_id: str
    role: str = ""
    scopes: frozenset[str] = frozenset()


class Me(Wire):
    id: str | None = None
    kind: str = "anonymous"
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
    operator: bool = False
    works_for: tuple[WorksFor, ...] = ()
    second_factor: str = "none"
    operator_withheld: bool = False
    withheld_from: tuple[str, ...] = ()

    @property
    def wants_factor(self) -> bool:
        """Whether there is more to this account than its session shows yet."""
        return self.operator_withheld or bool(self.withheld_from) or self.second_factor == "enrolled"

    def scopes_at(self, coop_id: str) -> frozenset[str] | None:
        """None where the visitor does not work for the co-op."""
        return next((work.scopes for work in self.works_for if work.coop_id == coop_id), None)

    def owns(self, coop_id: str) -> bool:
        return any(work.coop_id == coop_id and work.role == "owner" for work in self.works_for)


class Member(Wire):
    account_id: str
    email: str
    role: str
    joined_at: datetime


class OpenInvitation(Wire):
    id: str
    email: str
    role: str
    expires_at: datetime


class Staff(Wire):
    members: tuple[Member, ...] = ()
    invitations: tuple[OpenInvitation, ...] = ()


class Invitation(Wire):
    """What the holder of a link sees of it."""

    coop_slug: str
    coop_name: str
    coop_domain: str
    email: str
    role: str
    expires_at: datetime


class OpenSession(Wire):
    """`current` is the one that asks."""

    id: str
    device: str = ""
    opened_at: datetime
    seen_at: datetime
    current: bool = False


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


class FailedPicture(Wire):
    line: int
    url: str
    reason: str = ""


class ImportedPictures(Wire):
    named: int = 0
    fetched: int = 0
    waiting: int = 0
    failed: int = 0
    failures: tuple[FailedPicture, ...] = ()


class KeptPicture(Wire):
    digest: str


class HungPicture(Wire):
    """`shown` is its address; without one it is not fetched yet, or `state` and `reason` say why it cannot be."""

    digest: str | None = None
    url: str | None = None
    alt: str = ""
    variants: tuple[str, ...] = ()
    shown: str | None = None
    state: str = "shown"
    reason: str | None = None


class HungPictures(Wire):
    items: tuple[HungPicture, ...] = ()


class Import(Wire):
    id: str
    coop_id: str
    filename: str | None = None
    origin: str = "upload"
    dialect: str | None = None
    encoding: str = ""
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
    pictures: ImportedPictures = ImportedPictures()
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
