"""the journal of stock, what is sold when none is left, and what is made of other variants"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("variants", sa.Column("stock_version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("variants", sa.Column("policy", sa.String(), server_default="deny", nullable=False))
    op.create_check_constraint(
        op.f("ck_variants_policy"), "variants", "policy IN ('deny', 'back_order', 'made_to_order', 'bundle')"
    )
    op.add_column("variants", sa.Column("available_from", sa.Date(), nullable=True))
    op.add_column("variants", sa.Column("lead_days", sa.Integer(), nullable=True))
    op.create_table(
        "stock_journal",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=True),
        sa.Column("on_hand_change", sa.BigInteger(), nullable=False),
        sa.Column("reserved_change", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("variant_id", "entry", name=op.f("pk_stock_journal")),
    )
    # Variants that are there already begin with what they have now, so that their journals add up too.
    op.execute("""
        INSERT INTO stock_journal (variant_id, change, on_hand_change, reserved_change, on_hand, reserved, version)
        SELECT variant_id, 'opening', coalesce(on_hand, 0), reserved, on_hand, reserved, stock_version
        FROM variants WHERE on_hand IS NOT NULL OR reserved <> 0 ORDER BY variant_id
    """)
    op.create_table(
        "bundle_parts",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_bundle_parts_quantity")),
        sa.CheckConstraint("part_id <> bundle_id", name=op.f("ck_bundle_parts_not_itself")),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["variants.variant_id"], name=op.f("fk_bundle_parts_bundle_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bundle_id", "part_id", name=op.f("pk_bundle_parts")),
    )
    op.create_index("ix_bundle_parts_part_id", "bundle_parts", ["part_id"], unique=False)
