"""The log of the LocalBus, the head of each topic and the progress of each group."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    "CREATE TABLE heads (topic TEXT PRIMARY KEY, position BIGINT NOT NULL)",
    """
    CREATE TABLE log (
        topic TEXT NOT NULL,
        partition INT NOT NULL,
        position BIGINT NOT NULL,
        event_id UUID NOT NULL,
        key TEXT NOT NULL,
        value BYTEA NOT NULL,
        appended_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (topic, partition, position),
        UNIQUE (topic, event_id)
    )""",
    """
    CREATE TABLE progress (
        grp TEXT NOT NULL,
        topic TEXT NOT NULL,
        partition INT NOT NULL,
        position BIGINT NOT NULL,
        PRIMARY KEY (grp, topic, partition)
    )""",
)
