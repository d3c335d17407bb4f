"""pictures of goods, where they come from, and which products show them"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("cover", sa.String(), nullable=True))
    op.create_table(
        "pictures",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pictures")),
    )
    op.create_table(
        "picture_sources",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'fetched', 'failed')", name=op.f("ck_picture_sources_state")),
        sa.ForeignKeyConstraint(["digest"], ["pictures.digest"], name=op.f("fk_picture_sources_digest")),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_picture_sources")),
    )
    op.create_index(
        "ix_picture_sources_due", "picture_sources", ["host", "due_at"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "product_pictures",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("alt", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("digest IS NOT NULL OR url IS NOT NULL", name=op.f("ck_product_pictures_from_somewhere")),
        sa.ForeignKeyConstraint(["digest"], ["pictures.digest"], name=op.f("fk_product_pictures_digest")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.product_id"], name=op.f("fk_product_pictures_product_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["url"], ["picture_sources.url"], name=op.f("fk_product_pictures_url")),
        sa.PrimaryKeyConstraint("product_id", "position", name=op.f("pk_product_pictures")),
    )
    op.create_index(
        "ix_product_pictures_to_be_shown", "product_pictures", ["url"], postgresql_where=sa.text("digest IS NULL")
    )
    op.create_index("ix_product_pictures_of_digest", "product_pictures", ["digest"])
    op.create_table(
        "import_pictures",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name=op.f("fk_import_pictures_import_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["url"], ["picture_sources.url"], name=op.f("fk_import_pictures_url")),
        sa.PrimaryKeyConstraint("import_id", "line", "url", name=op.f("pk_import_pictures")),
    )
