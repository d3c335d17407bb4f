"""What was done to accounts, in the audit log: one table, fact by fact. Closing one does more: see leaving.py."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from services.producers import audit
from services.producers.audit import Decision
from services.producers.inbound import (
    AccountAct,
    AddressChanged,
    AddressVerified,
    ApiKeyMade,
    ApiKeyRevoked,
    OperatorMade,
    PasswordChanged,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorAdded,
    SecondFactorRemoved,
    SessionsEnded,
)

ACTS: Mapping[type[AccountAct], Decision] = {
    AddressVerified: Decision.ADDRESS_VERIFIED,
    AddressChanged: Decision.ADDRESS_CHANGED,
    PasswordChanged: Decision.PASSWORD_CHANGED,
    SessionsEnded: Decision.SESSIONS_ENDED,
    SecondFactorAdded: Decision.SECOND_FACTOR_ADDED,
    SecondFactorRemoved: Decision.SECOND_FACTOR_REMOVED,
    RecoveryCodeUsed: Decision.RECOVERY_CODE_USED,
    RecoveryCodesRenewed: Decision.RECOVERY_CODES_RENEWED,
    ApiKeyMade: Decision.API_KEY_MADE,
    ApiKeyRevoked: Decision.API_KEY_REVOKED,
    OperatorMade: Decision.OPERATOR_MADE,
}


def recorder(what: Decision, clock: Clock) -> Callable[[AsyncSession, AccountAct], Awaitable[None]]:
    """Records when it was done, or at least when it was heard of."""

    async def write_down(session: AsyncSession, act: AccountAct) -> None:
        audit.record(session, what, subject=act.about, by=act.by, at=act.at or clock(), why=act.why)

    return write_down
