"""Questions to applicants with their answers, and appeals; who appealed in vain holds no domain."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("applications", sa.Column("appeal_words", sa.String(), nullable=True))
    op.add_column("applications", sa.Column("appeal_decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("applications", sa.Column("appeal_answer", sa.String(), nullable=True))
    op.drop_index("one_active_per_domain", "applications")
    op.create_index(
        "one_active_per_domain",
        "applications",
        ["domain"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('refused', 'dismissed')"),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_questions_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("questions_of_application", "questions", ["application_id", "asked_at"], unique=False)
