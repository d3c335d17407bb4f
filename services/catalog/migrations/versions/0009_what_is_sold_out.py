"""What other rooms were told is sold out; what is so already is told once this is there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "availability_told",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sold_out", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.product_id"],
            name=op.f("fk_availability_told_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_availability_told")),
    )
    op.execute(TELL)


TELL = """
    INSERT INTO tasks (kind, key, payload)
    SELECT DISTINCT 'catalog.number_change', product_id::text, json_build_object('product_id', product_id)::text
    FROM variants WHERE policy IN ('deny', 'bundle') AND (policy = 'bundle' OR on_hand - reserved <= 0)
    ON CONFLICT DO NOTHING
"""
