"""The ledger of a person's check-ins: a line for each, with its stamps and without a word of any answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from domain.checkins import Channel, CheckIn, CheckInState, Kind, Lateness, Plan, PlanEdition, Source, Terms
from domain.kit.calendar import local_time
from domain.kit.ids import CoacheeId, TrajectoryId
from domain.kit.work import Work
from domain.messaging import Message, MessageState

OF_PLAN = and_(Plan.practice_id == CheckIn.practice_id, Plan.id == CheckIn.plan_id)
OF_EDITION = and_(
    PlanEdition.practice_id == CheckIn.practice_id,
    PlanEdition.plan_id == CheckIn.plan_id,
    PlanEdition.number == CheckIn.edition,
)
COLUMNS: tuple[Any, ...] = (
    CheckIn.local_day,
    CheckIn.slot,
    CheckIn.zone,
    CheckIn.kind,
    CheckIn.source,
    CheckIn.state,
    CheckIn.expires_at,
    CheckIn.sent_at,
    CheckIn.opened_at,
    CheckIn.started_at,
    CheckIn.written_at,
    CheckIn.clock_ahead,
    CheckIn.answered_at,
    CheckIn.closed_at,
    CheckIn.late,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One check-in, and the channel through which it came."""

    local_day: date
    slot: int
    zone: str
    kind: Kind
    source: Source
    state: CheckInState
    expires_at: datetime
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    started_at: datetime | None = None
    written_at: datetime | None = None
    clock_ahead: int | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    late: Lateness | None = None
    channel: Channel = Channel.EMAIL

    @property
    def first_at(self) -> datetime | None:
        """When the first of an answer came in."""
        return self.started_at or self.answered_at

    @property
    def sent_hour(self) -> int | None:
        """The hour on her own clock at which it was sent."""
        return None if self.sent_at is None else local_time(self.sent_at, self.zone).hour


async def ledger_of_trajectory(work: Work, trajectory_id: TrajectoryId) -> list[Entry]:
    return await _entries(work, Plan.trajectory_id == trajectory_id)


async def ledger_of_coachee(work: Work, coachee_id: CoacheeId) -> list[Entry]:
    return await _entries(work, Plan.coachee_id == coachee_id)


async def _entries(work: Work, whose: ColumnElement[bool]) -> list[Entry]:
    came = _came_through(work, whose)
    query = (
        select(*COLUMNS, PlanEdition.terms, came.c.channel)
        .join(Plan, OF_PLAN)
        .outerjoin(PlanEdition, OF_EDITION)
        .outerjoin(came, came.c.link == func.concat("check_in:", CheckIn.id))
        .where(CheckIn.practice_id == work.practice_id, Plan.practice_id == work.practice_id, whose)
        .order_by(CheckIn.local_day, CheckIn.slot, CheckIn.id)
    )
    names = [column.key for column in COLUMNS]
    rows = (await work.session.execute(query)).all()
    return [Entry(**dict(zip(names, row[:-2], strict=True)), channel=_channel(row[-2], row[-1])) for row in rows]


def _came_through(work: Work, whose: ColumnElement[bool]) -> Subquery:
    """Of each check-in, the first channel through which it left."""
    link = Message.facts["link"].astext
    recipients = select(Plan.coachee_id).where(Plan.practice_id == work.practice_id, whose)
    return (
        select(link.label("link"), Message.channel)
        .ext(distinct_on(link))
        .where(Message.practice_id == work.practice_id, Message.recipient_id.in_(recipients))
        .where(Message.kind == "check_in", Message.state == MessageState.SENT)
        .order_by(link, Message.sent_at)
        .subquery()
    )


def _channel(terms: Terms | None, came: Channel | None) -> Channel:
    """What it came through; where no message of it is left, the first that its edition of the plan tries."""
    if came is not None:
        return came
    return Channel.EMAIL if terms is None else terms.channels[0]
