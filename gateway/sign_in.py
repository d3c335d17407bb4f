"""Signing in: the same effort and the same answer whether the address or the password is wrong."""

from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.email_address import NotAnEmailAddress, normalised
from chassis.errors import DomainError
from gateway.account import Account, account_of, lock_account
from gateway.password import Passwords
from gateway.session import SessionRules


class WrongCredentials(DomainError):
    status, code, title = 401, "wrong_credentials", "That did not fit"


async def sign_in(
    database: Database,
    passwords: Passwords,
    rules: SessionRules,
    *,
    email: str,
    password: str,
    guest_id: UUID | None,
    device: str,
    now: datetime,
) -> tuple[Account, str]:
    """The account and its new session's token; what the visitor gathered as a guest moves to the account."""
    known = await _known_account(database, email)
    if not await passwords.matches(known.password_hash if known else None, password) or known is None:
        raise WrongCredentials("The e-mail address or the password is not right.")
    renewed = await passwords.hash(password) if passwords.outdated(known.password_hash) else None
    async with database.transaction() as session:
        account = await lock_account(session, known.id)
        # A password changed since it was read ends this attempt as it ends every session.
        if account is None or account.password_hash != known.password_hash:
            raise WrongCredentials("The e-mail address or the password is not right.")
        account.password_hash = renewed or account.password_hash
        if guest_id is not None:
            account.signed_in_from(session, guest_id)
        return account, rules.open(session, account.id, now, device=device)


async def _known_account(database: Database, email: str) -> Account | None:
    try:
        address = normalised(email)
    except NotAnEmailAddress:
        return None
    async with database.reading() as session:
        return await account_of(session, address)
