"""An import: a file a co-op handed in, what it would change, and what became of every row of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Conflict
from services.catalog.assortment.draft import ProductDraft
from services.catalog.base import Base
from services.catalog.formats.layout import Layout


class ImportState(StrEnum):
    """A failed or cancelled one has imported nothing, unless it was cancelled while it ran."""

    QUEUED = "queued"
    READING = "reading"
    CHECKING = "checking"
    READY = "ready"
    RUNNING = "running"
    HELD = "held_back"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


S = ImportState
# READY waits for a word to begin, HELD for a word to publish; both are said by staff.
MOVES: Mapping[ImportState, frozenset[ImportState]] = {
    S.QUEUED: frozenset({S.READING, S.FAILED, S.CANCELLED}),
    S.READING: frozenset({S.CHECKING, S.FAILED, S.CANCELLED}),
    S.CHECKING: frozenset({S.READY, S.RUNNING, S.FAILED, S.CANCELLED}),
    S.READY: frozenset({S.RUNNING, S.CANCELLED}),
    S.RUNNING: frozenset({S.HELD, S.DONE, S.CANCELLED}),
    S.HELD: frozenset({S.RUNNING, S.CANCELLED}),
    S.DONE: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
}
FINISHED = {state for state, moves in MOVES.items() if not moves}
WAITING = {S.READY, S.HELD}


class Policy(StrEnum):
    """What is done with a file that has bad rows. `hold` skips them, and publishes nothing until staff say so."""

    ALL_OR_NOTHING = "all_or_nothing"
    SKIP = "skip"
    HOLD = "hold"


class Origin(StrEnum):
    """How a file came: by a form, by a co-op's own system, or fetched from its feed address."""

    UPLOAD = "upload"
    API = "api"
    FEED = "feed"


# More than one in so many of the co-op's imported products, and more than so few: then a removal is asked about first.
ONE_IN = 5
FEW = 5


class NotPossibleNow(Conflict):
    code = "not_possible_now"
    title = "The import is not at that point"


class Import(Base):
    """`products_done` is how far it got: after a crash it goes on from there. `position` and `line` are of the file."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in ImportState)})", name="state"),
        CheckConstraint(f"origin IN ({', '.join(repr(str(origin)) for origin in Origin)})", name="origin"),
        CheckConstraint(f"policy IN ({', '.join(repr(str(policy)) for policy in Policy)})", name="policy"),
        Index("ix_imports_of_coop", "coop_id", "import_id"),
    )

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    coop_id: Mapped[UUID]
    filename: Mapped[str] = mapped_column(String)
    origin: Mapped[str] = mapped_column(String, server_default=Origin.UPLOAD)
    dialect: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    currency: Mapped[str] = mapped_column(String(3))
    policy: Mapped[str] = mapped_column(String, server_default=Policy.SKIP)
    dry_run: Mapped[bool] = mapped_column(server_default=text("false"))
    remove_missing: Mapped[bool] = mapped_column(server_default=text("false"))
    removal_confirmed: Mapped[bool] = mapped_column(server_default=text("false"))
    published: Mapped[bool] = mapped_column(server_default=text("false"))
    layout: Mapped[dict[str, object]] = mapped_column(JSON, server_default=text("'{}'"))
    size: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    line: Mapped[int] = mapped_column(server_default=text("1"))
    rows_total: Mapped[int] = mapped_column(server_default=text("0"))
    rows_done: Mapped[int] = mapped_column(server_default=text("0"))
    rows_rejected: Mapped[int] = mapped_column(server_default=text("0"))
    problems_total: Mapped[int] = mapped_column(server_default=text("0"))
    products_checked: Mapped[int] = mapped_column(server_default=text("0"))
    products_done: Mapped[int] = mapped_column(server_default=text("0"))
    planned_new: Mapped[int] = mapped_column(server_default=text("0"))
    planned_changed: Mapped[int] = mapped_column(server_default=text("0"))
    planned_unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    missing: Mapped[int] = mapped_column(server_default=text("0"))
    missing_of: Mapped[int] = mapped_column(server_default=text("0"))
    products_created: Mapped[int] = mapped_column(server_default=text("0"))
    products_updated: Mapped[int] = mapped_column(server_default=text("0"))
    products_unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    products_removed: Mapped[int] = mapped_column(server_default=text("0"))
    variants: Mapped[int] = mapped_column(server_default=text("0"))
    failure: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    def move(self, state: ImportState, now: datetime) -> None:
        """Raises NotPossibleNow where the table has no such move."""
        if state not in MOVES[ImportState(self.state)]:
            raise NotPossibleNow(f"The import is {self.state}.", state=self.state)
        self.state = state
        if state in FINISHED:
            self.finished_at = now

    @property
    def is_over(self) -> bool:
        return self.state in FINISHED

    @property
    def read_layout(self) -> Layout:
        return Layout.model_validate(self.layout)

    @property
    def encoding(self) -> str:
        return self.read_layout.encoding

    @property
    def asks_about_removal(self) -> bool:
        """It would take off sale so much, or by a file of which so little is sure, that a mistake is likely."""
        if not self.remove_missing or self.removal_confirmed or not self.missing:
            return False
        return bool(self.rows_rejected) or self.missing > max(FEW, self.missing_of // ONE_IN)

    @property
    def holds_back(self) -> bool:
        """This pass brings new products as drafts only; all else waits until it is published."""
        return self.policy == Policy.HOLD and not self.published

    @property
    def obstacle(self) -> str | None:
        """Why it may not begin as things stand, for people."""
        if self.policy == Policy.ALL_OR_NOTHING and self.rows_rejected:
            rows = "1 row was" if self.rows_rejected == 1 else f"{self.rows_rejected} rows were"
            return f"{rows} rejected, and all were to be taken or none. Nothing was imported."
        if self.asks_about_removal:
            return f"{self.missing} of {self.missing_of} products are not in the file: confirm to take them off sale."
        return None


class ImportPiece(Base):
    """The file itself as UTF-8, in pieces of one size, kept until it is read."""

    __tablename__ = "import_pieces"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.import_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class ImportRow(Base):
    """A row as it stood, until its product is known to be good; those of products with a rejected row are kept.

    Whether a bundle is good is known for sure when it is taken.

    `key` is the product it belongs to. `reason` says why it is not taken.
    """

    __tablename__ = "import_rows"
    __table_args__ = (Index("ix_import_rows_of_product", "import_id", "key"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.import_id", ondelete="CASCADE"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    key: Mapped[str | None] = mapped_column(String)
    cells: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(String)


DRAFT: TypeAdapter[ProductDraft] = TypeAdapter(ProductDraft)
"""A product of a file as it waits to be taken."""


class ImportProduct(Base):
    """What the file says of one product, and what that would make of ours; `draft` is kept until it is taken.

    `unplaced` is the category in the file's words where none of ours was found.
    """

    __tablename__ = "import_products"
    __table_args__ = (
        Index("ix_import_products_by_key", "import_id", "key"),
        Index(
            "ix_import_products_by_outcome",
            "import_id",
            "outcome",
            "position",
            postgresql_where=text("outcome IS NOT NULL"),
        ),
        Index("ix_import_products_unplaced", "import_id", "unplaced", postgresql_where=text("unplaced <> ''")),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.import_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String)
    line: Mapped[int]
    rows: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(String)
    title: Mapped[str] = mapped_column(String, server_default=text("''"))
    unplaced: Mapped[str | None] = mapped_column(String)
    draft: Mapped[str | None] = mapped_column(String)


class ImportProblem(Base):
    """One thing to say about one row."""

    __tablename__ = "import_problems"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.import_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    column: Mapped[str] = mapped_column("column_name", String)
    value: Mapped[str] = mapped_column(String)
    reason: Mapped[str] = mapped_column(String)
    advice: Mapped[str] = mapped_column(String, server_default=text("''"))
    severity: Mapped[str] = mapped_column(String)
