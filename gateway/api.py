"""Accounts, sessions, passwords: parse, one call, answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.database import Database
from chassis.email_address import normalised
from chassis.http import CurrentCaller, Now, Reading, Transaction, app_state
from chassis.tasks import enqueue
from gateway.account import Account, open_account
from gateway.address_verification import ask_to_verify
from gateway.cookie import CookieJar
from gateway.device import device_in
from gateway.password import Passwords, acceptable
from gateway.password_reset import SendPasswordReset, choose_new_password
from gateway.rate_limit import Guesses, refuse_beyond
from gateway.schemas import Credentials, Me, NewAccount, NewPassword, ResetRequest, Work
from gateway.second_factor import has_factor
from gateway.session import SessionRules, end_session, find_session
from gateway.sign_in import sign_in
from gateway.token_bucket import Buckets
from gateway.visit import ANONYMOUS, Principal, Visit, visit_of

router = APIRouter(prefix="/api/v1")

Cookies = Annotated[CookieJar, app_state("cookies")]
Hashing = Annotated[Passwords, app_state("passwords")]
Rules = Annotated[SessionRules, app_state("sessions")]
OwnDatabase = Annotated[Database, app_state("database")]
SignIns = Annotated[Guesses, app_state("sign_ins")]
ResetsPerEmail = Annotated[Buckets, app_state("resets_per_email")]


async def _device(user_agent: Annotated[str | None, Header(include_in_schema=False)] = None) -> str:
    return device_in(user_agent)


Device = Annotated[str, Depends(_device)]


async def _current_visit(request: Request) -> Visit:
    return visit_of(request.scope)


CurrentVisit = Annotated[Visit, Depends(_current_visit)]


@router.post("/accounts", status_code=201)
async def open_an_account(
    body: NewAccount,
    session: Transaction,
    caller: CurrentCaller,
    now: Now,
    response: Response,
    hashing: Hashing,
    rules: Rules,
    cookies: Cookies,
    device: Device,
) -> Me:
    """Opens an account and signs in to it; a link by mail lets its holder confirm the address."""
    email, password = normalised(body.email), body.password.get_secret_value()
    # Before the first statement, so that no connection is held for as long as hashing takes.
    hashed = await hashing.hash(acceptable(password, email=email))
    account = await open_account(session, email=email, name=body.name.strip(), password_hash=hashed, now=now)
    if caller.kind == "guest" and caller.id is not None:
        account.signed_in_from(session, caller.id)
    ask_to_verify(session, account.id, account.email)
    set_cookie(response, cookies.set_session(rules.open(session, account.id, now, device=device)))
    return Me(id=account.id, kind="account", email=account.email, name=account.name)


@router.post("/sessions", status_code=201)
async def open_a_session(
    body: Credentials,
    database: OwnDatabase,
    caller: CurrentCaller,
    now: Now,
    response: Response,
    hashing: Hashing,
    rules: Rules,
    cookies: Cookies,
    visit: CurrentVisit,
    guesses: SignIns,
    device: Device,
) -> Me:
    """Signs in; what needs a second factor is withheld until one is shown."""
    guesses.take(body.email.strip().lower(), visit.address)
    account, token = await sign_in(
        database,
        hashing,
        rules,
        email=body.email,
        password=body.password.get_secret_value(),
        guest_id=caller.id if caller.kind == "guest" else None,
        device=device,
        now=now,
    )
    set_cookie(response, cookies.set_session(token))
    found = await find_session(database, rules, token, now)
    async with database.reading() as session:
        return await who_it_is(session, account, found or ANONYMOUS)


@router.delete("/sessions/current", status_code=204)
async def end_this_session(session: Transaction, visit: CurrentVisit, response: Response, cookies: Cookies) -> None:
    """Signs out; who is signed out already stays so."""
    if visit.principal.session_id is not None:
        await end_session(session, visit.principal.session_id)
    set_cookie(response, cookies.clear())


@router.get("/me")
async def me(session: Reading, caller: CurrentCaller, visit: CurrentVisit) -> Me:
    """Who is asking."""
    if caller.kind != "account":
        return Me(id=caller.id, kind=caller.kind, works_for=_works_for(caller))
    account = (await session.scalars(select(Account).where(Account.id == caller.id))).one()
    return await who_it_is(session, account, visit.principal)


@router.post("/password-resets", status_code=202)
async def ask_for_a_new_password(body: ResetRequest, session: Transaction, per_email: ResetsPerEmail) -> None:
    """Sends a link by mail where there is an account; the answer is the same where there is none."""
    email = normalised(body.email)
    refuse_beyond(per_email.take(email))
    enqueue(session, SendPasswordReset(email=email), key=email)


@router.put("/password-resets/{token}", status_code=204)
async def choose_a_new_password(
    token: str, body: NewPassword, database: OwnDatabase, now: Now, hashing: Hashing
) -> None:
    """Sets the password by the link's token and signs the account out everywhere."""
    await choose_new_password(database, hashing, token=token, password=body.password.get_secret_value(), now=now)


def set_cookie(response: Response, cookie: str) -> None:
    response.headers.append("set-cookie", cookie)
    response.headers["cache-control"] = "no-store"


async def who_it_is(session: AsyncSession, account: Account, principal: Principal) -> Me:
    """An account as it stands in one of its sessions."""
    caller = principal.caller
    enrolled = principal.factor_shown or await has_factor(session, account.id)
    return Me(
        id=account.id,
        kind="account",
        email=account.email,
        email_verified=account.email_verified_at is not None,
        name=account.name,
        operator=caller.operator,
        works_for=_works_for(caller),
        second_factor="shown" if principal.factor_shown else "enrolled" if enrolled else "none",
        operator_withheld=caller.operator_withheld,
        withheld_from=sorted(caller.withheld_from),
    )


def _works_for(caller: Caller) -> list[Work]:
    return [
        Work(coop_id=coop_id, role=role, scopes=sorted(caller.scopes.get(coop_id, ())))
        for coop_id, role in sorted(caller.works_for.items())
    ]
