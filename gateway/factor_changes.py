"""What its owner changes about the guard of an account: factors added and removed, recovery codes renewed."""

from collections.abc import Sequence
from uuid import UUID

from pyotp import random_base32
from sqlalchemy import delete, update

from chassis.errors import Conflict, NotFound
from chassis.ids import new_id
from gateway import recovery_code
from gateway.authenticator_app import AuthenticatorApp, take_code
from gateway.events import FactorKind, RecoveryCodesRenewed, SecondFactorAdded, SecondFactorRemoved
from gateway.passkey import Options, keep_passkey, passkeys_of, remember_challenge, use_challenge
from gateway.second_factor import OwnSession, factors_of, has_factor, kind_of, wrong_code
from gateway.session import Session

MOST = 10


class TooManyFactors(Conflict):
    code, title = "too_many_factors", "That is one second factor too many"


async def begin_app(own: OwnSession, name: str) -> AuthenticatorApp:
    """An app that counts once it has shown a code; one that was begun before and never did is forgotten."""
    await _require_room(own)
    forgotten = (AuthenticatorApp.account_id == own.account.id, AuthenticatorApp.confirmed_at.is_(None))
    await own.session.execute(delete(AuthenticatorApp).where(*forgotten))
    app_id = new_id()
    app = AuthenticatorApp(
        id=app_id,
        account_id=own.account.id,
        name=name,
        sealed_secret=own.guard.secret.seal(random_base32(), app_id),
        begun_at=own.now,
    )
    own.session.add(app)
    return app


async def begun_app(own: OwnSession, app_id: UUID) -> AuthenticatorApp:
    """An app that has shown no code yet; raises NotFound."""
    await own.require_confirmed()
    app = await own.session.get(AuthenticatorApp, app_id)
    if app is None or app.account_id != own.account.id or app.confirmed_at is not None:
        raise NotFound("There is no such app waiting for its first code. Please begin again.")
    return app


async def confirm_app(own: OwnSession, app_id: UUID, code: str) -> list[str]:
    """Recovery codes where these are the first; raises WrongCode."""
    app = await begun_app(own, app_id)
    await _require_room(own)
    if not await take_code(own.session, [app], own.guard.secret, code, own.now):
        raise wrong_code()
    app.confirmed_at = own.now
    return await _added(own, "totp")


async def ask_for_new_passkey(own: OwnSession) -> Options:
    await _require_room(own)
    known = await passkeys_of(own.session, own.account.id)
    challenge, options = own.guard.party.creation_options(own.account, known)
    await remember_challenge(own.session, own.visit.id, challenge, own.now)
    return options


async def add_passkey(own: OwnSession, name: str, credential: Options, transports: Sequence[str]) -> list[str]:
    """Recovery codes where these are the first; raises PasskeyRefused."""
    await _require_room(own)
    challenge = await use_challenge(own.session, own.visit.id, own.now)
    made = own.guard.party.made(credential, challenge)
    await keep_passkey(own.session, own.account.id, name=name, made=made, transports=transports, now=own.now)
    return await _added(own, "passkey")


async def remove(own: OwnSession, factor_id: UUID) -> None:
    """Whoever came in by it in another session has to show another one; with the last one all of them do."""
    await own.require_confirmed()
    factors = await factors_of(own.session, own.account.id)
    found = next((one for one in factors.all if one.id == factor_id), None)
    if found is None:
        raise NotFound("There is no such second factor, or it is not yours.")
    await own.session.delete(found)
    shown = update(Session).where(Session.account_id == own.account.id).values(factor_shown_at=None)
    if len(factors.all) == 1:
        await recovery_code.forget(own.session, own.account.id)
        await own.session.execute(shown)
    else:
        await own.session.execute(shown.where(Session.id != own.visit.id))
    own.tell("removed", SecondFactorRemoved, kind=kind_of(found))


async def renew_codes(own: OwnSession) -> list[str]:
    await own.require_confirmed()
    if not await has_factor(own.session, own.account.id):
        raise NotFound("Recovery codes stand in for a second factor, and there is none yet.")
    codes = await recovery_code.renew(own.session, own.account.id, own.guard.secret, own.now)
    own.tell("codes_renewed", RecoveryCodesRenewed)
    return codes


async def _require_room(own: OwnSession) -> None:
    await own.require_confirmed()
    if len((await factors_of(own.session, own.account.id)).all) >= MOST:
        raise TooManyFactors(f"An account has at most {MOST}: take one away first.")


async def _added(own: OwnSession, kind: FactorKind) -> list[str]:
    own.tell("added", SecondFactorAdded, kind=kind)
    if await recovery_code.codes_left(own.session, own.account.id):
        return []
    return await recovery_code.renew(own.session, own.account.id, own.guard.secret, own.now)
