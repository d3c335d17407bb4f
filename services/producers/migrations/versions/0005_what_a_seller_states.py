"""What a seller states and certifies, and what operators have verified or waived of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("eligibility", sa.String(), server_default="COOP", nullable=False))
    for name in ("controlled_by", "register_name", "register_number", "tax_id", "bank_holder"):
        op.add_column("applications", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.add_column("applications", sa.Column("certified_version", sa.String(), nullable=True))
    op.add_column("applications", sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "requirement_marks",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_requirement_marks_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "requirement", name=op.f("pk_requirement_marks")),
    )
