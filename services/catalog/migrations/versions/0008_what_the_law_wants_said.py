"""how much is in a variant, and what the law wants said of a product"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("net_quantity", "price_per"):
        op.add_column("variants", sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("variants", sa.Column("earlier_prices", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    for name in ("certifications", "label"):
        op.add_column("products", sa.Column(name, sa.JSON(), nullable=True))
