"""Which variants of its product a picture shows."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "product_pictures", sa.Column("variants", sa.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False)
    )
