"""where co-ops are"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The town of a co-op comes with the next fact about it.
    op.add_column("coops", sa.Column("city", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("coops", sa.Column("latitude", sa.Float(), nullable=True))
    op.add_column("coops", sa.Column("longitude", sa.Float(), nullable=True))
