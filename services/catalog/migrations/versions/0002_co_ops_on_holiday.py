"""Which co-ops have paused their shop, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coops", sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("coops", sa.Column("paused_until", sa.Date(), nullable=True))
    op.drop_index("ix_coops_not_selling", "coops")
    op.create_index(
        "ix_coops_not_selling",
        "coops",
        ["coop_id"],
        unique=False,
        postgresql_where=sa.text("state <> 'admitted' OR paused"),
    )
