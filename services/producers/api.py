"""The producers' public API: parse, one call, answer."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.http import CurrentCaller, Now, Page, Reading, RoomDatabase, Transaction, app_state
from services.producers import applying, proving, registry, requirements, vetting
from services.producers.application import Application, State, locked
from services.producers.challenge import Way
from services.producers.coop import CoopState
from services.producers.coop_schemas import CoopOut, Verified
from services.producers.names import LONGEST_TYPED, canonical
from services.producers.ownership import speaks_for
from services.producers.proving import DomainCheck
from services.producers.registering import RegistryCheck
from services.producers.registry import Dossier
from services.producers.schemas import Admission, ApplicationForm, ApplicationOut, FreshChallenge, Refusal

router = APIRouter(prefix="/api/v1", tags=["producers"])

RARELY = timedelta(minutes=10)  # an applicant's clicks are not to become the registry's load
Domain = Annotated[str, Query(min_length=1, max_length=LONGEST_TYPED)]
Limit = Annotated[int, Query(ge=1, le=200)]
Slug = Annotated[str, Query(max_length=200, pattern=r"^[a-z0-9-]+$")]
Check = Annotated[DomainCheck, app_state("domain_check")]
Demanded = Annotated[tuple[str, ...], app_state("requirements")]
AskRegistry = Annotated[RegistryCheck, app_state("registry_check")]


@router.post("/applications", status_code=201)
async def apply(
    form: ApplicationForm, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    details = form.model_dump(exclude={"domain", "certifies"})
    account = caller.require_verified_address()
    application = await applying.apply(
        session, account_id=account, domain=form.domain, details=details, certifies=form.certifies, now=now
    )
    return ApplicationOut.of(Dossier(application), demanded, now)


@router.get("/applications")
async def list_applications(
    caller: CurrentCaller,
    session: Reading,
    demanded: Demanded,
    now: Now,
    state: State | None = None,
    cursor: UUID | None = None,
    limit: Limit = 50,
) -> Page[ApplicationOut]:
    """All of them for an operator; otherwise an account's own, and those of the co-ops that it owns."""
    account = caller.require_account()
    found = await registry.dossiers(
        session, account_id=None if caller.operator else account, state=state, after=cursor, limit=limit
    )
    next_cursor = str(found[-1].application.id) if len(found) == limit else None
    return Page(items=[ApplicationOut.of(dossier, demanded, now) for dossier in found], next_cursor=next_cursor)


@router.get("/applications/{application_id}")
async def get_application(
    application_id: UUID, caller: CurrentCaller, session: Reading, demanded: Demanded, now: Now
) -> ApplicationOut:
    application = await own(session, application_id, caller, operator_too=True)
    return await answered(session, application, demanded, now)


@router.post("/applications/{application_id}/challenge", status_code=201)
async def issue_challenge(
    application_id: UUID, caller: CurrentCaller, session: Transaction, now: Now
) -> FreshChallenge:
    """A fresh value in place of any earlier one; it is shown here and never again."""
    await own(session, application_id, caller)
    application, to = await locked(session, application_id), caller.require_account()
    return FreshChallenge.of(application.domain, await proving.issue(session, application, to=to, now=now))


@router.post("/applications/{application_id}/check")
async def check_challenge(
    application_id: UUID,
    caller: CurrentCaller,
    database: RoomDatabase,
    check: Check,
    ask_registry: AskRegistry,
    demanded: Demanded,
    now: Now,
    way: Way = Way.DNS,
) -> ApplicationOut:
    """Looks for the challenge now: at the name servers, or in the file on the domain's own web server."""
    # Not `Reading`: that would keep a connection through somebody's slow name server.
    async with database.reading() as session:
        await own(session, application_id, caller)
    await check.run(application_id, way, now=now)
    await ask_registry.run(application_id, now=now, at_most_every=RARELY)
    async with database.reading() as session:
        return await answered(session, await own(session, application_id, caller), demanded, now)


@router.post("/applications/{application_id}/admit")
async def admit(
    application_id: UUID,
    admission: Admission,
    caller: CurrentCaller,
    database: RoomDatabase,
    ask_registry: AskRegistry,
    demanded: Demanded,
    now: Now,
) -> ApplicationOut:
    """Asks the registry once more, and admits whom it lets proceed."""
    caller.require_operator()
    by = caller.require_account()
    await ask_registry.run(application_id, now=now)
    async with database.transaction() as session:
        application = await locked(session, application_id)
        await requirements.verify(session, application, admission.verified, by=by, now=now)
        asked = vetting.Asked(demanded, override=admission.override)
        await vetting.admit(session, application, by=by, note=admission.note, asked=asked, now=now)
        return await answered(session, application, demanded, now)


@router.post("/applications/{application_id}/refuse")
async def refuse(
    application_id: UUID, refusal: Refusal, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    caller.require_operator()
    application = await locked(session, application_id)
    vetting.refuse(session, application, by=caller.require_account(), reason=refusal.reason, now=now)
    return await answered(session, application, demanded, now)


@router.get("/coops")
async def list_coops(
    session: Reading, state: CoopState | None = None, cursor: Slug | None = None, limit: Limit = 50
) -> Page[CoopOut]:
    found = await registry.coops(session, state=state, after=cursor, limit=limit)
    next_cursor = found[-1].coop.slug if len(found) == limit else None
    return Page(items=[CoopOut.of(listed) for listed in found], next_cursor=next_cursor)


@router.get("/coops/{slug_or_id}")
async def get_coop(slug_or_id: str, session: Reading) -> CoopOut:
    return CoopOut.of(await registry.coop(session, slug_or_id))


@router.get("/verify")
async def verify(domain: Domain, session: Reading) -> Verified:
    """What we know of a `.coop` name, from our records alone: nothing is looked up for whoever asks."""
    name = canonical(domain)
    return Verified.of(name, await registry.holder(session, name.ascii))


async def own(
    session: AsyncSession, application_id: UUID, caller: Caller, *, operator_too: bool = False
) -> Application:
    account = caller.require_account()
    application = await session.get(Application, application_id, populate_existing=True)
    if application is not None and (
        (operator_too and caller.operator) or await speaks_for(session, application, account)
    ):
        return application
    raise caller.not_theirs("There is no such application, or it is not yours.")


async def answered(
    session: AsyncSession, application: Application, demanded: Collection[str], now: datetime
) -> ApplicationOut:
    await session.flush()
    [dossier] = await registry.complete(session, [application])
    return ApplicationOut.of(dossier, demanded, now)
