"""what co-ops' own systems ask for: changes in their order"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("product_change_positions")))
    op.create_table(
        "product_changes",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("was_listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.product_id"], name=op.f("fk_product_changes_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_changes")),
    )
    # What is there already is what whoever reads along begins with.
    op.execute("""
        INSERT INTO product_changes (product_id, coop_id, position, was_listed)
        SELECT product_id, coop_id, nextval('product_change_positions'), state = 'listed'
        FROM (SELECT product_id, coop_id, state FROM products ORDER BY product_id) AS known
    """)
    op.create_index("ix_product_changes_by_position", "product_changes", ["position"], unique=True)
    op.create_index("ix_product_changes_of_coop", "product_changes", ["coop_id", "position"], unique=False)
    op.add_column("imports", sa.Column("origin", sa.String(), server_default="upload", nullable=False))
    op.create_check_constraint(op.f("ck_imports_origin"), "imports", "origin IN ('upload', 'api', 'feed')")
    op.create_table(
        "feed_addresses",
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("every", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("remove_missing", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("every IN ('hour', 'day')", name=op.f("ck_feed_addresses_every")),
        sa.CheckConstraint("policy IN ('all_or_nothing', 'skip', 'hold')", name=op.f("ck_feed_addresses_policy")),
        sa.CheckConstraint("state IN ('on', 'off', 'given_up')", name=op.f("ck_feed_addresses_state")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name=op.f("fk_feed_addresses_import_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("coop_id", name=op.f("pk_feed_addresses")),
    )
    op.create_index(
        "ix_feed_addresses_due", "feed_addresses", ["next_at"], postgresql_where=sa.text("state = 'on'"), unique=False
    )
