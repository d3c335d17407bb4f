"""What is sold though none is left: from which day on it is sent, or within how many days it is made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("price_book", sa.Column("policy", sa.String(length=20), nullable=True))
    for table in ("price_book", "order_lines"):
        op.add_column(table, sa.Column("available_from", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("lead_days", sa.BigInteger(), nullable=True))
    op.add_column("order_lines", sa.Column("back_ordered", sa.Boolean(), server_default=sa.false(), nullable=False))
