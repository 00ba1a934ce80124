"""When check-ins fall: pure calculation, over years, zones, seeds and changes of clock."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from domain.checkins import Anchor, AnchorKind, Draw, Kind, Policy, Trial, Tried, Window
from domain.checkins.schedule import is_holiday, last_day_to_make, look_again_at
from domain.checkins.slots import Edition, a_week, draw_times
from domain.checkins.terms import QUIET_FROM, QUIET_UNTIL, asks_more, check_terms, quiet
from tests.checkins.courses import EVERY_DAY, course, made, made_in_goes, terms

DAY = timedelta(days=1)
YEARS = 5
ZONES = ("Europe/Brussels", "America/Santiago", "Pacific/Auckland", "Asia/Kolkata")  # two of the south, one without DST
MORNING, EVENING = Window(start=time(9), end=time(12)), Window(start=time(16, 30), end=time(20, 30))
seeds = st.binary(min_size=32, max_size=32)
windows = st.integers(8 * 60, 21 * 60 - 15).flatmap(
    lambda first: st.tuples(st.just(first), st.integers(first + 15, 21 * 60))
)


def clock_time(minutes):
    return time(minutes // 60, minutes % 60)


@settings(max_examples=100, deadline=None)
@given(
    seed=seeds,
    window=windows,
    zone=st.sampled_from(("Europe/Brussels", "Pacific/Auckland", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")),
    weekdays=st.sets(st.integers(1, 7), min_size=1),
    first=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    minutes=st.none() | st.integers(60, 1440),
)
def test_a_check_in_falls_in_its_window_and_never_in_the_quiet_hours(seed, window, zone, weekdays, first, minutes):
    start, end = map(clock_time, window)
    asked = terms(
        windows=(Window(start=start, end=end),), weekdays=tuple(sorted(weekdays)), expires_after_minutes=minutes
    )
    check_terms(asked)
    of = course(asked, seed=seed, zone=zone)
    for one in made(of, first, first + 13 * DAY):
        local = one.due_at.astimezone(ZoneInfo(zone))
        assert (local.date(), local.time()) == (one.day, one.wall_time)
        assert start <= one.wall_time < end
        assert QUIET_UNTIL <= local.time() < QUIET_FROM
        assert one.expires_at >= one.due_at + timedelta(hours=1 if minutes else 2)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "asked", [terms(), terms(weekdays=(1, 3, 5)), terms(windows=(MORNING, EVENING), per_day_max=2)]
)
def test_over_five_years_every_planned_local_slot_has_exactly_one_occasion(zone, asked):
    first, last = date(2026, 1, 1), date(2026 + YEARS - 1, 12, 31)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    planned = [(day, slot) for day in days if day.isoweekday() in asked.weekdays for slot in range(1, asked.slots + 1)]
    found = made(course(asked, zone=zone), first, last)
    assert [(one.day, one.slot) for one in found] == planned
    assert not [one for one in found if one.skipped]
    assert [one.due_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in found] == [
        datetime.combine(one.day, one.wall_time) for one in found
    ]
    assert [one.due_at for one in found] == sorted(one.due_at for one in found)


def test_a_day_that_a_country_skipped_is_skipped_and_says_why():
    samoa = course(zone="Pacific/Apia", starts_on=date(2011, 12, 1))
    found = made(samoa, date(2011, 12, 29), date(2011, 12, 31), after=datetime(2011, 1, 1, tzinfo=UTC))
    assert [(one.day.day, one.skipped) for one in found] == [(29, None), (30, "dst_gap"), (31, None)]


@settings(max_examples=100, deadline=None)
@given(seed=seeds, split=st.integers(1, 26), most=st.none() | st.integers(1, 7), anchored=st.booleans())
def test_making_days_in_two_goes_gives_the_same_as_in_one(seed, split, most, anchored):
    meeting = datetime(2026, 3, 12, 13, tzinfo=UTC)
    asked = terms(per_week_max=most, anchor=Anchor(kind=AnchorKind.AFTER_SESSION, days=1) if anchored else None)
    of = course(asked, seed=seed, sessions=[(meeting, meeting + timedelta(hours=1))])
    start = date(2026, 3, 1)
    whole = made(of, start, start + 27 * DAY)
    assert made_in_goes(of, start, start + 27 * DAY, start + (split - 1) * DAY) == whole


@settings(max_examples=100, deadline=None)
@given(
    seed=seeds,
    split=st.integers(1, 26),
    begins=st.lists(st.integers(1, 26), min_size=1, max_size=3, unique=True),
    asked=st.lists(st.tuples(st.integers(1, 7), st.none() | st.integers(1, 15)), min_size=4, max_size=4),
)
def test_where_editions_begin_two_goes_give_the_same_as_one_too(seed, split, begins, asked):
    start = date(2026, 3, 1)
    each = [terms(per_week_max=most, after_n=number) for most, number in asked]
    days = [start, *(start + number * DAY for number in sorted(begins))]
    of = course(seed=seed, editions=[Edition(*one) for one in zip(range(1, 5), days, each, strict=False)])
    whole = made(of, start, start + 27 * DAY)
    assert made_in_goes(of, start, start + 27 * DAY, start + (split - 1) * DAY) == whole


def test_what_an_edition_asks_of_its_own_days_hangs_on_no_later_one():
    """So what was foreseen before a change was proposed still comes until the day on which it begins."""
    changes = Edition(2, date(2026, 3, 6), terms(per_week_max=7))  # a Friday
    before = course(terms(per_week_max=2))
    after = course(editions=[*before.editions, changes])
    week = date(2026, 3, 2), date(2026, 3, 8)
    until_then = [one for one in made(before, *week) if one.day < changes.effective_from]
    assert [one for one in made(after, *week) if one.day < changes.effective_from] == until_then


@settings(max_examples=100, deadline=None)
@given(seed=seeds, gap=st.integers(0, 120), slots=st.integers(1, 2))
def test_two_a_day_come_in_their_parts_with_the_least_gap_between(seed, gap, slots):
    one_window = (Window(start=time(9), end=time(20), slots=2),)
    asked = terms(windows=one_window if slots == 2 else (MORNING, EVENING), per_day_max=2, min_gap_minutes=gap)
    check_terms(asked)
    of = course(asked, seed=seed)
    for day in (date(2026, 1, 1) + n * DAY for n in range(60)):
        early, late = draw_times(of, of.edition(day), day)
        assert datetime.combine(day, late) - datetime.combine(day, early) >= timedelta(minutes=gap)
        assert early < time(14, 30) <= late


def test_where_no_draw_keeps_the_gap_each_goes_to_the_middle_of_its_part():
    asked = terms(windows=(Window(start=time(9), end=time(13), slots=2),), per_day_max=2, min_gap_minutes=120)
    check_terms(asked)
    of = course(asked)
    drawn = [draw_times(of, of.edition(day), day) for day in (date(2026, 1, 1) + n * DAY for n in range(200))]
    middle = [time(10), time(12)]
    assert all(late.hour * 60 + late.minute - early.hour * 60 - early.minute >= 119 for early, late in drawn)
    tight = terms(windows=(Window(start=time(9), end=time(9, 20), slots=2),), per_day_max=2, min_gap_minutes=10)
    assert draw_times(course(tight), Edition(1, date(2026, 1, 1), tight), date(2026, 1, 1)) != middle


def test_a_fixed_plan_asks_at_the_beginning_of_each_part():
    asked = terms(windows=(Window(start=time(9), end=time(17), slots=2),), per_day_max=2, draw=Draw.FIXED)
    assert draw_times(course(asked), course(asked).editions[0], date(2026, 1, 1)) == [time(9), time(13)]


@settings(max_examples=50, deadline=None)
@given(seed=seeds, most=st.integers(1, 6))
def test_a_week_has_no_more_than_agreed_and_its_days_are_drawn(seed, most):
    found = made(course(terms(per_week_max=most), seed=seed), date(2026, 1, 5), date(2026, 3, 29))
    weeks = Counter(one.day.isocalendar().week for one in found)
    assert set(weeks.values()) == {most}


def test_less_is_asked_as_she_wishes_and_as_she_stays_silent():
    asked = terms(weekdays=(1, 3, 5))
    assert [a_week(asked, None, rung) for rung in (0, 1, 2)] == [3, 2, 1]
    assert [a_week(asked, pace, 0) for pace in (2, 1, 0, 9)] == [2, 1, 0, 3]
    assert a_week(terms(policy=Policy.SELF_INITIATED), None, 0) == 0


def test_anchored_check_ins_follow_the_sessions():
    meeting = datetime(2026, 3, 10, 13, tzinfo=UTC)
    for kind, day in ((AnchorKind.BEFORE_SESSION, 8), (AnchorKind.AFTER_SESSION, 12)):
        asked = terms(anchor=Anchor(kind=kind, days=2))
        of = course(asked, sessions=[(meeting, meeting + timedelta(hours=1))])
        assert [one.day.day for one in made(of, date(2026, 3, 1), date(2026, 3, 31))] == [day]


def test_around_a_session_nothing_is_asked():
    asked = terms(windows=(Window(start=time(14), end=time(15)),), draw=Draw.FIXED)
    for hour, skipped in ((10, None), (12, "session"), (13, "session"), (14, "session"), (16, None)):
        meeting = datetime(2026, 3, 10, hour - 1, tzinfo=UTC)
        of = course(asked, sessions=[(meeting, meeting + timedelta(minutes=61))])
        [one] = made(of, date(2026, 3, 10), date(2026, 3, 10))
        assert one.skipped == skipped


def test_public_holidays_are_skipped_where_that_is_agreed():
    for asked, skipped in ((terms(skip_holidays=True), "holiday"), (terms(), None)):
        [one] = made(course(asked), date(2026, 7, 21), date(2026, 7, 21))
        assert one.skipped == skipped
    assert not is_holiday("NL", date(2026, 7, 21))
    assert not is_holiday("XX", date(2026, 7, 21))


def test_a_plan_ends_after_as_many_as_agreed():
    assert len(made(course(terms(after_n=5)), date(2026, 3, 1), date(2026, 3, 31))) == 5


def test_a_plan_that_had_its_number_goes_on_where_a_later_edition_asks_more():
    early, late = terms(after_n=3), terms(after_n=8)
    of = course(editions=[Edition(1, date(2026, 1, 1), early), Edition(2, date(2026, 3, 10), late)])
    found = made(of, date(2026, 3, 1), date(2026, 3, 31))
    assert [one.day.day for one in found] == [1, 2, 3, 10, 11, 12, 13, 14]


def test_on_the_day_of_a_session_it_comes_on_the_side_that_was_agreed():
    meeting = datetime(2026, 3, 10, 11, tzinfo=UTC)  # at noon
    both = (Window(start=time(8), end=time(9)), Window(start=time(16), end=time(17)))
    for kind, skipped in ((AnchorKind.BEFORE_SESSION, 2), (AnchorKind.AFTER_SESSION, 1)):
        asked = terms(windows=both, per_day_max=2, anchor=Anchor(kind=kind, days=0))
        of = course(asked, sessions=[(meeting, meeting + timedelta(hours=1))])
        found = made(of, date(2026, 3, 9), date(2026, 3, 11))
        assert [one.day.day for one in found] == [10, 10]
        assert [one.slot for one in found if one.skipped == "session"] == [skipped]


def test_the_last_month_of_a_long_plan_is_her_own_initiative():
    last = date(2026, 6, 30)
    found = made(course(last_on=last, fades=True), date(2026, 5, 1), last)
    assert found[-1].day == date(2026, 5, 31)
    assert made(course(terms(taper=False), last_on=last, fades=True), date(2026, 5, 1), last)[-1].day == last


def test_an_edition_holds_from_its_day_on():
    early, late = terms(windows=(MORNING,)), terms(windows=(EVENING,))
    of = course(editions=[Edition(1, date(2026, 1, 1), early), Edition(2, date(2026, 3, 5), late)])
    found = made(of, date(2026, 3, 1), date(2026, 3, 10))
    assert {(one.edition, one.wall_time.hour < 13) for one in found} == {(1, True), (2, False)}
    assert [one.edition for one in found] == [1] * 4 + [2] * 6


def test_travel_keeps_the_wall_clock():
    here, there = course(), course(zone="Asia/Kolkata")
    both = [made(of, date(2026, 3, 1), date(2026, 3, 20)) for of in (here, there)]
    assert [(one.wall_time, one.kind) for one in both[0]] == [(one.wall_time, one.kind) for one in both[1]]


def test_what_lies_behind_the_present_moment_is_not_made():
    noon = datetime(2026, 3, 2, 11, tzinfo=UTC)
    asked = terms(windows=(Window(start=time(8), end=time(11)),))
    assert [one.day.day for one in made(course(asked), date(2026, 3, 2), date(2026, 3, 3), after=noon)] == [3]


def test_an_obstacle_is_not_asked_after_eight_nor_on_the_evening_before_a_quiet_day():
    late = terms(windows=(Window(start=time(20), end=time(20, 30)),))
    assert Kind.OBSTACLE not in {one.kind for one in made(course(late), date(2026, 1, 1), date(2026, 6, 1))}
    sunday = terms(weekdays=(1, 2, 3, 4, 5, 6), quiet_weekdays=(7,), windows=(Window(start=time(17), end=time(19)),))
    found = made(course(sunday), date(2026, 1, 1), date(2027, 6, 1))
    assert {one.day.isoweekday() for one in found if one.kind is Kind.OBSTACLE} == {1, 2, 3, 4, 5}


def test_quiet_hours_may_be_widened():
    assert [quiet(at, terms(quiet_from=time(20))) for at in (time(7, 59), time(8), time(19, 59), time(20))] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({}, False),
        ({"weekdays": (1, 2)}, False),
        ({"per_week_max": 3}, False),
        ({"windows": (Window(start=time(17), end=time(18)),)}, False),
        ({"windows": (Window(start=time(16), end=time(18)),)}, True),
        ({"quiet_weekdays": (7,), "weekdays": EVERY_DAY[:6]}, False),
        ({"reminder": False}, False),
        ({"policy": Policy.SUCCESS_ONLY}, False),
        ({"policy": Policy.BALANCED}, True),
        ({"ratio": 2}, True),
        ({"ratio": 4}, False),
        ({"after_n": 10}, False),
        ({"trial": Trial(of=Tried.SENDING, probability=0.9)}, True),
        ({"taper": False}, True),
    ],
)
def test_what_asks_more_is_told_from_what_does_not(change, more):
    assert asks_more(terms(), terms(**change)) is more


def test_days_are_made_a_fortnight_ahead_and_looked_at_again_with_a_week_left():
    today, starts_on, ends_on = date(2026, 3, 2), date(2026, 3, 1), date(2026, 6, 30)
    until = last_day_to_make(today, starts_on, ends_on)
    assert until == date(2026, 3, 15)
    assert look_again_at(until, starts_on, ends_on, "UTC") == datetime(2026, 3, 8, 4, tzinfo=UTC)
    assert last_day_to_make(date(2026, 6, 20), starts_on, ends_on) == ends_on
    assert look_again_at(ends_on, starts_on, ends_on, "UTC") == datetime(2026, 7, 1, 2, tzinfo=UTC)
    assert last_day_to_make(today, date(2026, 5, 1), ends_on) is None
    assert look_again_at(None, date(2026, 5, 1), ends_on, "UTC") == datetime(2026, 4, 24, 4, tzinfo=UTC)


def test_the_draw_differs_by_day_person_seed_and_edition_and_fills_the_window():
    of = course()
    drawn = [draw_times(of, of.edition(day), day)[0] for day in (date(2026, 1, 1) + n * DAY for n in range(365))]
    assert min(drawn) < time(16, 45)
    assert max(drawn) > time(20, 15)
    first = date(2026, 1, 1)
    others = [course(seed=b"t" * 32), course(coachee=b"d" * 16), course(editions=[Edition(2, first, terms())])]
    assert all(draw_times(other, other.edition(first), first)[0] != drawn[0] for other in others)
    assert all(early != late for early, late in pairwise(drawn[:20]))
