"""A charge remembers the trace of the buyer's click."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("charges", sa.Column("traceparent", sa.String(), nullable=True))
