"""Outbox, inbox, parking, tasks and idempotency: the tables every room's database has."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE outbox (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id UUID NOT NULL,
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        value BYTEA NOT NULL
    )""",
    "CREATE INDEX ix_outbox_topic ON outbox (topic, id)",
    """
    CREATE TABLE inbox (
        event_id UUID NOT NULL,
        handler TEXT NOT NULL,
        handled_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (event_id, handler)
    )""",
    "CREATE INDEX ix_inbox_handled_at ON inbox USING brin (handled_at)",
    """
    CREATE TABLE parked (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        event_id UUID NOT NULL,
        type TEXT NOT NULL,
        value BYTEA NOT NULL,
        error TEXT,
        parked_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        UNIQUE (topic, event_id)
    )""",
    "CREATE INDEX ix_parked_key ON parked (topic, key, id)",
    """
    CREATE TABLE tasks (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind TEXT NOT NULL,
        key TEXT,
        payload TEXT NOT NULL,
        traceparent TEXT,
        run_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        attempts INT NOT NULL DEFAULT 0,
        revision INT NOT NULL DEFAULT 0,
        claimed_by BIGINT,
        error TEXT,
        parked_at TIMESTAMPTZ
    )""",
    "CREATE UNIQUE INDEX uq_tasks_key ON tasks (kind, key) WHERE key IS NOT NULL",
    "CREATE INDEX ix_tasks_due ON tasks (kind, run_at, id) WHERE claimed_by IS NULL AND parked_at IS NULL",
    """
    CREATE TABLE idempotency (
        principal TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint BYTEA NOT NULL,
        status INT,
        body TEXT,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (principal, key)
    )""",
    "CREATE INDEX ix_idempotency_created_at ON idempotency USING brin (created_at)",
    """
    CREATE FUNCTION signal_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('signals', NEW.topic || ' ' || NEW.key);
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER signal AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION signal_outbox()",
    """
    CREATE FUNCTION signal_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('signals', 'tasks ' || NEW.kind);
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER signal AFTER INSERT OR UPDATE OF revision ON tasks FOR EACH ROW EXECUTE FUNCTION signal_tasks()",
)
