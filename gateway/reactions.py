"""What the gateway does about others' facts, on one screen."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import each
from gateway.inbound import MemberJoined, MemberLeft, MemberRoleChanged
from gateway.membership import record_role


async def _given_a_role(session: AsyncSession, fact: MemberJoined | MemberRoleChanged) -> None:
    await record_role(session, coop_id=fact.coop_id, account_id=fact.account_id, role=fact.role, version=fact.version)


async def _left(session: AsyncSession, fact: MemberLeft) -> None:
    await record_role(session, coop_id=fact.coop_id, account_id=fact.account_id, role=None, version=fact.version)


REACTIONS = (each(MemberJoined, _given_a_role), each(MemberRoleChanged, _given_a_role), each(MemberLeft, _left))
