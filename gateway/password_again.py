"""The password asked again, by what a session that was left open, or stolen, must not be enough for."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.errors import Refused, SignInRequired
from gateway.account import Account, acting
from gateway.password import Passwords
from gateway.rate_limit import refuse_beyond
from gateway.token_bucket import Buckets


class WrongPassword(Refused):
    code, title = "wrong_password", "That is not your password"


@dataclass(frozen=True)
class PasswordAgain:
    """Here too somebody could guess. Only who is signed in counts, so that no stranger keeps the holder out."""

    database: Database
    passwords: Passwords
    attempts: Buckets

    async def confirm(self, account_id: UUID, password: str, *, field: str = "password") -> Account:
        """The account as it is known by its password; raises WrongPassword. Holds no connection while it hashes."""
        async with self.database.reading() as session:
            account = await session.get(Account, account_id)
        if account is None:
            raise SignInRequired("This account was closed.")
        refuse_beyond(self.attempts.take(str(account.id)))
        if not await self.passwords.matches(account.password_hash, password):
            raise WrongPassword("Please give the password that you sign in with.", field=field)
        return account

    async def lock(self, session: AsyncSession, known: Account) -> Account:
        """The account, locked; refuses where its password changed since it was confirmed."""
        account = await acting(session, known.id)
        if account.password_hash != known.password_hash:
            raise WrongPassword("Your password was changed a moment ago. Please sign in again.")
        return account
