"""Series: sessions that come again by a rule, planned all at once and then changed or cancelled together or apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select

from domain import availability, practice
from domain.kit.calendar import add_months, known_zone, local_day, sane_day
from domain.kit.ids import SeriesId, SessionId, TrajectoryId, new_id
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.trajectories.access import must_go_on, seen_trajectories
from domain.trajectories.invitations import tell_coachee
from domain.trajectories.model import CancelledBy, Series, SeriesNotFound, Session, SessionState, Trajectory
from domain.trajectories.places import FARTHEST_MONTHS, Place, TooFarAhead, Wanted, take_places
from domain.trajectories.queries import get_trajectory
from domain.trajectories.recurrence import days_of
from domain.trajectories.sessions import (
    PLACED,
    NewSession,
    announce_session,
    call_off,
    must_be_movable,
    must_be_plannable,
    settle,
    wanted_again,
    wanted_for,
    write_session,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeries:
    """The first day is that of the first session, where the rule has it; `except_days` are left out."""

    first: NewSession
    rule: str
    except_days: Sequence[date] = ()


async def plan_series(work: Work, trajectory_id: TrajectoryId, new: NewSeries) -> Series:
    """Plan every session of a series by the rules of a session, or none of them."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True, deputies=True)
    must_be_plannable(trajectory, new.first.kind, new.first.day, field="kind")
    await must_go_on(work, trajectory)
    zone = known_zone(new.first.zone or (await practice.get_practice(work)).zone)
    days = _days(work, new, zone)
    must_be_plannable(trajectory, new.first.kind, days[-1], field="rule")
    planned = [replace(new.first, day=day, zone=zone) for day in days]
    places = await take_places(work, [wanted_for(trajectory, one) for one in planned])
    series = Series(
        practice_id=work.practice_id,
        id=SeriesId(new_id()),
        trajectory_id=trajectory.id,
        rule=new.rule,
        except_days=sorted(set(new.except_days)),
        changed_at=work.now,
    )
    await work.store(series)
    announce(work, "series_planned", series.id, trajectory_id=trajectory.id, sessions=len(days))
    pairs = zip(planned, places, strict=True)
    sessions = [await write_session(work, trajectory, one, place, series_id=series.id) for one, place in pairs]
    for one in sessions:
        announce_session(work, "session_planned", one)
    await tell_coachee(work, *sessions)
    return series


def _days(work: Work, new: NewSeries, zone: str) -> list[date]:
    """The days of the series; a rule that runs too far ahead is refused."""
    sane_day(new.first.day, field="day")
    farthest = add_months(local_day(work.now, zone), FARTHEST_MONTHS)
    last = farthest + timedelta(days=366)  # a look beyond the limit, to tell that the rule runs over it
    days = days_of(new.rule, new.first.day, new.first.time, zone, but=new.except_days, last=last)
    if days[-1] > farthest:
        raise TooFarAhead(field="rule", months=FARTHEST_MONTHS)
    return days


async def get_series(work: Work, series_id: SeriesId, *, lock: bool = False) -> Series:
    """To a coach, a colleague's series is not found, unless she stands in for him."""
    seen = seen_trajectories(work.actor, deputies=True)
    of_hers = exists().where(Trajectory.practice_id == Series.practice_id, Trajectory.id == Series.trajectory_id)
    only = None if seen is None else of_hers.where(seen)
    return await find(work, Series, series_id, SeriesNotFound, lock=lock, only=only)


async def sessions_of(work: Work, series: Series) -> list[Session]:
    """All sessions of a series, in the order of its rule."""
    query = select(Session).where(Session.practice_id == work.practice_id, Session.series_id == series.id)
    return list((await work.session.scalars(query.order_by(Session.occurrence_day))).all())


async def update_series(
    work: Work, series_id: SeriesId, changes: dict[str, Any], *, from_day: date | None = None
) -> Series:
    """Change every session to come, or those from a day on. One that was moved by itself keeps its own time."""
    found = await get_series(work, series_id)
    trajectory = await get_trajectory(work, found.trajectory_id, lock=True, deputies=True)
    series = await get_series(work, series_id, lock=True)
    sessions = [one for one in await _to_come(work, series, from_day) if not one.moved_apart]
    moves = await _moves(work, trajectory, sessions, changes)
    later = any(moves[one.id][1].span.starts_at > one.starts_at for one in sessions if one.id in moves)
    # The front of the queue moves first, or sessions would run into those that have yet to move.
    for one in sorted(sessions, key=lambda one: one.starts_at, reverse=later):
        if one.id in moves:
            asked, place = moves[one.id]
            one.day, one.time, one.minutes, one.location_id = asked.day, asked.time, asked.minutes, asked.location_id
            settle(one, place)
        one.place, one.changed_at = changes.get("place", one.place), work.now
        await work.session.flush()
        announce_session(work, "session_changed", one, fields=",".join(sorted(changes)))
    await _note(work, series, "series_changed", sessions)
    return series


async def _moves(
    work: Work, trajectory: Trajectory, sessions: Sequence[Session], changes: dict[str, Any]
) -> dict[SessionId, tuple[Wanted, Place]]:
    """To where each session goes, if the changes move any."""
    fields = {name: value for name, value in changes.items() if name in PLACED}
    shift = timedelta(days=changes.get("shift_days", 0))
    if not sessions or not (fields or shift):
        return {}
    wanted = [replace(wanted_again(one), day=one.day + shift, **fields) for one in sessions]
    places = await take_places(work, wanted, moving=[one.id for one in sessions])
    for asked, place in zip(wanted, places, strict=True):
        must_be_movable(work, trajectory, asked.kind, asked.day, place.span)
    return {one.id: (asked, place) for one, asked, place in zip(sessions, wanted, places, strict=True)}


async def cancel_series(
    work: Work,
    series_id: SeriesId,
    *,
    from_day: date | None = None,
    reason: str | None = None,
    by: CancelledBy | None = None,
) -> Series:
    """Cancel every session to come, or those from a day on, also those that were moved by themselves.

    What a coachee cancels too late is late, as of one session.
    """
    series = await get_series(work, series_id, lock=True)
    sessions = await _to_come(work, series, from_day)
    rules = await availability.get_rules(work)
    for one in sessions:
        await call_off(work, one, rules, reason, by)
    await _note(work, series, "series_cancelled", sessions)
    return series


async def _note(work: Work, series: Series, kind: str, sessions: Sequence[Session]) -> None:
    """Nothing left to change is no change."""
    if sessions:
        series.changes += 1
        series.changed_at = work.now
        await work.session.flush()
        announce(work, kind, series.id, trajectory_id=series.trajectory_id, sessions=len(sessions))
        await tell_coachee(work, *sessions)


async def _to_come(work: Work, series: Series, from_day: date | None) -> list[Session]:
    query = select(Session).where(
        Session.practice_id == work.practice_id,
        Session.series_id == series.id,
        Session.state == SessionState.PLANNED,
        Session.starts_at > work.now,
    )
    if from_day is not None:
        query = query.where(Session.day >= from_day)
    locked = query.order_by(Session.id).with_for_update().execution_options(populate_existing=True)
    return sorted((await work.session.scalars(locked)).all(), key=lambda one: one.starts_at)
