"""Second factors over the API: parse, one call, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from chassis.errors import SecondFactorRequired
from chassis.http import CurrentCaller, Now, Reading, RoomDatabase, Transaction, app_state
from gateway import factor_changes, recovery_code
from gateway.api import Cookies, CurrentVisit, set_cookie
from gateway.authenticator_app import AuthenticatorApp, setup_uri
from gateway.factor_schemas import (
    BegunApp,
    FactorList,
    FirstCode,
    GivenPassword,
    NewApp,
    NewPasskey,
    PasskeyOptions,
    RecoveryCodes,
    ShownFactor,
    listed,
)
from gateway.password_again import PasswordAgain
from gateway.rate_limit import Guesses
from gateway.second_factor import Guard, OwnSession, factors_of, has_factor, own_session
from gateway.session import password_given

router = APIRouter(prefix="/api/v1")

Again = Annotated[PasswordAgain, app_state("password_again")]
TheGuard = Annotated[Guard, app_state("guard")]


async def _own_session(
    session: Transaction, caller: CurrentCaller, visit: CurrentVisit, guard: TheGuard, now: Now
) -> OwnSession:
    caller.require_account()
    return await own_session(session, guard, visit.principal.session_id, now)


Own = Annotated[OwnSession, Depends(_own_session, scope="function")]


TheGuesses = Annotated[Guesses, app_state("guesses")]


async def _shown_where_there_is_one(visit: CurrentVisit, session: Reading) -> None:
    principal = visit.principal
    if principal.session_id is None or principal.factor_shown or principal.caller.id is None:
        return
    if await has_factor(session, principal.caller.id):
        raise SecondFactorRequired


# For what ends an account or hands it over: where there is a second factor, the password alone is not enough.
ShownWhereThereIsOne = Depends(_shown_where_there_is_one, scope="function")


@router.get("/factors", tags=["second factors"])
async def list_factors(own: Own) -> FactorList:
    """What guards the account beside its password."""
    return FactorList(
        items=listed(await factors_of(own.session, own.account.id)),
        recovery_codes_left=await recovery_code.codes_left(own.session, own.account.id),
        confirmed=await own.is_confirmed(),
    )


@router.post("/factors/totp", status_code=201, tags=["second factors"])
async def begin_an_app(body: NewApp, own: Own, response: Response) -> BegunApp:
    """Makes a secret for an authenticator app; it counts once the app has shown a code."""
    return _begun(own, await factor_changes.begin_app(own, body.name), response)


@router.get("/factors/totp/{app_id}", tags=["second factors"])
async def read_a_begun_app(app_id: UUID, own: Own, response: Response) -> BegunApp:
    """The secret once more, as long as the app has shown no code."""
    return _begun(own, await factor_changes.begun_app(own, app_id), response)


@router.post("/factors/totp/{app_id}/confirm", tags=["second factors"])
async def confirm_an_app(
    app_id: UUID, body: FirstCode, own: Own, response: Response, cookies: Cookies
) -> RecoveryCodes:
    """The app's first code adds it, and shows a second factor in this session."""
    codes = await factor_changes.confirm_app(own, app_id, body.code)
    set_cookie(response, cookies.set_session(own.visit.factor_shown(own.now)))
    return RecoveryCodes(recovery_codes=codes)


@router.post("/factors/passkeys/creation-options", tags=["second factors"])
async def ask_for_a_new_passkey(own: Own) -> PasskeyOptions:
    """What the browser's `navigator.credentials.create` takes."""
    return PasskeyOptions(options=await factor_changes.ask_for_new_passkey(own))


@router.post("/factors/passkeys", status_code=201, tags=["second factors"])
async def add_a_passkey(body: NewPasskey, own: Own, response: Response, cookies: Cookies) -> RecoveryCodes:
    """Adds what the browser has made, and shows a second factor in this session."""
    made = body.credential
    codes = await factor_changes.add_passkey(own, body.name, made.model_dump(), made.response.transports)
    set_cookie(response, cookies.set_session(own.visit.factor_shown(own.now)))
    return RecoveryCodes(recovery_codes=codes)


@router.post("/factors/passkeys/request-options", tags=["second factors"])
async def ask_for_a_passkey(own: Own) -> PasskeyOptions:
    """What the browser's `navigator.credentials.get` takes."""
    return PasskeyOptions(options=await own.ask_for_passkey())


@router.delete("/factors/{factor_id}", status_code=204, tags=["second factors"])
async def remove_a_factor(factor_id: UUID, own: Own) -> None:
    """Takes a factor away; with the last one the recovery codes go too."""
    await factor_changes.remove(own, factor_id)


@router.post("/factors/recovery-codes", status_code=201, tags=["second factors"])
async def renew_recovery_codes(own: Own, response: Response) -> RecoveryCodes:
    """Ten new codes; the old ones end."""
    response.headers["cache-control"] = "no-store"
    return RecoveryCodes(recovery_codes=await factor_changes.renew_codes(own))


@router.post("/sessions/current/factor", status_code=204, tags=["second factors"])
async def show_a_factor(
    body: ShownFactor, own: Own, visit: CurrentVisit, guesses: TheGuesses, response: Response, cookies: Cookies
) -> None:
    """Shows a second factor in this session, which gets a new cookie; a wrong one leaves it as it is."""
    if body.credential is not None:
        token = await own.show_passkey(body.credential.model_dump())
    else:
        guesses.take(str(own.account.id), visit.address)
        if body.code is not None:
            token = await own.show_code(body.code)
        else:
            token = await own.show_recovery_code(body.recovery_code or "")
    set_cookie(response, cookies.set_session(token))


@router.post("/sessions/current/password", status_code=204, tags=["second factors"])
async def give_the_password_again(
    body: GivenPassword, caller: CurrentCaller, visit: CurrentVisit, database: RoomDatabase, again: Again, now: Now
) -> None:
    """Who has no second factor yet says once more who they are, before they add one."""
    account_id, session_id = caller.require_account(), visit.principal.session_id
    await again.confirm(account_id, body.password.get_secret_value())
    assert session_id is not None  # An account comes by a session and by nothing else.
    async with database.transaction() as session:
        await password_given(session, session_id, now)


def _begun(own: OwnSession, app: AuthenticatorApp, response: Response) -> BegunApp:
    response.headers["cache-control"] = "no-store"
    secret = own.guard.secret.unseal(app.sealed_secret, app.id)
    email = own.account.email
    return BegunApp(id=app.id, name=app.name, account=email, secret=secret, uri=setup_uri(secret, email))
