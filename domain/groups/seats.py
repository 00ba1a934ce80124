"""Who is in a group: joining and leaving, and the row of who waits, to whom a free seat is offered in turn."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import funding, people, trajectories
from domain.groups.mails import tell
from domain.groups.model import (
    KEPT,
    OPEN,
    AlreadyInGroup,
    GroupBegun,
    GroupSeat,
    GroupSession,
    GroupState,
    NotTheirTrajectory,
    OfferExpired,
    SeatState,
)
from domain.groups.queries import get_group, hold_seat
from domain.kit.due import Due
from domain.kit.errors import named_in
from domain.kit.ids import CoacheeId, GroupSeatId, GroupSessionId, TrajectoryId, new_id
from domain.kit.states import WrongState
from domain.kit.work import Work
from domain.messaging import announce
from domain.people import Coachee

BATCH = 500


async def join_group(
    work: Work, group_id: GroupSessionId, coachee_id: CoacheeId, trajectory_id: TrajectoryId | None = None
) -> GroupSeat:
    """A seat if there is one and nobody waits for it, else a place in the row of who waits."""
    group = await get_group(work, group_id, lock=True)
    _must_be_open(work, group)
    await _check_coachee(work, coachee_id, trajectory_id)
    await _must_be_new(work, group, coachee_id)
    await trajectories.must_be_free(work, coachee_id, group.span, field="coachee_id")
    free = not group.full and await _first_waiting(work, group) is None
    seat = GroupSeat(
        practice_id=work.practice_id,
        id=GroupSeatId(new_id()),
        group_id=group.id,
        coachee_id=coachee_id,
        trajectory_id=trajectory_id,
        state=SeatState.TAKEN if free else SeatState.WAITING,
        asked_at=work.now,
        taken_at=work.now if free else None,
        changed_at=work.now,
    )
    await work.store(seat)
    await people.make_link(work, "group_seat", seat.id, coachee_id)
    _announce(work, seat)
    if free:
        group.seats_taken += 1
        await _sit_down(work, group, seat)
    return seat


async def leave_group(work: Work, seat_id: GroupSeatId) -> GroupSeat:
    """She does not come, or waits no longer; a seat that comes free is offered to who waits longest."""
    group, seat = await hold_seat(work, seat_id)
    _must_be_open(work, group)
    return await _give_up(work, group, seat, SeatState.LEFT)


async def accept_seat(work: Work, seat_id: GroupSeatId) -> GroupSeat:
    """She takes the seat that is offered, while it is and if she is free."""
    group, seat = await hold_seat(work, seat_id)
    _must_be_offered(seat, SeatState.TAKEN)
    _must_be_open(work, group)
    if seat.offer_expires_at is not None and seat.offer_expires_at <= work.now:
        raise OfferExpired(expired_at=seat.offer_expires_at)
    await trajectories.must_be_free(work, seat.coachee_id, group.span, field="coachee_id")
    await _move(work, seat, SeatState.TAKEN)
    await _sit_down(work, group, seat)
    return seat


async def decline_seat(work: Work, seat_id: GroupSeatId) -> GroupSeat:
    """She does not take the seat that is offered: it goes to the next."""
    group, seat = await hold_seat(work, seat_id)
    _must_be_offered(seat, SeatState.DECLINED)
    return await _give_up(work, group, seat, SeatState.DECLINED)


async def expired_offers(session: AsyncSession, now: datetime) -> list[Due[GroupSeatId]]:
    """Offers whose time is over in any practice, oldest first."""
    query = select(GroupSeat.practice_id, GroupSeat.id).where(
        GroupSeat.state == SeatState.OFFERED, GroupSeat.offer_expires_at <= now
    )
    rows = await session.execute(query.order_by(GroupSeat.offer_expires_at).limit(BATCH))
    return [Due(practice_id, seat_id) for practice_id, seat_id in rows]


async def next_offer_expiry_at(session: AsyncSession) -> datetime | None:
    query = select(func.min(GroupSeat.offer_expires_at)).where(GroupSeat.state == SeatState.OFFERED)
    return await session.scalar(query)


async def expire_offer(work: Work, seat_id: GroupSeatId) -> None:
    """An offer that nobody took goes to the next; one that was taken just before stays taken."""
    group, seat = await hold_seat(work, seat_id)
    if seat.offer_expires_at is not None and seat.offer_expires_at <= work.now:
        await _give_up(work, group, seat, SeatState.LAPSED)


async def _check_coachee(work: Work, coachee_id: CoacheeId, trajectory_id: TrajectoryId | None) -> None:
    with named_in("coachee_id"):
        people.must_be_open(await people.get_coachee(work, coachee_id))
    if trajectory_id is None:
        return
    with named_in("trajectory_id"):
        trajectory = await trajectories.get_trajectory(work, trajectory_id, deputies=True)
    if trajectory.coachee_id != coachee_id:
        raise NotTheirTrajectory(field="trajectory_id")
    await funding.must_allow_groups(work, trajectory_id)


async def _must_be_new(work: Work, group: GroupSession, coachee_id: CoacheeId) -> None:
    query = select(GroupSeat.id).where(
        GroupSeat.practice_id == work.practice_id,
        GroupSeat.group_id == group.id,
        GroupSeat.coachee_id == coachee_id,
        GroupSeat.state.in_(OPEN),
    )
    if (seat_id := await work.session.scalar(query)) is not None:
        raise AlreadyInGroup(field="coachee_id", seat_id=seat_id)


def _must_be_open(work: Work, group: GroupSession) -> None:
    if group.state != GroupState.PLANNED:
        raise WrongState(state=group.state, wanted=GroupState.PLANNED)
    if group.starts_at <= work.now:
        raise GroupBegun(starts_at=group.starts_at)


def _must_be_offered(seat: GroupSeat, to: SeatState) -> None:
    if seat.state != SeatState.OFFERED:
        raise WrongState(state=seat.state, wanted=to)


async def _sit_down(work: Work, group: GroupSession, seat: GroupSeat) -> None:
    await trajectories.keep_time(work, seat.id, group.span, coachee_id=seat.coachee_id)
    await tell(work, group, seat, "group_seat")


async def _give_up(work: Work, group: GroupSession, seat: GroupSeat, to: SeatState) -> GroupSeat:
    kept = seat.state in KEPT
    await _move(work, seat, to)
    await trajectories.give_time_back(work, [seat.id])
    if seat.taken_at is not None:
        await tell(work, group, seat, "group_left")
    if kept:
        group.seats_taken -= 1
        await _offer(work, group)
    return seat


async def _offer(work: Work, group: GroupSession) -> None:
    """Offer what is free to who waits longest; an offer stands until the group begins at the latest."""
    while not group.full and group.state == GroupState.PLANNED and group.starts_at > work.now:
        seat = await _first_waiting(work, group)
        if seat is None:
            return
        group.seats_taken += 1
        until = min(work.now + timedelta(minutes=group.offer_minutes), group.starts_at)
        await _move(work, seat, SeatState.OFFERED, until=until)
        await tell(work, group, seat, "group_seat_offered", until=until)


async def _first_waiting(work: Work, group: GroupSession) -> GroupSeat | None:
    """Whoever's file was put away meanwhile is passed over: she would hear of no offer."""
    of_seat = and_(Coachee.practice_id == GroupSeat.practice_id, Coachee.id == GroupSeat.coachee_id)
    query = (
        select(GroupSeat)
        .join(Coachee, of_seat)
        .where(
            GroupSeat.practice_id == work.practice_id,
            GroupSeat.group_id == group.id,
            GroupSeat.state == SeatState.WAITING,
            Coachee.archived_at.is_(None),
        )
    )
    return await work.session.scalar(query.order_by(GroupSeat.id).limit(1))


async def _move(work: Work, seat: GroupSeat, to: SeatState, *, until: datetime | None = None) -> None:
    seat.move(to, work.now, until=until)
    await work.session.flush()
    _announce(work, seat)


def _announce(work: Work, seat: GroupSeat) -> None:
    announce(work, f"group_seat_{seat.state}", seat.id, group_id=seat.group_id, coachee_id=seat.coachee_id)
