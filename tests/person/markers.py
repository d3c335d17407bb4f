"""Words that stand nowhere but where a test has planted them, looked for in every column of every table."""

import re
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter

from chassis.database import Database

# Long enough for no random token to hold it: of two letters, one in a hundred did.
MARK = "zqxjvk"
WORD = re.compile(rf"{MARK}[a-z0-9]+")

_COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
"""


def marked(name: str) -> str:
    """A word of its own for one field."""
    return MARK + re.sub(r"[^a-z0-9]", "", name.lower())


def words_in(text: str) -> set[str]:
    return set(WORD.findall(text.lower()))


async def columns_of(database: Database) -> list[tuple[str, str, str]]:
    return [(row["table_name"], row["column_name"], row["data_type"]) for row in await database.fetch(_COLUMNS)]


async def found_in(databases: Mapping[str, Database]) -> dict[str, set[str]]:
    """The marked words by room, table and column."""
    found: dict[str, set[str]] = {}
    for room, database in databases.items():
        for table, columns in groupby(await columns_of(database), key=itemgetter(0)):
            shown = [_shown(column, kind) for _, column, kind in columns]
            for row in await database.fetch(f'SELECT {", ".join(shown)} FROM "{table}"'):
                for column, said in row.items():
                    if words := words_in(said or ""):
                        found.setdefault(f"{room}.{table}.{column}", set()).update(words)
    return found


def _shown(column: str, kind: str) -> str:
    as_text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
    return f'{as_text} AS "{column}"'
