import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from domain.checkins import (
    Kind,
    PlanEndsBeforeStart,
    PlanInPast,
    PlanTooLong,
    WeekdayTwice,
    WindowInQuietHours,
    WindowTooShort,
)
from domain.checkins.rules import (
    Rhythm,
    check_days,
    check_window,
    draw_time,
    kind_of,
    last_day_to_make,
    look_again_at,
    occasions,
    quiet,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = ("Europe/Brussels", "Pacific/Auckland", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "UTC")
seeds = st.binary(min_size=32, max_size=32)
windows = st.integers(8 * 60, 21 * 60 - 15).flatmap(
    lambda first: st.tuples(st.just(first), st.integers(first + 15, 21 * 60))
)


def rhythm(**values: object) -> Rhythm:
    usual = {
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "window_from": time(16, 30),
        "window_to": time(20, 30),
        "zone": "Europe/Brussels",
        "expires_after": timedelta(hours=4),
        "seed": b"s" * 32,
        "coachee": b"c" * 16,
        "obstacles": True,
    }
    return Rhythm(**usual | values)


def clock_time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


@settings(max_examples=2000, deadline=None)
@given(seed=seeds, length=st.integers(1, 120))
def test_obstacles_come_after_three_successes_apart_and_at_most_one_in_four(seed, length):
    kinds = [kind_of(seed, ordinal) for ordinal in range(length)]
    assert Kind.OBSTACLE not in kinds[:3]
    assert (Kind.OBSTACLE, Kind.OBSTACLE) not in set(itertools.pairwise(kinds))
    assert kinds.count(Kind.OBSTACLE) <= length / 4
    blocks = [kinds[start : start + 4] for start in range(3, length - 3, 4)]
    assert all(block.count(Kind.OBSTACLE) == 1 for block in blocks)
    assert kinds == [kind_of(seed, ordinal) for ordinal in range(length)]


def test_every_place_of_a_block_but_the_first_is_drawn():
    places = {[kind_of(bytes([seed]) * 32, 3 + place) for place in range(4)].index("obstacle") for seed in range(60)}
    assert places == {1, 2, 3}


def test_without_consent_there_are_no_obstacles():
    made = list(occasions(rhythm(obstacles=False), date(2026, 1, 1), date(2026, 3, 1), after=LONG_AGO, ordinal=0))
    assert {occasion.kind for occasion in made} == {Kind.SUCCESS}


@settings(max_examples=300, deadline=None)
@given(
    seed=seeds,
    window=windows,
    zone=st.sampled_from(ZONES),
    weekdays=st.sets(st.integers(1, 7), min_size=1),
    first=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    hours=st.integers(1, 168),
)
def test_a_check_in_falls_in_its_window_and_never_in_the_quiet_hours(seed, window, zone, weekdays, first, hours):
    window_from, window_to = map(clock_time, window)
    check_window(window_from, window_to)
    wanted = rhythm(
        seed=seed,
        window_from=window_from,
        window_to=window_to,
        zone=zone,
        weekdays=sorted(weekdays),
        expires_after=timedelta(hours=hours),
    )
    for made in occasions(wanted, first, first + timedelta(days=13), after=LONG_AGO, ordinal=0):
        local = made.due_at.astimezone(ZoneInfo(zone))
        assert (local.date(), local.time()) == (made.day, made.wall_time)
        assert window_from <= made.wall_time < window_to
        assert not quiet(local.time())
        assert made.due_at + timedelta(hours=1) <= made.expires_at <= made.due_at + timedelta(hours=max(1, hours))
        assert made.expires_at.astimezone(ZoneInfo(zone)) <= datetime.combine(
            made.day + timedelta(days=1), time(0), ZoneInfo(zone)
        )


@pytest.mark.parametrize("zone", ["Europe/Brussels", "Pacific/Auckland", "Asia/Kolkata"])
@pytest.mark.parametrize("weekdays", [[1, 2, 3, 4, 5, 6, 7], [1, 3, 5], [7]])
def test_a_year_with_its_changes_of_clock_has_one_check_in_for_every_day_planned(zone, weekdays):
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    planned = [day for number in range(365) if (day := first + timedelta(days=number)).isoweekday() in weekdays]
    wanted = rhythm(zone=zone, weekdays=weekdays)
    made = list(occasions(wanted, first, last, after=LONG_AGO, ordinal=0))
    assert [occasion.day for occasion in made] == planned
    assert [occasion.due_at.astimezone(ZoneInfo(zone)).date() for occasion in made] == planned
    assert [occasion.due_at.astimezone(ZoneInfo(zone)).time() for occasion in made] == [
        occasion.wall_time for occasion in made
    ]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 1), (date(2026, 3, 29), 2), (date(2026, 10, 25), 1)])
def test_the_wall_time_stays_on_the_days_that_the_clocks_change_in_brussels(day, hours):
    [made] = occasions(rhythm(), day, day, after=LONG_AGO, ordinal=0)
    assert made.due_at.replace(tzinfo=None) == datetime.combine(day, made.wall_time) - timedelta(hours=hours)


def test_a_day_that_a_country_skipped_has_no_check_in():
    samoa = rhythm(zone="Pacific/Apia")
    made = [
        occasion.day
        for occasion in occasions(
            samoa, date(2011, 12, 29), date(2011, 12, 31), after=datetime(2011, 1, 1, tzinfo=UTC), ordinal=0
        )
    ]
    assert made == [date(2011, 12, 29), date(2011, 12, 31)]


def test_what_lies_behind_the_present_moment_is_not_made():
    noon = datetime(2026, 3, 2, 11, tzinfo=UTC)
    morning = rhythm(window_from=time(8), window_to=time(11))
    made = list(occasions(morning, date(2026, 3, 2), date(2026, 3, 3), after=noon, ordinal=0))
    assert [occasion.day for occasion in made] == [date(2026, 3, 3)]


def test_making_days_in_two_goes_gives_the_same_as_in_one():
    whole = list(occasions(rhythm(), date(2026, 3, 1), date(2026, 3, 28), after=LONG_AGO, ordinal=0))
    first = list(occasions(rhythm(), date(2026, 3, 1), date(2026, 3, 14), after=LONG_AGO, ordinal=0))
    rest = occasions(rhythm(), date(2026, 3, 15), date(2026, 3, 28), after=LONG_AGO, ordinal=len(first))
    assert [*first, *rest] == whole


def test_the_draw_differs_by_day_person_and_seed_and_fills_the_window():
    drawn = [draw_time(rhythm(), date(2026, 1, 1) + timedelta(days=number)) for number in range(365)]
    assert min(drawn) < time(16, 45)
    assert max(drawn) > time(20, 15)
    assert draw_time(rhythm(), date(2026, 1, 1)) == drawn[0]
    assert draw_time(rhythm(seed=b"t" * 32), date(2026, 1, 1)) != drawn[0]
    assert draw_time(rhythm(coachee=b"d" * 16), date(2026, 1, 1)) != drawn[0]


@pytest.mark.parametrize(
    ("window_from", "window_to", "refusal", "field"),
    [
        (time(7, 59), time(12), WindowInQuietHours, "window_from"),
        (time(12), time(21, 1), WindowInQuietHours, "window_to"),
        (time(22), time(23), WindowInQuietHours, "window_from"),
        (time(12), time(7), WindowInQuietHours, "window_to"),
        (time(12), time(12, 14), WindowTooShort, "window_to"),
        (time(12), time(9), WindowTooShort, "window_to"),
    ],
)
def test_a_window_that_cannot_be_is_refused(window_from, window_to, refusal, field):
    with pytest.raises(refusal) as caught:
        check_window(window_from, window_to)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("weekdays", "starts_on", "ends_on", "refusal"),
    [
        ([1, 1], date(2026, 3, 2), date(2026, 4, 1), WeekdayTwice),
        ([1], date(2026, 3, 2), date(2026, 3, 1), PlanEndsBeforeStart),
        ([1], date(2026, 3, 2), date(2028, 3, 10), PlanTooLong),
        ([1], date(2026, 1, 1), date(2026, 3, 1), PlanInPast),
    ],
)
def test_days_that_cannot_be_are_refused(weekdays, starts_on, ends_on, refusal):
    with pytest.raises(refusal):
        check_days(weekdays, starts_on, ends_on, today=date(2026, 3, 2))


def test_days_are_made_a_fortnight_ahead_and_looked_at_again_with_a_week_left():
    today, starts_on, ends_on = date(2026, 3, 2), date(2026, 3, 1), date(2026, 6, 30)
    until = last_day_to_make(today, starts_on, ends_on)
    assert until == date(2026, 3, 15)
    assert look_again_at(until, starts_on, ends_on, "UTC") == datetime(2026, 3, 8, 4, tzinfo=UTC)
    assert last_day_to_make(date(2026, 6, 20), starts_on, ends_on) == ends_on
    assert look_again_at(ends_on, starts_on, ends_on, "UTC") == datetime(2026, 7, 1, 1, tzinfo=UTC)


def test_a_plan_that_starts_far_ahead_is_left_until_a_week_before():
    today, starts_on, ends_on = date(2026, 3, 2), date(2026, 5, 1), date(2026, 6, 30)
    assert last_day_to_make(today, starts_on, ends_on) is None
    assert look_again_at(None, starts_on, ends_on, "UTC") == datetime(2026, 4, 24, 4, tzinfo=UTC)
