"""The two reads that are asked all the time, as plain SQL on the driver's own connection.

Their rows are tuples in the order of the fields, so that nothing stands between the driver and the answer.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from domain import people
from domain.kit.calendar import sane_day
from domain.kit.ids import CoacheeId, LocationId, SeriesId, SessionId, StaffId, TrajectoryId
from domain.kit.paging import Page, PageRequest, decode_cursor, encode_cursor
from domain.kit.work import Reading, Work
from domain.people import TextDestroyed, only_coach
from domain.trajectories.access import reads_private_of
from domain.trajectories.model import (
    CancelledBy,
    Domain,
    Format,
    Method,
    Session,
    SessionKind,
    SessionState,
    Trajectory,
    TrajectoryNotFound,
    TrajectoryState,
)
from domain.trajectories.queries import key_question_context


class TrajectoryView(NamedTuple):
    """A trajectory as its reader may see it: the key question only as its own coach."""

    id: TrajectoryId
    version: int
    coachee_id: CoacheeId
    coach_id: StaffId
    format: Format
    domain: Domain
    method: Method
    planned_minutes: int
    state: TrajectoryState
    proposed_at: datetime
    decided_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    phase: str | None
    stop_reason: str | None
    aftercare_until: date | None
    key_question: str | None


class SessionView(NamedTuple):
    """A session as lists show it; `time` is the wall time, as HH:MM."""

    id: SessionId
    version: int
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    coach_id: StaffId
    kind: SessionKind
    state: SessionState
    day: date
    time: str
    zone: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    place: str | None
    closed_at: datetime | None
    reason: str | None
    session_type: str | None
    location_id: LocationId | None
    overlap_allowed: bool
    hold_expires_at: datetime | None
    cancelled_by: CancelledBy | None
    late_cancel: bool
    policy_version: int | None
    series_id: SeriesId | None


SHOWN = TrajectoryView._fields[:-1]
# The coachee's key comes along in the same statement, and only for the one who may open the question with it.
READ_TRAJECTORY = f"""
SELECT {", ".join(f"t.{name}" for name in SHOWN)}, t.sealed_key_question, k.wrapped_key
  FROM trajectories t
  LEFT JOIN sealing_keys k ON k.practice_id = t.practice_id AND k.id = t.coachee_id AND t.coach_id = $3
 WHERE t.practice_id = $1 AND t.id = $2 AND ($4::uuid IS NULL OR t.coach_id = $4 OR EXISTS (
       SELECT FROM trajectory_deputies d
        WHERE d.practice_id = t.practice_id AND d.trajectory_id = t.id AND d.staff_id = $4))
"""  # noqa: S608


async def read_trajectory(reading: Reading, trajectory_id: TrajectoryId) -> TrajectoryView:
    """One trajectory; to a coach, a colleague's is not found. Its question is gone once the text is destroyed."""
    actor = reading.actor
    row = await reading.connection.fetchrow(
        READ_TRAJECTORY, reading.practice_id, trajectory_id, reads_private_of(actor), only_coach(actor)
    )
    if row is None:
        raise TrajectoryNotFound(id=trajectory_id)
    *shown, sealed, wrapped_key = row
    if wrapped_key is None:
        return TrajectoryView._make((*shown, None))
    context = key_question_context(trajectory_id)
    question = people.open_sealed(reading.vault, wrapped_key, row["coachee_id"], sealed, context)
    return TrajectoryView._make((*shown, question))


async def view_trajectory(work: Work, trajectory: Trajectory) -> TrajectoryView:
    """The same view of a trajectory that is at hand."""
    question: str | None = None
    if reads_private_of(work.actor) == trajectory.coach_id:
        context = key_question_context(trajectory.id)
        try:
            question = await people.unseal(work, trajectory.coachee_id, trajectory.sealed_key_question, context)
        except TextDestroyed:
            question = None
    return TrajectoryView._make((*(getattr(trajectory, name) for name in SHOWN), question))


def view_session(session: Session) -> SessionView:
    shown: dict[str, Any] = {name: getattr(session, name) for name in SessionView._fields}
    shown["time"] = f"{session.time:%H:%M}"
    return SessionView(**shown)


class SessionFilter(NamedTuple):
    """What a list of sessions is narrowed to; days are those of the sessions' own wall clocks."""

    trajectory_id: TrajectoryId | None = None
    coach_id: StaffId | None = None
    state: SessionState | None = None
    from_day: date | None = None
    to_day: date | None = None


COLUMNS = ", ".join("to_char(time, 'HH24:MI')" if name == "time" else name for name in SessionView._fields)
# Zones lie at most 14 hours from UTC: a day of any wall clock lies within these instants, which the index can find.
MARGIN = timedelta(days=1)
CONDITIONS = {
    "trajectory_id": "trajectory_id = {0}",
    "coach_id": "coach_id = {0}",
    "state": "state = {0}",
    "other_than": "state <> {0}",
    "from_day": "day >= {0}",
    "from_moment": "starts_at >= {0}",
    "to_day": "day <= {0}",
    "to_moment": "starts_at < {0}",
    "only_coach": "coach_id = {0}",
    # A coach who names a colleague or a trajectory also sees where she stands in, or took over.
    "seen_by": "{0} IN (SELECT sessions.coach_id UNION ALL SELECT t.coach_id FROM trajectories t"
    " WHERE t.practice_id = sessions.practice_id AND t.id = sessions.trajectory_id"
    " UNION ALL SELECT d.staff_id FROM trajectory_deputies d"
    " WHERE d.practice_id = sessions.practice_id AND d.trajectory_id = sessions.trajectory_id)",
    "after": "(starts_at, id) > ({0}, {1})",
}


@lru_cache(maxsize=512)
def list_sessions_sql(conditions: tuple[str, ...], limit: int) -> str:
    """The statement for these conditions, the same text every time, so that the driver has it prepared."""
    text, number = ["practice_id = $1"], 2
    for name in conditions:
        places = CONDITIONS[name].count("{")
        text.append(CONDITIONS[name].format(*(f"${number + place}" for place in range(places))))
        number += places
    where = " AND ".join(text)
    return f"SELECT {COLUMNS} FROM sessions WHERE {where} ORDER BY starts_at, id LIMIT {limit:d}"  # noqa: S608


async def list_sessions(reading: Reading, page: PageRequest, wanted: SessionFilter) -> Page[SessionView]:
    """In the order in which they take place; to a coach, her own only."""
    list_name = "sessions:" + ":".join(map(str, wanted))
    values = _values(reading, wanted)
    if page.cursor is not None:
        starts_at, session_id = decode_cursor(reading.vault, list_name, page.cursor)
        values["after"] = (datetime.fromisoformat(starts_at), UUID(session_id))
    sql = list_sessions_sql(tuple(values), page.limit + 1)
    arguments = [argument for group in values.values() for argument in group]
    rows = await reading.connection.fetch(sql, reading.practice_id, *arguments)
    views = [SessionView._make(row) for row in rows]
    if len(views) <= page.limit:
        return Page(views, None)
    last = views[page.limit - 1]
    marks = [last.starts_at.isoformat(), str(last.id)]
    return Page(views[: page.limit], encode_cursor(reading.vault, list_name, marks))


def _values(reading: Reading, wanted: SessionFilter) -> dict[str, tuple[object, ...]]:
    """What each condition is compared with; without a value there is no condition."""
    narrowed = wanted.trajectory_id is not None or wanted.coach_id is not None
    only = "seen_by" if narrowed else "only_coach"
    values: dict[str, object] = {**wanted._asdict(), only: only_coach(reading.actor)}
    if wanted.state is None:
        values["other_than"] = SessionState.ON_HOLD
    if wanted.from_day is not None:
        values["from_moment"] = _midnight(wanted.from_day, "from_day") - MARGIN
    if wanted.to_day is not None:
        values["to_moment"] = _midnight(wanted.to_day, "to_day") + 2 * MARGIN
    return {name: (value,) for name, value in values.items() if value is not None}


def _midnight(day: date, field: str) -> datetime:
    return datetime.combine(sane_day(day, field=field), time(0), UTC)
