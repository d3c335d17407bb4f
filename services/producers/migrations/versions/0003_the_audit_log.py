"""The audit log: entries that the database refuses to change, words beside them that may be erased, and the head."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REFUSE = """
    CREATE FUNCTION refuse_to_change_the_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_entries")),
    )
    op.create_index("audit_of_subject", "audit_entries", ["subject", "position"], unique=False)
    op.create_table(
        "audit_words",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["audit_entries.position"], name=op.f("fk_audit_words_position")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_words")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.execute("INSERT INTO audit_head (id, position, digest) VALUES (1, 0, decode(repeat('00', 32), 'hex'))")
    op.execute(_REFUSE)
    for table, what, level in (
        ("audit_entries", "UPDATE OR DELETE", "ROW"),
        ("audit_entries", "TRUNCATE", "STATEMENT"),
        ("audit_words", "UPDATE", "ROW"),
        ("audit_head", "DELETE", "ROW"),
        ("audit_head", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER only_ever_added_to_{level.lower()} BEFORE {what} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION refuse_to_change_the_audit_log()"
        )
