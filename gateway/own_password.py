"""Changing one's password: whoever knows the old one, and only in the session that does it."""

from datetime import datetime

from chassis.database import Database
from gateway.password import Passwords, acceptable
from gateway.password_again import PasswordAgain
from gateway.password_reset import set_password
from gateway.session import end_sessions
from gateway.visit import Principal


async def change_password(
    database: Database,
    again: PasswordAgain,
    passwords: Passwords,
    *,
    principal: Principal,
    old: str,
    new: str,
    now: datetime,
) -> None:
    """Ends every session but the one that asks. Raises WrongPassword and PasswordNotAccepted."""
    known = await again.confirm(principal, old, field="current_password")
    password_hash = await passwords.hash(acceptable(new, email=known.email))
    async with database.transaction() as session:
        account = await again.lock(session, known)
        await set_password(session, account, password_hash, now)
        await end_sessions(session, account.id, but=principal.session_id)
