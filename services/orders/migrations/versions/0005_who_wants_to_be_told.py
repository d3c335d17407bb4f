"""Who wants to be told when something is back, and what cannot be had just now."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shelves",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sold_out", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_shelves")),
    )
    op.create_table(
        "wishes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'waiting', 'telling', 'told')", name=op.f("ck_wishes_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
        sa.UniqueConstraint("email", "variant_id", name=op.f("uq_wishes_email")),
    )
    op.create_index(op.f("ix_wishes_asked_by"), "wishes", ["asked_by"])
    op.create_index("ix_wishes_waiting", "wishes", ["asked_at", "id"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        "wish_links",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wishes.id"], name=op.f("fk_wish_links_wish_id_wishes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_wish_links")),
    )
    op.create_index(op.f("ix_wish_links_wish_id"), "wish_links", ["wish_id"])
