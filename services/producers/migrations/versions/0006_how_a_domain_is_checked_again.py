"""How a domain is proved, what the registry says of it, and when both are checked again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("first_checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("statuses", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("events", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_registration_checks_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_checks")),
    )
    op.create_index(
        "registration_checks_of_application", "registration_checks", ["application_id", "checked_at"], unique=False
    )
    op.create_table(
        "rechecks",
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof_revoked", sa.Boolean(), nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("stand_reason", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("registry_statuses", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("registry_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worsened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grace_used", sa.Interval(), nullable=False),
        sa.Column("ending_used", sa.Interval(), nullable=False),
        sa.Column("stopped", sa.Interval(), nullable=False),
        sa.Column("got_through", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("notices", sa.ARRAY(sa.String()), nullable=False),
        sa.ForeignKeyConstraint(["coop_id"], ["coops.id"], name=op.f("fk_rechecks_coop_id")),
        sa.PrimaryKeyConstraint("coop_id", name=op.f("pk_rechecks")),
    )
    op.create_index("rechecks_due", "rechecks", ["next_due"], unique=False)
    op.add_column("checks", sa.Column("way", sa.String(), server_default="dns_txt", nullable=False))
    # Co-ops admitted before are called up within a day, spread over it.
    op.execute(
        """
        INSERT INTO rechecks (coop_id, next_due, counted_at, proof_revoked, stand, stand_reason, verdict,
                              registry_statuses, grace_used, ending_used, stopped, got_through, failures, notices)
        SELECT id, now() + random() * interval '1 day', now(), false, 'admitted', 'mended', 'proceed',
               '{}', '0', '0', '0', true, 0, '{}'
        FROM coops
        """
    )
