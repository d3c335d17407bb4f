"""Changing one's password: whoever knows the old one, and only in the session that does it."""

from datetime import datetime
from uuid import UUID

from chassis.database import Database
from gateway.password import Passwords, acceptable
from gateway.password_again import PasswordAgain
from gateway.password_reset import set_password
from gateway.session import end_sessions


async def change_password(
    database: Database,
    again: PasswordAgain,
    passwords: Passwords,
    *,
    account_id: UUID,
    old: str,
    new: str,
    keep: UUID | None,
    now: datetime,
) -> None:
    """Ends every session but `keep`. Raises WrongPassword and PasswordNotAccepted."""
    known = await again.confirm(account_id, old, field="current_password")
    password_hash = await passwords.hash(acceptable(new, email=known.email))
    async with database.transaction() as session:
        account = await again.lock(session, known)
        await set_password(session, account, password_hash, now)
        await end_sessions(session, account.id, but=keep)
