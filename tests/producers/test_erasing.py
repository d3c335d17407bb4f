"""What is erased is gone: a marker in every word that a decision carries is nowhere in the database afterwards."""

from typing import Any

import httpx
from sqlalchemy import select

from chassis.testing import do_tasks
from services.producers.audit import Words
from services.producers.audit_check import check
from services.producers.base import Base
from services.producers.erasing import COPIES
from tests.producers.conftest import ADMISSION, Room

MARKER = "Ann Tweedale's brother"


async def where(room: Room) -> set[str]:
    """The tables that hold the marker anywhere."""
    tables = [table.name for table in Base.metadata.sorted_tables] + ["tasks", "outbox"]
    sql = "SELECT 1 FROM {0} WHERE {0}::text LIKE '%' || $1 || '%' LIMIT 1"
    return {table for table in tables if await room.database.fetch(sql.format(table), MARKER)}


async def said(client: httpx.AsyncClient, path: str, **body: Any) -> None:
    answer = await client.post(f"/api/v1/{path}", json=body)
    assert answer.is_success, answer.text


async def a_long_dispute(room: Room) -> None:
    """Every kind of decision that carries words, each with the marker in it."""
    ann, operator = room.as_account(), room.as_account(operator=True)
    path = f"applications/{(await room.proved(ann, register_number=''))['id']}"
    await said(operator, f"{path}/refuse", reason=f"{MARKER} owns it.")
    await said(ann, f"{path}/appeal", words=f"{MARKER} owns nothing.")
    await said(operator, f"{path}/appeal/uphold", words=f"{MARKER} may be right.")
    await said(operator, f"{path}/waivers", requirement="papers_read", words=f"{MARKER} showed them.")
    await said(operator, f"{path}/admit", **{**ADMISSION, "note": f"{MARKER} is known.", "override": True})
    coop = path.replace("applications", "coops")
    await said(operator, f"{coop}/suspend", reason="rules_broken", words=f"{MARKER} sold it.")
    await said(ann, f"{coop}/appeals", words=f"{MARKER} did not.")
    await said(operator, f"{coop}/appeals/dismiss", words=f"{MARKER} did.")
    await said(ann, f"{coop}/appeals", words=f"{MARKER} still did not.")
    await said(operator, f"{coop}/reinstate", words=f"{MARKER} is cleared.")
    other = f"applications/{(await room.proved(room.as_account(), 'sunset.coop'))['id']}"
    await said(operator, f"{other}/refuse", reason=f"{MARKER} again.")
    await do_tasks(room.worker)


async def test_erased_words_are_nowhere_any_more_and_the_chain_holds(room: Room) -> None:
    await a_long_dispute(room)
    assert await where(room) == {"audit_words", "applications", "coops", "standing_appeals"}
    async with room.database.reading() as session:
        positions = (await session.scalars(select(Words.position).where(Words.said.contains(MARKER)))).all()
    operator = room.as_account(operator=True)

    for position in positions:
        answer = await operator.delete(f"/api/v1/audit/entries/{position}/words")
        assert answer.status_code in (204, 404)  # one that stood beside two entries is gone with the first

    assert await where(room) == set()
    assert (await check(room.database)).wrong is None


async def test_without_the_copies_the_marker_would_still_be_there(room: Room) -> None:
    """The negative control: each column of the table holds it before."""
    await a_long_dispute(room)

    async with room.database.reading() as session:
        held = {
            f"{column.class_.__tablename__}.{column.key}"
            for column, _ in COPIES
            if await session.scalar(select(column).where(column.contains(MARKER)).limit(1)) is not None
        }

    assert held == {f"{column.class_.__tablename__}.{column.key}" for column, _ in COPIES}


async def test_the_same_words_about_somebody_else_stay(room: Room) -> None:
    operator = room.as_account(operator=True)
    for domain in ("sunrise.coop", "sunset.coop"):
        application = await room.proved(room.as_account(), domain)
        await said(operator, f"applications/{application['id']}/refuse", reason="Not a co-op.")
    entries = (await operator.get("/api/v1/audit/entries")).json()["items"]
    refused = [one for one in entries if one["what"] == "refused"]

    await operator.delete(f"/api/v1/audit/entries/{refused[0]['position']}/words")

    reasons = [one["decision_reason"] for one in (await operator.get("/api/v1/applications")).json()["items"]]
    assert reasons == ["Not a co-op.", "[erased]"]
