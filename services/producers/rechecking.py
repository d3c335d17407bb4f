"""Checking co-ops again: a timer calls up those that are due; a task for each asks, then settles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.tasks import Task, enqueue
from services.producers.application import Application, locked
from services.producers.brake import doubted
from services.producers.challenge import Challenge, Way
from services.producers.control import Seen, Shown, step, wait
from services.producers.coop import Coop, CoopState, locked_coop
from services.producers.evidence import Check, Outcome
from services.producers.proving import settle
from services.producers.rdap import Registration
from services.producers.rdap_client import Registry
from services.producers.recheck import Recheck, claim, roll
from services.producers.registration_check import note
from services.producers.reproof import act
from services.producers.resolver import Asker, TxtAnswer

AGAIN_IN = timedelta(hours=1)  # where a check is lost for good, its co-op is called up anew

SHOWN = {
    Outcome.PROVED: Shown.YES,
    Outcome.NOT_FOUND: Shown.NO,
    Outcome.RESOLVERS_DISAGREE: Shown.NO,
    Outcome.UNREACHABLE: Shown.UNREACHABLE,
}

Answers = Mapping[Way, Sequence[TxtAnswer]]


class CheckCoop(Task):
    kind: ClassVar[str] = "check_coop"
    coop_id: UUID


@dataclass
class Pause:
    """Kept while a registry wants to be left alone."""

    until: datetime | None = None

    def left(self, now: datetime) -> timedelta | None:
        return self.until - now if self.until is not None and self.until > now else None

    def heed(self, registration: Registration, now: datetime) -> None:
        if registration.retry_after:
            self.until = now + registration.retry_after


@dataclass(frozen=True)
class Rechecks:
    """Each co-op's turn comes once a day; at most so many are called up in one round, whatever has piled up."""

    database: Database
    registry: Registry
    askers: Mapping[Way, Asker]
    clock: Clock
    most_in_a_round: int
    pause: Pause = field(default_factory=Pause)

    async def call_up(self) -> None:
        """What is due becomes a task in one transaction: no check is lost with a process, and none is made twice."""
        async with self.database.transaction() as session:
            for coop_id in await claim(session, now=self.clock(), most=self.most_in_a_round, again_in=AGAIN_IN):
                enqueue(session, CheckCoop(coop_id=coop_id), key=str(coop_id))

    async def check(self, task: CheckCoop) -> None:
        domain, ways = await self._whom_to_ask(task.coop_id)
        registration = await self._registration(domain)
        answers = {way: await self.askers[way].ask(domain) for way in ways}
        async with self.database.transaction() as session:
            await _conclude(session, task.coop_id, registration, answers, self.clock())

    async def _whom_to_ask(self, coop_id: UUID) -> tuple[str, Sequence[Way]]:
        """Name servers only where there may be something to find, or where it matters that they can be asked."""
        now = self.clock()
        async with self.database.reading() as session:
            coop = await session.get_one(Coop, coop_id)
            recheck = await session.get_one(Recheck, coop_id)
            challenge = await session.get(Challenge, coop_id)
        published = challenge is not None and challenge.live(now)
        if not published and not recheck.control(coop).is_in_grace(now):
            return coop.domain, ()
        return coop.domain, tuple(dict.fromkeys((Way.DNS, Way(coop.proof_method))))

    async def _registration(self, domain: str) -> Registration:
        if (left := self.pause.left(self.clock())) is not None:
            return Registration("", failure="the registry asked for a pause", retry_after=left)
        registration = await self.registry.ask(domain)
        self.pause.heed(registration, self.clock())
        return registration


async def _conclude(
    session: AsyncSession, coop_id: UUID, registration: Registration, answers: Answers, now: datetime
) -> None:
    application = await locked(session, coop_id)
    coop = await locked_coop(session, coop_id)
    recheck = await session.get_one(Recheck, coop_id, with_for_update=True)
    shown = await _shown(session, application, answers, now)
    before = recheck.control(coop)
    verdict = registration.verdict(before.proved_at)
    registration, verdict = await doubted(session, recheck, registration, verdict, now)
    told = await note(session, application.id, registration, verdict, now)
    seen = Seen(verdict, shown, registration.retry_after)
    known, actions = step(before, seen, now)
    recheck.remember(known)
    recheck.saw(registration, now)
    recheck.next_due = now + wait(known, seen, roll(coop.id, now))
    # Said again at every check, which changes nothing unless somebody let it sell in between.
    again = [known.stand] if known.stand.state is not CoopState.ADMITTED else []
    await act(session, coop, [*actions, *(one for one in again if one not in actions)], now, evidence=told.digest)


async def _shown(session: AsyncSession, application: Application, answers: Answers, now: datetime) -> Shown:
    """By the first way that shows the challenge; a co-op's own web server being away is no outage of ours."""
    shown = Shown.NOT_ASKED
    for way, told in answers.items():
        check = Check.begun(application.id, application.domain, way, now)
        session.add(check)
        await settle(session, application, await session.get(Challenge, application.id), check, told, now)
        found = SHOWN[Outcome(check.outcome)]
        if found is Shown.YES:
            return found
        shown = found if way is Way.DNS else shown
    return shown
