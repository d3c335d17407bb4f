"""Stock over HTTP, for a co-op's staff and its tills: levels to read and to set, and the journal that explains them."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.errors import DomainError, NotFound, Refused
from chassis.http import CurrentCaller, Now, Page, Reading, RoomDatabase, Transaction
from chassis.idempotency import Once
from chassis.paging import Cursor, Limit, cursor_of
from services.catalog.formats.written import MEDIA
from services.catalog.product_api import READ, WRITE
from services.catalog.stock import journal_file
from services.catalog.stock.journal_view import (
    AskedSpan,
    EntryView,
    ExplanationView,
    entry_shown,
    explained,
    read_journal,
)
from services.catalog.stock.level_schemas import ItemAnswer, LevelChange, LevelItem, Levels, LevelsAnswer, LevelView
from services.catalog.stock.levels import level_of, read_levels
from services.catalog.stock.taking_levels import Set, take_items

router = APIRouter(prefix="/api/v1/stock", tags=["stock"])

STOCK = "stock:write"
"""For a till, which counts and needs change nothing else; whoever may change products may change their stock."""


class ItemInvalid(Refused):
    code, title = "invalid", "Some of it could not be read"

    @classmethod
    def of(cls, error: ValidationError) -> "ItemInvalid":
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        return cls(first["msg"].removeprefix("Value error, "), field=field)


@router.get("")
async def page(
    coop_id: UUID,
    session: Reading,
    caller: CurrentCaller,
    before: Cursor,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Limit = 50,
) -> Page[LevelView]:
    """The levels of so many products, newest first; with `q` of those whose title, choice or SKU has all its words."""
    caller.require_acting_for(coop_id, READ)
    levels = await read_levels(session, coop_id, q, before=before, limit=limit + 1)
    products = list(dict.fromkeys(level.product_id for level in levels))
    if len(products) <= limit:
        return Page(items=levels)
    items = [level for level in levels if level.product_id != products[-1]]
    return Page(items=items, next_cursor=cursor_of(products[-2]))


@router.post("", responses={200: {"model": LevelsAnswer}})
async def set_many(told: Levels, session: Transaction, caller: CurrentCaller, now: Now, once: Once) -> Response:
    """Up to 1,000 items. One that cannot be taken is refused with its reason and loses nothing of the others."""
    _require_stock(caller, told.coop_id)
    if (stored := await once.begin(session)) is not None:
        return stored
    read = {nth: _read(raw, caller, told.coop_id) for nth, raw in enumerate(told.items)}
    items = {nth: one for nth, one in read.items() if isinstance(one, LevelItem)}
    taken = await take_items(session, told.coop_id, items, now=now, by=caller.id)
    answers = [_answer(nth, taken[nth] if isinstance(one, LevelItem) else one) for nth, one in read.items()]
    outcomes = Counter(answer.outcome for answer in answers)
    body = LevelsAnswer(
        changed=outcomes["changed"], unchanged=outcomes["unchanged"], refused=outcomes["refused"], items=answers
    )
    return await once.finish(session, 200, body)


@router.get("/journal.csv", response_class=Response)
async def whole_journal(
    coop_id: UUID, database: RoomDatabase, caller: CurrentCaller, span: AskedSpan
) -> StreamingResponse:
    """Every change of everything the co-op has, variant by variant, as a table."""
    caller.require_acting_for(coop_id, READ)
    return _table(journal_file.of_coop(database, coop_id, span))


@router.get("/{variant_id}")
async def show(variant_id: UUID, session: Reading, caller: CurrentCaller) -> LevelView:
    coop_id, level = await _found(session, variant_id)
    caller.require_acting_for(coop_id, READ)
    return level


@router.post("/{variant_id}", responses={200: {"model": LevelView}})
async def set_one(
    variant_id: UUID, told: LevelChange, session: Transaction, caller: CurrentCaller, now: Now, once: Once
) -> Response:
    """A count, a change, a price; 409 `stale_level` with the level as it is where the version is an older one."""
    coop_id, _ = await _found(session, variant_id)
    _require_stock(caller, coop_id)
    item = LevelItem.model_construct(**dict(told), variant_id=variant_id, product=None, sku=None, options=None)
    _require_pricing(caller, coop_id, item)
    if (stored := await once.begin(session)) is not None:
        return stored
    taken = (await take_items(session, coop_id, {0: item}, now=now, by=caller.id))[0]
    if isinstance(taken, DomainError):
        raise taken
    return await once.finish(session, 200, taken.level)


@router.get("/{variant_id}/journal")
async def journal(
    variant_id: UUID,
    session: Reading,
    caller: CurrentCaller,
    span: AskedSpan,
    cursor: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Limit = 50,
) -> Page[EntryView]:
    """The changes of the variant's stock, newest first: each with its cause and what was left after it."""
    coop_id, _ = await _found(session, variant_id)
    caller.require_acting_for(coop_id, READ)
    rows = await read_journal(session, variant_id, span, before=cursor, limit=limit + 1)
    more = str(rows[limit - 1]["entry"]) if len(rows) > limit else None
    return Page(items=[entry_shown(row) for row in rows[:limit]], next_cursor=more)


@router.get("/{variant_id}/journal.csv", response_class=Response)
async def journal_table(
    variant_id: UUID, session: Reading, database: RoomDatabase, caller: CurrentCaller, span: AskedSpan
) -> StreamingResponse:
    """The same, the oldest first, as a table."""
    coop_id, _ = await _found(session, variant_id)
    caller.require_acting_for(coop_id, READ)
    return _table(journal_file.of_variant(database, variant_id, span))


@router.get("/{variant_id}/explanation")
async def explanation(variant_id: UUID, session: Reading, caller: CurrentCaller) -> ExplanationView:
    """Why there are so many: the last count, and what became of it since, summed by what happened."""
    coop_id, _ = await _found(session, variant_id)
    caller.require_acting_for(coop_id, READ)
    return await explained(session, variant_id)


def _table(content: AsyncIterator[str]) -> StreamingResponse:
    headers = {"content-disposition": 'attachment; filename="stock-journal.csv"', "cache-control": "no-store"}
    return StreamingResponse(content, media_type=MEDIA["csv"], headers=headers)


async def _found(session: AsyncSession, variant_id: UUID) -> tuple[UUID, LevelView]:
    found = await level_of(session, variant_id)
    if found is None:
        raise NotFound("There is nothing here, or it is not yours")
    return found


def _require_stock(caller: Caller, coop_id: UUID) -> None:
    caller.require_acting_for(coop_id, WRITE if caller.may_act_for(coop_id, WRITE) else STOCK)


def _require_pricing(caller: Caller, coop_id: UUID, item: LevelItem) -> None:
    """Who only counts sets no prices."""
    if item.price is not None:
        caller.require_acting_for(coop_id, WRITE)


def _read(raw: object, caller: Caller, coop_id: UUID) -> LevelItem | DomainError:
    try:
        item = LevelItem.model_validate(raw)
        _require_pricing(caller, coop_id, item)
    except ValidationError as error:
        return ItemInvalid.of(error)
    except DomainError as refused:
        return refused
    return item


def _answer(nth: int, outcome: Set | DomainError) -> ItemAnswer:
    if isinstance(outcome, Set):
        return ItemAnswer(item=nth, outcome="changed" if outcome.changed else "unchanged", level=outcome.level)
    level = outcome.extra.get("level")
    told = {"code": outcome.code, "detail": outcome.detail, "field": outcome.field, "level": level}
    return ItemAnswer.model_validate({"item": nth, "outcome": "refused", **told})
