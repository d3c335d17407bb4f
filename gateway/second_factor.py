"""A second factor beside the password: what guards an account, and how it is shown in a session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Forbidden, NotFound, Refused, SignInRequired
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.tasks import enqueue
from gateway import recovery_code
from gateway.account import Account, lock_account
from gateway.authenticator_app import AuthenticatorApp, confirmed_apps, take_code
from gateway.events import AccountFact, FactorKind, RecoveryCodeUsed, SecondFactorRemoved
from gateway.factor_notice import Notice, SendFactorNotice
from gateway.factor_secret import FactorSecret
from gateway.passkey import Options, Passkey, RelyingParty, passkeys_of, remember_challenge, take_passkey, use_challenge
from gateway.session import Session


class WrongCode(Refused):
    code, title = "wrong_code", "That code is not right"


class RecentFactorRequired(Forbidden):
    code, title = "recent_factor_required", "Please show your second factor again"


class RecentPasswordRequired(Forbidden):
    code, title = "recent_password_required", "Please give your password again"


@dataclass(frozen=True, slots=True)
class Guard:
    """What the rules of second factors need: their secret, whom passkeys are for, and how long a proof counts."""

    secret: FactorSecret
    party: RelyingParty
    proof_life: timedelta


@dataclass(frozen=True, slots=True)
class Factors:
    """All that guards an account beside its password."""

    apps: Sequence[AuthenticatorApp]
    passkeys: Sequence[Passkey]

    @property
    def all(self) -> list[AuthenticatorApp | Passkey]:
        return [*self.apps, *self.passkeys]


async def factors_of(session: AsyncSession, account_id: UUID) -> Factors:
    return Factors(await confirmed_apps(session, account_id), await passkeys_of(session, account_id))


def kind_of(factor: AuthenticatorApp | Passkey) -> FactorKind:
    return "totp" if isinstance(factor, AuthenticatorApp) else "passkey"


async def forget_factors(session: AsyncSession, account: Account) -> None:
    """All of them, with the recovery codes. The account's row must be locked."""
    for factor in (await factors_of(session, account.id)).all:
        await session.delete(factor)
        publish(
            session, SecondFactorRemoved(account_id=account.id, version=account.next_version(), kind=kind_of(factor))
        )
    await recovery_code.forget(session, account.id)


async def has_factor(session: AsyncSession, account_id: UUID) -> bool:
    app = exists().where(AuthenticatorApp.account_id == account_id, AuthenticatorApp.confirmed_at.is_not(None))
    return bool(await session.scalar(select(app | exists().where(Passkey.account_id == account_id))))


@dataclass(frozen=True, slots=True)
class OwnSession:
    """An account in one of its sessions, both locked, and what its owner may do there about second factors."""

    session: AsyncSession
    guard: Guard
    account: Account
    visit: Session
    now: datetime

    async def is_confirmed(self) -> bool:
        """Whether whoever sits here has lately shown a factor, or given the password where there is none to show."""
        guarded = await has_factor(self.session, self.account.id)
        shown = self.visit.factor_shown_at if guarded else self.visit.password_given_at
        return shown is not None and self.now - shown < self.guard.proof_life

    async def require_confirmed(self) -> None:
        if await self.is_confirmed():
            return
        if await has_factor(self.session, self.account.id):
            raise RecentFactorRequired("Show it in this session, and then change what guards your account.")
        raise RecentPasswordRequired("Give it in this session, and then change what guards your account.")

    async def ask_for_passkey(self) -> Options:
        known = await passkeys_of(self.session, self.account.id)
        if not known:
            raise NotFound("This account has no passkey.")
        challenge, options = self.guard.party.request_options(known)
        await remember_challenge(self.session, self.visit.id, challenge, self.now)
        return options

    async def show_code(self, code: str) -> str:
        """The session's new token; raises WrongCode."""
        apps = await confirmed_apps(self.session, self.account.id)
        if not await take_code(self.session, apps, self.guard.secret, code, self.now):
            raise wrong_code()
        return self.visit.factor_shown(self.now)

    async def show_recovery_code(self, code: str) -> str:
        """The session's new token; raises WrongCode."""
        if not await recovery_code.use(self.session, self.account.id, self.guard.secret, code):
            raise WrongCode("It is none of your recovery codes, or it was used already.", field="recovery_code")
        self.tell("recovery_code_used", RecoveryCodeUsed)
        return self.visit.factor_shown(self.now)

    async def show_passkey(self, credential: Options) -> str:
        """The session's new token; raises PasskeyRefused."""
        challenge = await use_challenge(self.session, self.visit.id, self.now)
        await take_passkey(
            self.session, self.guard.party, credential, account_id=self.account.id, challenge=challenge, now=self.now
        )
        return self.visit.factor_shown(self.now)

    def tell(self, notice: Notice, fact: type[AccountFact], **about: str) -> None:
        """A fact for the other rooms, and a mail to the owner."""
        told = {"account_id": self.account.id, "version": self.account.next_version()} | about
        publish(self.session, fact.model_validate(told))
        mail = SendFactorNotice(id=new_id(), account_id=self.account.id, notice=notice)
        enqueue(self.session, mail, key=str(mail.id))


async def own_session(session: AsyncSession, guard: Guard, session_id: UUID | None, now: datetime) -> OwnSession:
    """Raises SignInRequired for a session that has ended meanwhile."""
    account_id = await session.scalar(select(Session.account_id).where(Session.id == session_id))
    # The account first: whoever changes how it is guarded waits for whoever is at it.
    account = await lock_account(session, account_id) if account_id is not None else None
    visit = await session.get(Session, session_id, with_for_update=True) if account is not None else None
    if account is None or visit is None:
        raise SignInRequired("Please sign in first")
    return OwnSession(session, guard, account, visit, now)


def wrong_code() -> WrongCode:
    return WrongCode("That code is wrong or was used already: give the next one that your app shows.", field="code")
