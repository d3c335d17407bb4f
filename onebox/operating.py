"""What an operator does from a terminal, straight on a room's database."""

from sqlalchemy import text

from chassis.clock import system_clock
from chassis.consumer import retry_parked
from chassis.database import Database
from gateway.account import NoSuchAccount, make_operator
from onebox.refusal import Refusal
from services.catalog.stock.check import Discrepancy, discrepancies
from services.producers.audit_check import Verdict, check

_RETRY_TASKS = text("UPDATE tasks SET parked_at = NULL, attempts = 0, run_at = now() WHERE parked_at IS NOT NULL")


async def make_first_operator(database_url: str, email: str) -> None:
    """Raises Refusal where nobody has an account under that address."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            await make_operator(session, email, system_clock())
    except NoSuchAccount as error:
        raise Refusal(str(error)) from None
    finally:
        await database.close()


async def verify_audit(database_url: str) -> Verdict:
    """Whether the registry's audit log is as it was written, from its first entry to its last."""
    database = Database(database_url, pool_size=1)
    try:
        return await check(database)
    finally:
        await database.close()


async def verify_stock(database_url: str) -> list[Discrepancy]:
    """The variants whose level their journal does not explain."""
    database = Database(database_url, pool_size=1)
    try:
        return await discrepancies(database)
    finally:
        await database.close()


async def retry(database_url: str) -> int:
    """Parked events, from the first of each key, and parked tasks are due again; says how many."""
    database = Database(database_url, pool_size=2)
    try:
        events = await retry_parked(database)
        async with database.transaction() as session:
            tasks = await session.execute(_RETRY_TASKS)
        return events + int(tasks.rowcount)  # type: ignore[attr-defined]
    finally:
        await database.close()
