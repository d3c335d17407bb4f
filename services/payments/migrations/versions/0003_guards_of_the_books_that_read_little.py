"""The guards of the books read what is being written, not what was written before."""

from alembic import op

from ledger.guards import BALANCE, BY_INDEX

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP TRIGGER ledger_postings_balance ON ledger_postings")
    op.execute("DROP FUNCTION ledger_posting_keeps_balance()")
    for guard in (*BALANCE, BY_INDEX):
        op.execute(guard)
