"""What operators ask an applicant before they decide, and what they are answered."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.tasks import enqueue
from services.producers import audit
from services.producers.application import Application
from services.producers.audit import Decision, evidence_of
from services.producers.base import Base
from services.producers.mails import AskedMail


class Question(Base):
    __tablename__ = "questions"
    __table_args__ = (Index("questions_of_application", "application_id", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    words: Mapped[str]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[str | None]


class NoSuchQuestion(NotFound):
    code: ClassVar[str] = "question_not_found"
    title: ClassVar[str] = "There is no such question"


async def ask(session: AsyncSession, application: Application, *, by: UUID, words: str, now: datetime) -> None:
    """The application waits for the answer. Any number of questions may be open."""
    application.ask()
    question = Question(id=new_id(), application_id=application.id, asked_at=now, words=words)
    session.add(question)
    evidence = evidence_of(words)
    audit.record(session, Decision.ASKED, subject=application.id, by=by, at=now, evidence=evidence)
    enqueue(session, AskedMail(application_id=application.id, question_id=question.id, words=words))


async def answer(
    session: AsyncSession, application: Application, question_id: UUID, *, words: str, now: datetime
) -> None:
    """With its last open question answered, the application is read again. An answer that was given stands."""
    questions = (await session.scalars(select(Question).where(Question.application_id == application.id))).all()
    question = next((one for one in questions if one.id == question_id), None)
    if question is None:
        raise NoSuchQuestion("Nobody asked that, or it is not about your application.")
    if question.answered_at is not None:
        return
    question.answered_at, question.answer = now, words
    if all(one.answered_at is not None for one in questions):
        application.answer()
    by, evidence = application.account_id, evidence_of(words)
    audit.record(session, Decision.ANSWERED, subject=application.id, by=by, at=now, evidence=evidence)
