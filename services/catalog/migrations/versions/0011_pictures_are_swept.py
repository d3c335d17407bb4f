"""pictures that nothing refers to are found and taken away; addresses are asked again, each co-op in its turn"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Whoever shows the picture; else whoever has imported it last.
NAMED_BY = """
    UPDATE picture_sources s SET coop_id = coalesce(
        (SELECT coop_id FROM product_pictures h JOIN products USING (product_id) WHERE h.url = s.url LIMIT 1),
        (SELECT coop_id FROM import_pictures h JOIN imports USING (import_id) WHERE h.url = s.url
         ORDER BY import_id DESC LIMIT 1))
"""


def upgrade() -> None:
    op.add_column("pictures", sa.Column("unused_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_pictures_unused", "pictures", ["unused_since"], postgresql_where=sa.text("unused_since IS NOT NULL")
    )
    op.create_table(
        "picture_folders",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_picture_folders")),
    )
    op.execute("INSERT INTO picture_folders (digest, written_at) SELECT digest, made_at FROM pictures")

    op.drop_index("ix_product_pictures_to_be_shown", "product_pictures")
    op.create_index("ix_product_pictures_of_address", "product_pictures", ["url"])
    op.create_index("ix_import_pictures_of_address", "import_pictures", ["url"])

    op.add_column("picture_sources", sa.Column("coop_id", sa.Uuid(), nullable=True))
    op.execute(NAMED_BY)
    op.execute("DELETE FROM picture_sources WHERE coop_id IS NULL")
    op.alter_column("picture_sources", "coop_id", nullable=False)
    op.add_column("picture_sources", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("etag", "last_modified"):
        op.add_column("picture_sources", sa.Column(name, sa.String(), nullable=True))
    op.execute("UPDATE picture_sources SET asked_at = due_at WHERE state <> 'waiting'")
    op.drop_index("ix_picture_sources_due", "picture_sources")
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_picture_sources_due", "picture_sources", ["host", "coop_id", "due_at", "url"], postgresql_where=waiting
    )
    op.create_index(
        "ix_picture_sources_asked", "picture_sources", ["asked_at"], postgresql_where=sa.text("state <> 'waiting'")
    )
    op.create_index("ix_picture_sources_of_digest", "picture_sources", ["digest"])
