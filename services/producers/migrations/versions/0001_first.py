"""The first tables of the producers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("domain_shown", sa.String(), nullable=False),
        sa.Column("mixed_script", sa.Boolean(), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("trading_name", sa.String(), nullable=False),
        sa.Column("legal_form", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("makes", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("applied", "proved", "admitted", "refused", name="state", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index("applications_by_state", "applications", ["state", "id"], unique=False)
    op.create_index("applications_of_account", "applications", ["account_id", "id"], unique=False)
    op.create_index(
        "one_active_per_domain", "applications", ["domain"], unique=True, postgresql_where=sa.text("state <> 'refused'")
    )
    op.create_table(
        "open_consignments",
        sa.Column("consignment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("consignment_id", name=op.f("pk_open_consignments")),
    )
    op.create_index(op.f("ix_open_consignments_order_id"), "open_consignments", ["order_id"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_challenges_application_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_challenges")),
    )
    op.create_table(
        "checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record_name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_checks_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    op.create_index("checks_of_application", "checks", ["application_id", "checked_at"], unique=False)
    op.create_table(
        "coops",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("makes", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof_method", sa.String(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof_resolvers", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("proof_authenticated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("members_version", sa.Integer(), nullable=False),
        sa.Column("payee_enabled", sa.Boolean(), nullable=True),
        sa.Column("payee_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["applications.id"], name=op.f("fk_coops_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coops")),
        sa.UniqueConstraint("slug", name=op.f("uq_coops_slug")),
    )
    op.create_index(
        "one_admitted_per_domain", "coops", ["domain"], unique=True, postgresql_where=sa.text("state = 'admitted'")
    )
    op.create_table(
        "memberships",
        sa.Column("coop_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["coop_id"], ["coops.id"], name=op.f("fk_memberships_coop_id")),
        sa.PrimaryKeyConstraint("coop_id", "account_id", name=op.f("pk_memberships")),
    )
