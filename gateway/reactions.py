"""What the gateway does about others' facts, on one screen."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import each
from gateway.inbound import MemberJoined, MemberLeft
from gateway.membership import record_role


async def _joined(session: AsyncSession, fact: MemberJoined) -> None:
    await record_role(session, coop_id=fact.coop_id, account_id=fact.account_id, role=fact.role, version=fact.version)


async def _left(session: AsyncSession, fact: MemberLeft) -> None:
    await record_role(session, coop_id=fact.coop_id, account_id=fact.account_id, role=None, version=fact.version)


REACTIONS = (each(MemberJoined, _joined), each(MemberLeft, _left))
