"""The password asked again, by what a session that was left open, or stolen, must not be enough for."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.errors import Refused, SecondFactorRequired, SignInRequired
from gateway.account import Account, acting
from gateway.password import Passwords
from gateway.rate_limit import refuse_beyond
from gateway.second_factor import has_factor
from gateway.token_bucket import Buckets
from gateway.visit import Principal


class WrongPassword(Refused):
    code, title = "wrong_password", "That is not your password"


@dataclass(frozen=True)
class PasswordAgain:
    """Attempts count with those of signing in: here too somebody could guess."""

    database: Database
    passwords: Passwords
    attempts: Buckets

    async def confirm(self, principal: Principal, password: str, *, field: str = "password") -> Account:
        """The account as it is known by its password. Holds no connection while it hashes.

        Raises WrongPassword, and SecondFactorRequired where a factor guards the account that this session never showed:
        who knows no more than a password changes nothing of such an account, and does not close it.
        """
        account_id = principal.caller.require_account()
        async with self.database.reading() as session:
            account = await session.get(Account, account_id)
            guarded = await has_factor(session, account_id)
        if account is None:
            raise SignInRequired("This account was closed.")
        refuse_beyond(self.attempts.take(account.email))
        if not await self.passwords.matches(account.password_hash, password):
            raise WrongPassword("Please give the password that you sign in with.", field=field)
        if guarded and not principal.factor_shown:
            raise SecondFactorRequired
        return account

    async def lock(self, session: AsyncSession, known: Account) -> Account:
        """The account, locked; refuses where its password changed since it was confirmed."""
        account = await acting(session, known.id)
        if account.password_hash != known.password_hash:
            raise WrongPassword("Your password was changed a moment ago. Please sign in again.")
        return account
