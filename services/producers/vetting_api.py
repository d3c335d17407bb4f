"""What is said about an application before it is decided, and after it was refused."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import CurrentCaller, Now, Transaction
from services.producers import appealing, question, vetting
from services.producers.api import answered, own
from services.producers.schemas import ApplicationOut, Said

router = APIRouter(prefix="/api/v1/applications/{application_id}", tags=["producers"])


@router.post("/questions", status_code=201)
async def ask(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, now: Now
) -> ApplicationOut:
    caller.require_operator()
    application = await vetting.locked(session, application_id)
    await question.ask(session, application, by=caller.require_account(), words=said.words, now=now)
    return await answered(session, application, now)


@router.post("/questions/{question_id}/answer")
async def answer(
    application_id: UUID, question_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, now: Now
) -> ApplicationOut:
    await own(session, application_id, caller)
    application = await vetting.locked(session, application_id)
    await question.answer(session, application, question_id, words=said.words, now=now)
    return await answered(session, application, now)


@router.post("/appeal")
async def appeal(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, now: Now
) -> ApplicationOut:
    """Open for thirty days after a refusal."""
    await own(session, application_id, caller)
    application = await vetting.locked(session, application_id)
    await appealing.appeal(session, application, words=said.words, now=now)
    return await answered(session, application, now)


@router.post("/appeal/uphold")
async def uphold(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, now: Now
) -> ApplicationOut:
    """The refusal is taken back, and the application is read once more."""
    caller.require_operator()
    application = await vetting.locked(session, application_id)
    await appealing.uphold(session, application, by=caller.require_account(), answer=said.words, now=now)
    return await answered(session, application, now)


@router.post("/appeal/dismiss")
async def dismiss(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, now: Now
) -> ApplicationOut:
    caller.require_operator()
    application = await vetting.locked(session, application_id)
    await appealing.dismiss(session, application, by=caller.require_account(), answer=said.words, now=now)
    return await answered(session, application, now)
