"""What happens to a group session as a whole: planned, held, cancelled."""

from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import select

from domain import practice, trajectories
from domain.groups.mails import tell
from domain.groups.model import KEPT, OPEN, GroupNotBegun, GroupSeat, GroupSession, GroupState, SeatState
from domain.groups.queries import get_group
from domain.kit.ids import GroupSessionId, LocationId, StaffId, new_id
from domain.kit.states import step
from domain.kit.work import Work
from domain.messaging import announce
from domain.people import only_coach
from domain.trajectories import ForAnotherCoach, NotACoach, SessionKind, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGroup:
    """The zone is the practice's where none is named; who is offered a seat has `offer_minutes` to take it."""

    coach_id: StaffId
    title: str
    session_type: str | None = None
    day: date
    time: time
    zone: str | None = None
    minutes: int
    place: str | None = None
    location_id: LocationId | None = None
    seats: int
    offer_minutes: int


async def plan_group(work: Work, new: NewGroup) -> GroupSession:
    """Put it in the coach's calendar, where she is free, by the rules of every session."""
    if only_coach(work.actor) not in {None, new.coach_id}:
        raise ForAnotherCoach(field="coach_id")
    if not await practice.coaches(work, new.coach_id):
        raise NotACoach(field="coach_id")
    wanted = Wanted(
        coach_id=new.coach_id,
        kind=SessionKind.GUIDANCE,
        session_type=new.session_type,
        day=new.day,
        time=new.time,
        zone=new.zone,
        minutes=new.minutes,
        location_id=new.location_id,
    )
    place = await trajectories.take_place(work, wanted)
    group = GroupSession(
        practice_id=work.practice_id,
        id=GroupSessionId(new_id()),
        coach_id=new.coach_id,
        title=new.title,
        session_type=new.session_type,
        day=new.day,
        time=new.time,
        zone=place.zone,
        minutes=new.minutes,
        starts_at=place.span.starts_at,
        ends_at=place.span.ends_at,
        place=new.place,
        location_id=new.location_id,
        seats=new.seats,
        offer_minutes=new.offer_minutes,
        created_at=work.now,
    )
    await work.store(group)
    room = new.location_id if place.in_room else None
    await trajectories.keep_time(work, group.id, place.span, coach_id=group.coach_id, location_id=room)
    announce(work, "group_session_planned", group.id, coach_id=group.coach_id, seats=group.seats)
    return group


async def hold_group(work: Work, group_id: GroupSessionId) -> GroupSession:
    """They have met; who still waited, waits no more."""
    group = await get_group(work, group_id, lock=True)
    step({GroupState.PLANNED: frozenset({GroupState.HELD})}, group.state, GroupState.HELD)
    if group.starts_at > work.now:
        raise GroupNotBegun(starts_at=group.starts_at)
    for seat in await _seats(work, group, (SeatState.WAITING, SeatState.OFFERED)):
        group.seats_taken -= seat.state in KEPT
        seat.move(SeatState.LAPSED, work.now)
    return await _close(work, group, GroupState.HELD, None)


async def cancel_group(work: Work, group_id: GroupSessionId, reason: str | None = None) -> GroupSession:
    """It does not take place: the coach, the room and everybody in it are free again, and are told."""
    group = await get_group(work, group_id, lock=True)
    step({GroupState.PLANNED: frozenset({GroupState.CANCELLED})}, group.state, GroupState.CANCELLED)
    seats = await _seats(work, group, OPEN)
    for seat in seats:
        seat.move(SeatState.CANCELLED, work.now)
    group.seats_taken = 0
    await _close(work, group, GroupState.CANCELLED, reason)
    await trajectories.give_time_back(work, [group.id, *(seat.id for seat in seats)])
    for seat in seats:
        await tell(work, group, seat, "group_cancelled")
    return group


async def _seats(work: Work, group: GroupSession, states: tuple[SeatState, ...]) -> list[GroupSeat]:
    query = select(GroupSeat).where(
        GroupSeat.practice_id == work.practice_id, GroupSeat.group_id == group.id, GroupSeat.state.in_(states)
    )
    return list((await work.session.scalars(query.order_by(GroupSeat.id).with_for_update())).all())


async def _close(work: Work, group: GroupSession, to: GroupState, reason: str | None) -> GroupSession:
    group.close(to, work.now, reason)
    await work.session.flush()
    announce(work, f"group_session_{to}", group.id, coach_id=group.coach_id)
    return group
