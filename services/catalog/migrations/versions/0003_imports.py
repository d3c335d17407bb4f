"""imports that say first what they would change"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = "'queued', 'reading', 'checking', 'ready', 'running', 'held_back', 'done', 'failed', 'cancelled'"
NUMBERS = (
    "problems_total",
    "products_checked",
    "planned_new",
    "planned_changed",
    "planned_unchanged",
    "missing",
    "missing_of",
    "products_removed",
)


def upgrade() -> None:
    # What the files of unfinished imports hold cannot be gone on with: they are read by another reader now.
    op.execute("""
        UPDATE imports SET state = 'failed', finished_at = now(),
            failure = 'The marketplace was renewed while this file was read. Please upload it again.'
        WHERE state IN ('queued', 'running')
    """)
    op.execute("DELETE FROM import_pieces")
    op.drop_constraint(op.f("ck_imports_state"), "imports")
    op.create_check_constraint(op.f("ck_imports_state"), "imports", f"state IN ({STATES})")
    op.add_column("imports", sa.Column("policy", sa.String(), server_default="skip", nullable=False))
    op.create_check_constraint(op.f("ck_imports_policy"), "imports", "policy IN ('all_or_nothing', 'skip', 'hold')")
    for name in ("dry_run", "remove_missing", "removal_confirmed", "published"):
        op.add_column("imports", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("imports", sa.Column("layout", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    for name in ("size", "position"):
        op.add_column("imports", sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("imports", sa.Column("line", sa.Integer(), server_default=sa.text("1"), nullable=False))
    for name in NUMBERS:
        op.add_column("imports", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("""
        UPDATE imports SET problems_total = (
            SELECT count(*) FROM import_problems WHERE import_problems.import_id = imports.import_id)
    """)
    op.add_column("import_problems", sa.Column("advice", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("variants", sa.Column("gtin", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("variants", sa.Column("weight_grams", sa.Integer(), nullable=True))
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name=op.f("fk_import_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "nth", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_of_product", "import_rows", ["import_id", "key"], unique=False)
    op.create_table(
        "import_products",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("title", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("unplaced", sa.String(), nullable=True),
        sa.Column("draft", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name=op.f("fk_import_products_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_products")),
    )
    op.create_index("ix_import_products_by_key", "import_products", ["import_id", "key"], unique=False)
