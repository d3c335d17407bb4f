"""Where a co-op stands, since when, why, and who decided it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coops", sa.Column("state_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE coops SET state_since = admitted_at")
    op.alter_column("coops", "state_since", nullable=False)
    op.add_column("coops", sa.Column("state_reason", sa.String(), nullable=True))
    op.add_column("coops", sa.Column("state_by", sa.Uuid(), nullable=True))
    op.add_column("coops", sa.Column("state_words", sa.String(), nullable=True))
