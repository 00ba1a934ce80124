"""The ledger of deliveries: each attempt to reach a coachee by a channel, and how it went; no words of anyone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.ids import AttemptId, MessageId, new_id
from domain.kit.tables import Table, Tenant, Word, within_practice
from domain.kit.work import Work
from domain.messaging.channels import Channel

SHOWN = 20


class Outcome(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    PUT_OFF = "put_off"  # to be tried again
    GIVEN_UP = "given_up"  # this channel does not work for it


class Attempt(Tenant, Table):
    __tablename__ = "delivery_attempts"
    __table_args__ = (
        within_practice("message_id", "messages"),
        Index("delivery_attempts_recipient_idx", "practice_id", "recipient_id", "id"),
        Index("delivery_attempts_subject_idx", "practice_id", "subject_id", "id"),
    )

    id: Mapped[AttemptId] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[MessageId]
    recipient_id: Mapped[UUID]
    subject_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel] = mapped_column(Word(Channel, 16))
    at: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome, 16))
    reason: Mapped[str | None] = mapped_column(String(80))


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """When a channel last worked for her, and when it last did not."""

    channel: Channel
    worked_at: datetime | None
    failed_at: datetime | None

    @property
    def ails(self) -> bool:
        return self.failed_at is not None and (self.worked_at is None or self.worked_at < self.failed_at)


async def attempts_about(work: Work, subject_id: UUID) -> list[Attempt]:
    """How one thing was brought to her, first to last."""
    query = select(Attempt).where(Attempt.practice_id == work.practice_id, Attempt.subject_id == subject_id)
    return list((await work.session.scalars(query.order_by(Attempt.id).limit(100))).all())


async def attempts_for(work: Work, recipient_id: UUID) -> list[Attempt]:
    """The latest attempts to reach her, newest first."""
    query = select(Attempt).where(Attempt.practice_id == work.practice_id, Attempt.recipient_id == recipient_id)
    return list((await work.session.scalars(query.order_by(Attempt.id.desc()).limit(SHOWN))).all())


async def health_of(work: Work, recipient_id: UUID) -> dict[Channel, ChannelHealth]:
    """Of each channel that was ever tried for her."""
    worked = func.max(Attempt.at).filter(Attempt.outcome == Outcome.SENT)
    failed = func.max(Attempt.at).filter(Attempt.outcome == Outcome.GIVEN_UP)
    query = select(Attempt.channel, worked, failed).where(
        Attempt.practice_id == work.practice_id, Attempt.recipient_id == recipient_id
    )
    rows = await work.session.execute(query.group_by(Attempt.channel))
    return {channel: ChannelHealth(channel, last, lost) for channel, last, lost in rows}
