"""what co-ops' own systems ask for: changes in their order"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
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
