"""Who else works for a co-op: invitations, and the address by which each member of its staff is known."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("memberships", sa.Column("email", sa.String(), nullable=True))
    op.execute(
        "UPDATE memberships SET email = applications.contact_email "
        "FROM applications WHERE applications.id = memberships.coop_id"
    )
    op.alter_column("memberships", "email", nullable=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["coop_id"], ["coops.id"], name=op.f("fk_invitations_coop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("coop_id", "email", name="one_invitation_per_address"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
