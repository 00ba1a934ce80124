"""Group sessions as calendars show them: to the coach the group, to a coachee her seat in it."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.groups.model import GroupSeat, GroupSession, GroupState, SeatState
from domain.kit.ical import Appointment
from domain.kit.ids import CoacheeId, PracticeId, StaffId


async def of_coach(
    session: AsyncSession,
    practice_id: PracticeId,
    coach_id: StaffId,
    title: str,
    *,
    since: datetime,
    off_since: datetime,
) -> list[Appointment]:
    """Those she leads, that begin after `since`; what is off only if it was called off after `off_since`."""
    query = select(GroupSession).where(
        GroupSession.practice_id == practice_id,
        GroupSession.coach_id == coach_id,
        GroupSession.starts_at > since,
        or_(GroupSession.state != GroupState.CANCELLED, GroupSession.closed_at > off_since),
    )
    return [group_appointment(group, title) for group in await session.scalars(query)]


async def of_coachee(
    session: AsyncSession,
    practice_id: PracticeId,
    coachee_id: CoacheeId,
    title: str,
    *,
    since: datetime,
    off_since: datetime,
) -> list[Appointment]:
    """Those in which she has a seat, or had one; who only waited for one was never to come."""
    group_of_it = (GroupSession.practice_id == GroupSeat.practice_id) & (GroupSession.id == GroupSeat.group_id)
    query = (
        select(GroupSession, GroupSeat)
        .join(GroupSeat, group_of_it)
        .where(
            GroupSeat.practice_id == practice_id,
            GroupSeat.coachee_id == coachee_id,
            GroupSeat.taken_at.is_not(None),
            GroupSession.starts_at > since,
            or_(GroupSeat.state == SeatState.TAKEN, GroupSeat.changed_at > off_since),
        )
    )
    return [seat_appointment(group, seat, title) for group, seat in await session.execute(query)]


def group_appointment(group: GroupSession, title: str) -> Appointment:
    """A group is planned once and may be called off: who joins or leaves it changes nothing of when and where."""
    off = group.state == GroupState.CANCELLED
    return Appointment(
        id=group.id,
        sequence=int(off),
        changed_at=group.closed_at if off and group.closed_at else group.created_at,
        starts_at=group.starts_at,
        ends_at=group.ends_at,
        zone=group.zone,
        title=title,
        place=group.place,
        cancelled=off,
    )


def seat_appointment(group: GroupSession, seat: GroupSeat, title: str) -> Appointment:
    """Under the seat's own id: a coachee who leaves and joins again has another."""
    off = seat.state != SeatState.TAKEN
    return Appointment(
        id=seat.id,
        sequence=int(off),
        changed_at=seat.changed_at,
        starts_at=group.starts_at,
        ends_at=group.ends_at,
        zone=group.zone,
        title=title,
        place=group.place,
        cancelled=off,
    )
