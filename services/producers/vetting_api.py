"""What is said about an application before it is decided, and after it was refused."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import CurrentCaller, Now, Transaction
from services.producers import appealing, question, requirements, selling
from services.producers.api import Demanded, answered, own
from services.producers.application import locked
from services.producers.schemas import ApplicationOut, Said, SellerForm, Waiver

router = APIRouter(prefix="/api/v1/applications/{application_id}", tags=["producers"])


@router.put("/seller")
async def state_seller(
    application_id: UUID, seller: SellerForm, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    """What was left out when the application was sent, in place of what was stated before."""
    await own(session, application_id, caller)
    application = await locked(session, application_id)
    selling.state(session, application, seller.model_dump(exclude={"certifies"}), certifies=seller.certifies, now=now)
    return await answered(session, application, demanded, now)


@router.post("/waivers", status_code=201)
async def waive(
    application_id: UUID, waiver: Waiver, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    """One requirement is not asked of this applicant, for a reason that the audit log keeps."""
    caller.require_operator()
    application = await locked(session, application_id)
    by, code = caller.require_account(), waiver.requirement
    await requirements.waive(session, application, code, by=by, words=waiver.words, now=now)
    return await answered(session, application, demanded, now)


@router.post("/questions", status_code=201)
async def ask(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    caller.require_operator()
    application = await locked(session, application_id)
    await question.ask(session, application, by=caller.require_account(), words=said.words, now=now)
    return await answered(session, application, demanded, now)


@router.post("/questions/{question_id}/answer")
async def answer(
    application_id: UUID,
    question_id: UUID,
    said: Said,
    caller: CurrentCaller,
    session: Transaction,
    demanded: Demanded,
    now: Now,
) -> ApplicationOut:
    await own(session, application_id, caller)
    application = await locked(session, application_id)
    await question.answer(session, application, question_id, words=said.words, now=now)
    return await answered(session, application, demanded, now)


@router.post("/appeal")
async def appeal(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    """Open for thirty days after a refusal."""
    await own(session, application_id, caller)
    application = await locked(session, application_id)
    await appealing.appeal(session, application, words=said.words, now=now)
    return await answered(session, application, demanded, now)


@router.post("/appeal/uphold")
async def uphold(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    """The refusal is taken back, and the application is read once more."""
    caller.require_operator()
    application = await locked(session, application_id)
    await appealing.uphold(session, application, by=caller.require_account(), answer=said.words, now=now)
    return await answered(session, application, demanded, now)


@router.post("/appeal/dismiss")
async def dismiss(
    application_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, demanded: Demanded, now: Now
) -> ApplicationOut:
    caller.require_operator()
    application = await locked(session, application_id)
    await appealing.dismiss(session, application, by=caller.require_account(), answer=said.words, now=now)
    return await answered(session, application, demanded, now)
