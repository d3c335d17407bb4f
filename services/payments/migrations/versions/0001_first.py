"""The first shape: charges, transfers, payees, the notices received, and the books with their guards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ledger.guards import GUARDS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "charges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "open",
                "captured",
                "voiding",
                "voided",
                "refunding",
                "refunded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("consignments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("intent_key", sa.String(), nullable=True),
        sa.Column("intent_key_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intent_ref", sa.String(), nullable=True),
        sa.Column("charge_ref", sa.String(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("fee_ref", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_key", sa.String(), nullable=True),
        sa.Column("refund_key_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_ref", sa.String(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_charges_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
        sa.UniqueConstraint("order_id", name=op.f("uq_charges_order_id")),
    )
    op.create_index(
        "ix_charges_fee_unknown",
        "charges",
        ["captured_at"],
        unique=False,
        postgresql_where="captured_at IS NOT NULL AND fee_ref IS NULL",
    )
    op.create_table(
        "guests",
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("guest_id", name=op.f("pk_guests")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("reference", name=op.f("uq_ledger_entries_reference")),
    )
    op.create_index(op.f("ix_ledger_entries_subject"), "ledger_entries", ["subject"], unique=False)
    op.create_table(
        "payees",
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("key_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_ref", sa.String(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("coop_id", name=op.f("pk_payees")),
    )
    op.create_table(
        "received_notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_notices")),
    )
    op.create_table(
        "ledger_postings",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_postings_not_zero")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_postings_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_ledger_postings")),
    )
    op.create_index(
        op.f("ix_ledger_postings_account_currency"),
        "ledger_postings",
        ["account", "currency"],
        unique=False,
        postgresql_include=["amount"],
    )
    op.create_table(
        "transfers",
        sa.Column("consignment_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held", "due", "made", "dropped", name="state", native_enum=False, create_constraint=True, length=16
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("key_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transfer_ref", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["charge_id"], ["charges.id"], name=op.f("fk_transfers_charge_id")),
        sa.PrimaryKeyConstraint("consignment_id", name=op.f("pk_transfers")),
    )
    op.create_index(op.f("ix_transfers_charge_id"), "transfers", ["charge_id"], unique=False)
    op.create_index(
        op.f("ix_transfers_coop_id_consignment_id"), "transfers", ["coop_id", "consignment_id"], unique=False
    )
    for guard in GUARDS:
        op.execute(guard)
