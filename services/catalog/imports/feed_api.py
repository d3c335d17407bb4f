"""A co-op's feed address over HTTP: name it, look how it fares, have it fetched now, take it away."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Conflict, NotFound
from chassis.http import CurrentCaller, Now, Reading, Transaction
from chassis.strangers import LONGEST, AddressRefused
from chassis.tasks import enqueue
from services.catalog.imports.feed_address import GUARD, OFF, ON, Every, FeedAddress, FeedChange, FeedState
from services.catalog.imports.feed_fetching import FetchFeed
from services.catalog.imports.importing import Import, ImportState, Policy
from services.catalog.product_api import READ, WRITE, require_coop

router = APIRouter(prefix="/api/v1/assortments/{coop_id}/feed", tags=["assortments"])


class NoFeed(NotFound):
    code = "feed_not_found"
    title = "No feed address is named"


class FeedNotOn(Conflict):
    code = "feed_not_on"
    title = "The feed address is switched off"


class FeedForm(BaseModel):
    """`policy` and `remove_missing` are those of the imports it begins."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    every: Every = Every.DAY
    policy: Policy = Policy.SKIP
    remove_missing: bool = False
    enabled: bool = True


class FeedView(BaseModel):
    """`failure` is why the last attempt came to nothing, `failures` how many in a row; after ten it is given up.

    `import_id` is the import of the file that came last; while it is not over, no other file is fetched.
    """

    url: str
    every: Every
    policy: Policy
    remove_missing: bool
    state: FeedState
    failures: int
    failure: str | None
    asked_at: datetime | None
    next_at: datetime | None
    import_id: UUID | None
    import_state: ImportState | None


@router.get("")
async def show(coop_id: UUID, session: Reading, caller: CurrentCaller) -> FeedView:
    caller.require_acting_for(coop_id, READ)
    return await _shown(session, _there(await session.get(FeedAddress, coop_id)))


@router.put("")
async def name(coop_id: UUID, form: FeedForm, session: Transaction, caller: CurrentCaller, now: Now) -> FeedView:
    """Names the address, or changes what was said of it. What is new or switched on is fetched at once."""
    caller.require_acting_for(coop_id, WRITE)
    await require_coop(session, coop_id)
    url = _public(form.url)
    feed = await session.get(FeedAddress, coop_id, with_for_update=True)
    if feed is None:
        feed = FeedAddress(coop_id=coop_id, url="", state=OFF)
        session.add(feed)
    begins = form.enabled and (feed.url != url or feed.state != ON)
    feed.url, feed.every, feed.policy, feed.remove_missing = url, form.every, form.policy, form.remove_missing
    feed.move(FeedChange.SWITCH_ON if form.enabled else FeedChange.SWITCH_OFF)
    if begins or feed.next_at is None:
        feed.begin_anew(now)
    if begins:
        enqueue(session, FetchFeed(coop_id=coop_id), key=str(coop_id))
    await session.flush()
    return await _shown(session, feed)


@router.post("/fetch", status_code=202)
async def fetch_now(coop_id: UUID, session: Transaction, caller: CurrentCaller, now: Now) -> FeedView:
    """Whatever was fetched before and whenever it is due. While its last import is not over, that is waited for."""
    caller.require_acting_for(coop_id, WRITE)
    feed = _there(await session.get(FeedAddress, coop_id, with_for_update=True))
    if feed.state != ON:
        raise FeedNotOn("Switch it on first.")
    feed.begin_anew(now)
    enqueue(session, FetchFeed(coop_id=coop_id), key=str(coop_id))
    return await _shown(session, feed)


@router.delete("", status_code=204)
async def forget(coop_id: UUID, session: Transaction, caller: CurrentCaller) -> None:
    """What was imported from it stays."""
    caller.require_acting_for(coop_id, WRITE)
    feed = await session.get(FeedAddress, coop_id, with_for_update=True)
    if feed is not None:
        await session.delete(feed)


def _public(url: str) -> str:
    try:
        return GUARD.target(url).text
    except AddressRefused as refused:
        raise AddressRefused(refused.detail, field="url") from refused


def _there(feed: FeedAddress | None) -> FeedAddress:
    if feed is None:
        raise NoFeed("This co-op has named no feed address.")
    return feed


async def _shown(session: AsyncSession, feed: FeedAddress) -> FeedView:
    last = await session.get(Import, feed.import_id) if feed.import_id else None
    return FeedView(
        url=feed.url,
        every=Every(feed.every),
        policy=Policy(feed.policy),
        remove_missing=feed.remove_missing,
        state=FeedState(feed.state),
        failures=feed.failures,
        failure=feed.failure,
        asked_at=feed.asked_at,
        next_at=feed.next_at if feed.state == ON else None,
        import_id=feed.import_id,
        import_state=ImportState(last.state) if last else None,
    )
