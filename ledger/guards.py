"""What the database itself holds true of the books, whoever writes to it."""

# An entry's postings are written by one statement, and each statement's are summed by themselves: what comes to an
# entry afterwards has to balance too, and nothing that was posted before is read again.
BALANCE = (
    """
    CREATE FUNCTION ledger_posting_keeps_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        unbalanced uuid;
    BEGIN
        SELECT entry_id INTO unbalanced FROM written GROUP BY entry_id, currency HAVING sum(amount) <> 0 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'ledger entry % does not balance', unbalanced USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER ledger_postings_balance AFTER INSERT ON ledger_postings REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_keeps_balance()
    """,
)

# Deferred to the commit: only then are all postings of an entry there. A connection plans this once, perhaps while the
# table is empty, and keeps the plan: left to choose, it would read the whole table for every entry from then on.
BY_INDEX = "ALTER FUNCTION ledger_entry_has_postings() SET enable_seqscan = off"

GUARDS = (
    *BALANCE,
    """
    CREATE FUNCTION ledger_entry_has_postings() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM ledger_postings WHERE entry_id = NEW.id) THEN
            RAISE EXCEPTION 'ledger entry % has no postings', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    BY_INDEX,
    """
    CREATE FUNCTION ledger_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is only ever added to: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER ledger_entries_have_postings AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_has_postings()
    """,
    """
    CREATE TRIGGER ledger_entries_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_immutable()
    """,
    """
    CREATE TRIGGER ledger_postings_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_postings
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_immutable()
    """,
)
