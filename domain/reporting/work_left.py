"""What is left to do: cheques whose deadline comes near, and hours that trajectories still have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, case, func, select

from domain import practice
from domain.funding import WATCHED, Cheque, ChequeState, Deadline
from domain.kit.calendar import local_day
from domain.kit.ids import ChequeId, CoacheeId, StaffId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.trajectories import Session, SessionState, Trajectory, TrajectoryState

MOST_EXPIRING = 500
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    cheque_id: ChequeId
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    state: ChequeState
    deadline: Deadline
    day: date
    days_left: int
    minutes_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Minutes: as agreed, held, planned in the calendar, and what is then left, below zero where it is too much."""

    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    coach_id: StaffId
    state: TrajectoryState
    agreed: int
    held: int
    planned: int
    left: int


async def expiring_cheques(work: Work, within_days: int) -> list[Expiring]:
    """The nearest first, at most five hundred; those whose day has passed and that a person must close, too."""
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    day = case(*((Cheque.state == state, getattr(Cheque, which)) for state, which in WATCHED.items()))
    query = (
        select(Cheque)
        .where(Cheque.practice_id == work.practice_id, Cheque.state.in_(WATCHED))
        .where(day <= today + timedelta(days=within_days))
        .order_by(day, Cheque.id)
        .limit(MOST_EXPIRING)
    )
    found = [(cheque, cheque.deadline) for cheque in await work.session.scalars(query)]
    return [
        Expiring(
            cheque_id=cheque.id,
            trajectory_id=cheque.trajectory_id,
            coachee_id=cheque.coachee_id,
            state=cheque.state,
            deadline=deadline[0],
            day=deadline[1],
            days_left=(deadline[1] - today).days,
            minutes_left=cheque.minutes_left,
        )
        for cheque, deadline in found
        if deadline is not None
    ]


async def hours_of_trajectories(
    work: Work, page: PageRequest, *, state: TrajectoryState | None = None, coach_id: StaffId | None = None
) -> Page[Hours]:
    """By trajectory, those first that were proposed first."""
    query = _wanted(work, state, coach_id)
    found = await fetch_page(work, query, page, list_name=f"hours:{state}:{coach_id}", keys=[Trajectory.id])
    return Page(await _hours(work, found.items), found.next_cursor)


async def all_hours(
    work: Work, *, state: TrajectoryState | None = None, coach_id: StaffId | None = None
) -> list[Hours]:
    """The same, page after page to the last."""
    rows: list[Hours] = []
    cursor: str | None = None
    while True:
        page = PageRequest(limit=BATCH, cursor=cursor)
        found = await hours_of_trajectories(work, page, state=state, coach_id=coach_id)
        rows += found.items
        if (cursor := found.next_cursor) is None:
            return rows


def _wanted(work: Work, state: TrajectoryState | None, coach_id: StaffId | None) -> Select[Trajectory]:
    query = select(Trajectory).where(Trajectory.practice_id == work.practice_id)
    if state is not None:
        query = query.where(Trajectory.state == state)
    return query if coach_id is None else query.where(Trajectory.coach_id == coach_id)


async def _hours(work: Work, trajectories: Sequence[Trajectory]) -> list[Hours]:
    """All of a page in one query."""
    query = (
        select(Session.trajectory_id, Session.state, func.sum(Session.minutes))
        .where(Session.practice_id == work.practice_id, Session.trajectory_id.in_([one.id for one in trajectories]))
        .where(Session.state.in_((SessionState.HELD, SessionState.PLANNED)))
        .group_by(Session.trajectory_id, Session.state)
    )
    found = {(trajectory_id, state): int(sum_) for trajectory_id, state, sum_ in await work.session.execute(query)}
    rows: list[Hours] = []
    for one in trajectories:
        held, planned = (found.get((one.id, state), 0) for state in (SessionState.HELD, SessionState.PLANNED))
        left = one.planned_minutes - held - planned
        rows.append(
            Hours(
                trajectory_id=one.id,
                coachee_id=one.coachee_id,
                coach_id=one.coach_id,
                state=one.state,
                agreed=one.planned_minutes,
                held=held,
                planned=planned,
                left=left,
            )
        )
    return rows
