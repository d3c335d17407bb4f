"""A co-op that lapsed lets go of its domain; any owner proves it; a stopped co-op appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

HELD = "state NOT IN ('refused', 'dismissed') AND released_at IS NULL"


def upgrade() -> None:
    op.add_column("applications", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE applications SET released_at = coops.state_since FROM coops"
        " WHERE coops.id = applications.id AND coops.state = 'lapsed'"
    )
    op.drop_index("one_active_per_domain", "applications")
    op.create_index("one_active_per_domain", "applications", ["domain"], unique=True, postgresql_where=sa.text(HELD))
    op.add_column("coops", sa.Column("holder_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE coops SET holder_confirmed_at = admitted_at")
    op.alter_column("coops", "holder_confirmed_at", nullable=False)
    op.add_column("challenges", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE challenges SET account_id = applications.account_id FROM applications"
        " WHERE applications.id = challenges.application_id"
    )
    op.alter_column("challenges", "account_id", nullable=False)
    op.create_table(
        "standing_appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["coop_id"], ["coops.id"], name=op.f("fk_standing_appeals_coop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_appeals")),
    )
    op.create_index("standing_appeals_of_coop", "standing_appeals", ["coop_id", "appealed_at"], unique=False)
    op.create_index(
        "one_open_appeal_per_coop",
        "standing_appeals",
        ["coop_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
