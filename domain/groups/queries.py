"""Reading group sessions and their seats: to a coach, her own."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from domain.groups.model import GroupSeat, GroupSeatNotFound, GroupSession, GroupSessionNotFound
from domain.kit.ids import GroupSeatId, GroupSessionId, StaffId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Actor, Work, find
from domain.trajectories import only_seen


async def get_group(work: Work, group_id: GroupSessionId, *, lock: bool = False) -> GroupSession:
    only = only_seen(work.actor, GroupSession.coach_id)
    return await find(work, GroupSession, group_id, GroupSessionNotFound, lock=lock, only=only)


async def list_groups(work: Work, page: PageRequest, *, coach_id: StaffId | None = None) -> Page[GroupSession]:
    """In the order in which they take place."""
    query = select(GroupSession).where(GroupSession.practice_id == work.practice_id)
    if (seen := only_seen(work.actor, GroupSession.coach_id)) is not None:
        query = query.where(seen)
    if coach_id is not None:
        query = query.where(GroupSession.coach_id == coach_id)
    keys = [GroupSession.starts_at, GroupSession.id]
    return await fetch_page(work, query, page, list_name=f"group_sessions:{coach_id}", keys=keys)


async def get_seat(work: Work, seat_id: GroupSeatId) -> GroupSeat:
    return await find(work, GroupSeat, seat_id, GroupSeatNotFound, only=_seen_seats(work.actor))


async def list_seats(work: Work, group_id: GroupSessionId, page: PageRequest) -> Page[GroupSeat]:
    """In the order of asking."""
    await get_group(work, group_id)
    query = select(GroupSeat).where(GroupSeat.practice_id == work.practice_id, GroupSeat.group_id == group_id)
    return await fetch_page(work, query, page, list_name=f"group_seats:{group_id}", keys=[GroupSeat.id])


async def hold_seat(work: Work, seat_id: GroupSeatId) -> tuple[GroupSession, GroupSeat]:
    """Both rows, the group's first: whoever changes a seat holds its group, so that no seat is counted twice."""
    found = await get_seat(work, seat_id)
    group = await find(work, GroupSession, found.group_id, GroupSessionNotFound, lock=True)
    return group, await find(work, GroupSeat, seat_id, GroupSeatNotFound, lock=True)


def _seen_seats(actor: Actor) -> ColumnElement[bool] | None:
    of_group: list[Any] = [GroupSession.practice_id == GroupSeat.practice_id, GroupSession.id == GroupSeat.group_id]
    seen = only_seen(actor, GroupSession.coach_id)
    return None if seen is None else exists().where(*of_group, seen)
