from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from domain.kit.calendar import (
    DayOutOfRange,
    UnknownZone,
    add_months,
    end_of_day,
    instant,
    known_zone,
    local_day,
    sane_day,
)

BRUSSELS = "Europe/Brussels"


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2026, 1, 15), time(9), datetime(2026, 1, 15, 8, tzinfo=UTC)),
        (date(2026, 7, 15), time(9), datetime(2026, 7, 15, 7, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped: moves on to 03:30
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
    ],
)
def test_a_wall_time_means_one_instant_on_every_day_of_the_year(day, at, expected):
    assert instant(day, at, BRUSSELS) == expected


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.times(), st.sampled_from([BRUSSELS, "Asia/Kolkata"]))
def test_an_instant_lies_on_the_local_day_that_was_meant(day, at, zone):
    assert local_day(instant(day, at, zone), zone) == day


def test_the_day_of_the_spring_change_has_23_hours():
    start = instant(date(2026, 3, 29), time(0), BRUSSELS)
    assert end_of_day(date(2026, 3, 29), BRUSSELS) - start == timedelta(hours=23)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_adding_months_ends_on_the_last_day_where_the_month_is_shorter(day, months, expected):
    assert add_months(day, months) == expected


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Europe", "../etc/passwd", "Europe/brussels"])
def test_a_zone_that_does_not_exist_is_refused_by_name(zone):
    with pytest.raises(UnknownZone) as refusal:
        known_zone(zone)
    assert refusal.value.field == "zone"


@pytest.mark.parametrize("day", [date.min, date(1899, 12, 31), date(2200, 1, 1), date.max])
def test_a_day_centuries_away_is_a_mistake(day):
    with pytest.raises(DayOutOfRange):
        sane_day(day, field="starts_on")
