"""Beginning an import of a file, whoever hands it in: what is no product file is told at once."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.alone import take_alone
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.tasks import enqueue
from services.catalog.formats.encodings import Encoding, Found, encoding_of
from services.catalog.formats.layout import Layout
from services.catalog.formats.recognise import BEGINNING, recognise
from services.catalog.formats.text import as_utf8
from services.catalog.imports.importing import FINISHED, Import, ImportPiece, ImportState, Origin, Policy
from services.catalog.imports.problem import Problem, warning
from services.catalog.imports.rows import keep_problems
from services.catalog.imports.run_import import RunImport

MOST_AT_ONCE = 20


class TooManyImports(Conflict):
    code = "too_many_imports"
    title = "Many imports of this co-op are under way"


@dataclass(frozen=True)
class Handed:
    """A file whose beginning was recognised, as UTF-8 in pieces; `doubts` are what to look at in its report."""

    layout: Layout
    pieces: Sequence[bytes]
    doubts: Sequence[Problem] = ()


@dataclass(frozen=True)
class Asked:
    """What shall be done with a file, for whom, and where it came from."""

    coop_id: UUID
    filename: str
    origin: Origin
    currency: str
    policy: Policy = Policy.SKIP
    dry_run: bool = False
    remove_missing: bool = False
    removal_confirmed: bool = False


def hand_in(content: bytes, said: Encoding | None = None) -> Handed:
    """Raises Refused, in words for the co-op, where it is no product file."""
    file = io.BytesIO(content)
    found = encoding_of(file, said)
    pieces = list(as_utf8(file, found.codec))
    layout = recognise(pieces[0][:BEGINNING], last=len(pieces) == 1)
    return Handed(layout.model_copy(update={"encoding": found.name}), pieces, _doubts(found))


def _doubts(found: Found) -> Sequence[Problem]:
    """A few languages look right in it that were written in another."""
    if (place := found.assumed) is None:
        return ()
    reason = f"The file does not tell its encoding: it was read as {found.name.capitalize()}."
    advice = "Look whether these letters are right. If not, upload it again with its encoding, or as “CSV UTF-8”."
    return [warning(place.line, "", place.text, reason, advice)]


async def begin_import(session: AsyncSession, handed: Handed, asked: Asked, now: datetime) -> Import:
    """The import, which begins with the commit; raises TooManyImports."""
    await _require_room(session, asked.coop_id)
    layout = handed.layout
    job = Import(
        import_id=new_id(),
        coop_id=asked.coop_id,
        filename=asked.filename[:255],
        origin=asked.origin,
        currency=asked.currency,
        policy=asked.policy,
        dry_run=asked.dry_run,
        remove_missing=asked.remove_missing,
        removal_confirmed=asked.removal_confirmed,
        created_at=now,
        state=ImportState.QUEUED,
        dialect=layout.dialect,
        layout=layout.model_dump(mode="json"),
        position=layout.start,
        line=layout.line,
        size=sum(len(piece) for piece in handed.pieces),
    )
    session.add(job)
    await session.flush()
    await session.refresh(job)
    for position, piece in enumerate(handed.pieces):
        told = {"import_id": job.import_id, "position": position, "content": piece}
        await session.execute(insert(ImportPiece).values(told))
    await keep_problems(session, job, handed.doubts)
    enqueue(session, RunImport(import_id=job.import_id), key=str(job.import_id))
    return job


async def _require_room(session: AsyncSession, coop_id: UUID) -> None:
    """Each holds a file and its rows until it is over."""
    await take_alone(session, [f"imports of {coop_id}"])
    under_way = select(func.count()).where(Import.coop_id == coop_id, Import.state.not_in(FINISHED))
    if (await session.scalar(under_way) or 0) >= MOST_AT_ONCE:
        raise TooManyImports(f"{MOST_AT_ONCE} are not over yet. Decide about those that wait for you, or stop some.")
