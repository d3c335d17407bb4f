"""What a kilogram of goods costs, and whether they can be sent back, where shoppers see prices and before they pay."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("price_book", sa.Column("unit_price", sa.BigInteger(), nullable=True))
    op.add_column("price_book", sa.Column("unit_price_per", sa.String(length=40), nullable=True))
    for table in ("price_book", "order_lines"):
        op.add_column(table, sa.Column("withdrawal_exception", sa.String(length=20), nullable=True))
