from datetime import UTC, date, datetime, time
from itertools import product

import pytest

from api.trajectories.shapes import SessionOut, TrajectoryDetail
from domain.kit.calendar import DayOutOfRange, TimeAmbiguous, TimeSkipped, existing_instant
from domain.kit.states import WrongState
from domain.trajectories import (
    MOVES,
    SESSION_MOVES,
    Session,
    SessionState,
    SessionView,
    TooFarAhead,
    Trajectory,
    TrajectoryState,
    TrajectoryView,
)
from domain.trajectories.places import span_of
from domain.trajectories.views import list_sessions_sql

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
ENDED = {TrajectoryState.COMPLETED, TrajectoryState.STOPPED}


@pytest.mark.parametrize(("here", "to"), list(product(TrajectoryState, TrajectoryState)))
def test_a_trajectory_moves_as_its_table_says_and_stamps_it(here, to):
    decided_at = None if here is TrajectoryState.PROPOSED else datetime(2026, 1, 1, tzinfo=UTC)
    trajectory = Trajectory(state=here, decided_at=decided_at)
    if to in MOVES.get(here, frozenset()):
        trajectory.move(to, NOW)
        assert trajectory.state is to
        assert trajectory.decided_at == (decided_at or NOW)
        assert trajectory.ended_at == (NOW if to in ENDED else None)
        assert trajectory.paused_at == (NOW if to is TrajectoryState.PAUSED else None)
    else:
        with pytest.raises(WrongState):
            trajectory.move(to, NOW)
        assert trajectory.state is here


@pytest.mark.parametrize(("here", "to"), list(product(SessionState, SessionState)))
def test_a_session_closes_once(here, to):
    session = Session(state=here)
    if to in SESSION_MOVES.get(here, frozenset()):
        session.close(to, NOW, "ill")
        assert (session.state, session.closed_at, session.reason) == (to, NOW, "ill")
    else:
        with pytest.raises(WrongState):
            session.close(to, NOW)
        assert session.state is here


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 3, 28), "09:00", datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (date(2026, 3, 29), "01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), "03:00", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (date(2026, 10, 25), "03:00", datetime(2026, 10, 25, 2, tzinfo=UTC)),
    ],
)
def test_a_wall_time_in_brussels_means_one_instant(day, at, utc):
    assert existing_instant(day, time.fromisoformat(at), "Europe/Brussels", field="time") == utc


@pytest.mark.parametrize("at", ["02:00", "02:30", "02:59"])
def test_a_wall_time_that_the_clock_skips_is_refused(at):
    with pytest.raises(TimeSkipped):
        existing_instant(date(2026, 3, 29), time.fromisoformat(at), "Europe/Brussels", field="time")


@pytest.mark.parametrize("at", ["02:00", "02:30", "02:59"])
def test_a_wall_time_that_comes_twice_is_refused(at):
    with pytest.raises(TimeAmbiguous):
        existing_instant(date(2026, 10, 25), time.fromisoformat(at), "Europe/Brussels", field="time")


def test_a_session_over_the_change_of_clocks_lasts_as_long_as_it_says():
    span = span_of(NOW, date(2026, 3, 29), time(1, 30), "Europe/Brussels", 60)
    assert (span.ends_at - span.starts_at).total_seconds() == 3600


@pytest.mark.parametrize(("day", "fine"), [(date(2028, 3, 2), True), (date(2028, 3, 3), False)])
def test_sessions_are_planned_up_to_two_years_ahead(day, fine):
    if fine:
        span_of(NOW, day, time(9), "Europe/Brussels", 60)
    else:
        with pytest.raises(TooFarAhead):
            span_of(NOW, day, time(9), "Europe/Brussels", 60)


def test_a_day_that_can_only_be_a_mistake_is_refused():
    with pytest.raises(DayOutOfRange):
        span_of(NOW, date(26, 3, 3), time(9), "Europe/Brussels", 60)


def test_what_is_read_and_what_is_answered_have_the_same_order():
    assert SessionOut.__struct_fields__ == SessionView._fields
    assert TrajectoryDetail.__struct_fields__ == TrajectoryView._fields


def test_a_list_is_asked_with_the_same_statement_every_time():
    first = list_sessions_sql(("coach_id", "after"), 21)
    assert first is list_sessions_sql(("coach_id", "after"), 21)
    assert "(starts_at, id) > ($3, $4)" in first
    assert first.endswith("LIMIT 21")
