"""a report is read while its import runs, again and again: by outcome, and by the words that have no place here"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_import_products_by_outcome",
        "import_products",
        ["import_id", "outcome", "position"],
        postgresql_where=sa.text("outcome IS NOT NULL"),
    )
    op.create_index(
        "ix_import_products_unplaced",
        "import_products",
        ["import_id", "unplaced"],
        postgresql_where=sa.text("unplaced <> ''"),
    )
