"""Books in a database of their own."""

from dataclasses import dataclass

import pytest
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import NAMING, Database
from chassis.testing import Databases
from ledger.books import Books
from ledger.guards import GUARDS


@dataclass
class Kept:
    """The books and the database that they are kept in."""

    books: Books
    database: Database

    async def run(self, statement: str, **values: object) -> None:
        async with self.database.transaction() as session:
            await session.execute(text(statement), values)


@pytest.fixture
async def kept(databases: Databases) -> Kept:
    metadata = MetaData(naming_convention=NAMING)
    books = Books(metadata)
    database = await databases("bus")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        for guard in GUARDS:
            await connection.execute(text(guard))
    return Kept(books, database)


async def total_per_currency(session: AsyncSession) -> dict[str, int]:
    rows = await session.execute(text("SELECT currency, sum(amount) FROM ledger_postings GROUP BY currency"))
    return {currency: int(amount) for currency, amount in rows}
