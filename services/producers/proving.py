"""Proving control of a domain: a challenge is issued, and later the name servers are asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.errors import Conflict, TooMany, Unavailable
from services.producers import audit
from services.producers.application import AlreadyDecided, Application, State
from services.producers.audit import Decision
from services.producers.challenge import LIFE, Binding, Challenge, new_token, record_name
from services.producers.evidence import Check, Outcome, judge, kept
from services.producers.resolver import TxtAnswer, TxtResolver
from services.producers.vetting import locked

CHECKS_COUNTED_OVER = timedelta(hours=1)


class NoChallenge(Conflict):
    code = "no_challenge"
    title = "There is no challenge to check"


class ProofNotFound(Conflict):
    code = "proof_not_found"
    title = "The record was not found"


class TooManyChecks(TooMany):
    code = "too_many_checks"
    title = "This domain was checked too often"


class ResolverUnreachable(Unavailable):
    code = "resolver_unreachable"
    title = "The name servers could not be asked"


@dataclass(frozen=True)
class IssuedChallenge:
    """The only time the token is known in clear."""

    token: str
    expires_at: datetime


async def issue(session: AsyncSession, application: Application, *, now: datetime) -> IssuedChallenge:
    """A fresh challenge in place of any earlier one."""
    if application.state is not State.APPLIED:
        raise AlreadyDecided(f"The application of {application.domain_shown} is {application.state} already.")
    token = new_token()
    digest = Binding(application.account_id, application.domain).digest(token.encode())
    await session.merge(
        Challenge(application_id=application.id, digest=digest, issued_at=now, expires_at=now + LIFE, used_at=None)
    )
    by = application.account_id
    audit.record(session, Decision.CHALLENGE_ISSUED, subject=application.id, by=by, at=now, evidence=digest)
    return IssuedChallenge(token, now + LIFE)


@dataclass(frozen=True)
class DomainCheck:
    """Asks between two transactions, never inside one: no lock waits for somebody's name server."""

    database: Database
    resolver: TxtResolver
    checks_per_hour: int

    async def run(self, application_id: UUID, *, now: datetime) -> None:
        """Returns once the domain is proved; every other outcome raises, after its evidence was committed."""
        domain = await self._domain_to_ask(application_id, now)
        if domain is None:
            return
        answers = await self.resolver.ask(record_name(domain))
        async with self.database.transaction() as session:
            check = await _record(session, application_id, answers, now)
        if check is not None:
            _raise_unless_proved(check)

    async def _domain_to_ask(self, application_id: UUID, now: datetime) -> str | None:
        async with self.database.transaction() as session:
            application = await locked(session, application_id)
            if application.proved_at is not None:
                return None
            await _require_live_challenge(session, application, now)
            await self._require_within_limit(session, application, now)
            return application.domain

    async def _require_within_limit(self, session: AsyncSession, application: Application, now: datetime) -> None:
        recent = await session.scalar(
            select(func.count())
            .select_from(Check)
            .where(Check.application_id == application.id, Check.checked_at > now - CHECKS_COUNTED_OVER)
        )
        if (recent or 0) >= self.checks_per_hour:
            raise TooManyChecks(
                f"{application.domain_shown} was checked {recent} times within an hour. Try again later."
            )


async def _require_live_challenge(session: AsyncSession, application: Application, now: datetime) -> Challenge:
    if application.state is not State.APPLIED:
        raise AlreadyDecided(f"The application of {application.domain_shown} is {application.state} already.")
    challenge = await session.get(Challenge, application.id)
    if challenge is None:
        raise NoChallenge("Ask for a challenge first, and publish its record.")
    if not challenge.live(now):
        raise NoChallenge("The challenge has expired. Ask for a fresh one and publish that.")
    return challenge


async def _record(
    session: AsyncSession, application_id: UUID, answers: Sequence[TxtAnswer], now: datetime
) -> Check | None:
    application = await locked(session, application_id)
    if application.proved_at is not None:  # by another check while the name servers were being asked
        return None
    challenge = await session.get(Challenge, application.id)
    published = [_shows(answer, application, challenge, now) for answer in answers]
    check = Check(
        application_id=application.id,
        checked_at=now,
        record_name=record_name(application.domain),
        outcome=judge(answers, published),
        answers=[kept(answer) for answer in answers],
    )
    session.add(check)
    if check.outcome == Outcome.PROVED and challenge is not None:
        challenge.used_at = now
        application.prove(now)
        by = application.account_id
        audit.record(session, Decision.PROVED, subject=application.id, by=by, at=now, evidence=check.digest)
    return check


def _shows(answer: TxtAnswer, application: Application, challenge: Challenge | None, now: datetime) -> bool:
    if challenge is None or not challenge.live(now):
        return False
    return Binding(application.account_id, application.domain).published(challenge.digest, answer.records)


def _raise_unless_proved(check: Check) -> None:
    if check.outcome == Outcome.PROVED:
        return
    if check.outcome == Outcome.UNREACHABLE:
        raise ResolverUnreachable("Not every name server answered. Nothing is lost: try again in a few minutes.")
    if check.outcome == Outcome.RESOLVERS_DISAGREE:
        raise ProofNotFound(
            f"Some name servers see the record at {check.record_name}, some not yet. Try again in a few minutes.",
            seen=check.seen,
        )
    raise ProofNotFound(
        f"No TXT record at {check.record_name} holds the value you were given."
        + (" What is there is listed under “seen”." if check.seen else " There is none at all yet."),
        seen=check.seen,
    )
