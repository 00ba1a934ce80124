from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given, strategies as st

from domain.kit.ical import Appointment, Invitation, changes, write_calendar, zone_of
from domain.kit.ids import new_id

ZONES = ("Europe/Brussels", "Europe/Dublin", "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe",
         "Africa/Kinshasa", "Pacific/Apia", "Asia/Kathmandu")  # fmt: skip


def test_a_clock_goes_forward_at_the_time_that_it_showed_before():
    text = zone_of("Europe/Brussels", 2026, 2026).to_ical().decode()
    assert "DTSTART:20260329T020000" in text
    assert "DTSTART:20261025T030000" in text


def test_the_changes_of_a_clock_are_found_to_the_minute():
    found = list(changes("Europe/Brussels", date(2026, 1, 1), date(2027, 1, 1)))
    assert [after for _, after in found] == [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
    ]


@pytest.mark.parametrize("zone", ZONES)
@given(minute=st.integers(0, 4 * 366 * 24 * 60))
def test_another_reader_of_the_written_clock_tells_the_same_time(zone, minute):
    """dateutil reads VTIMEZONE by itself; wall times that come twice or never have no one answer, and are left out."""
    moment = datetime(2025, 1, 2, tzinfo=UTC) + timedelta(minutes=minute)
    local = moment.astimezone(ZoneInfo(zone))
    near = [
        (local.replace(tzinfo=None) + timedelta(hours=hours)).replace(tzinfo=ZoneInfo(zone)) for hours in (-1, 0, 1)
    ]
    if len({one.utcoffset() for one in near} | {one.replace(fold=1).utcoffset() for one in near}) > 1:
        return
    assert read(zone).utcoffset(local.replace(tzinfo=None)) == local.utcoffset()


clocks = {}


def read(zone):
    if zone not in clocks:
        text = "BEGIN:VCALENDAR\r\n" + zone_of(zone, 2025, 2029).to_ical().decode() + "END:VCALENDAR\r\n"
        clocks[zone] = tzical(StringIO(text)).get(zone)
    return clocks[zone]


def test_the_same_appointments_give_the_same_bytes():
    one = Appointment(
        id=new_id(), sequence=0, changed_at=datetime(2026, 3, 2, 11, tzinfo=UTC), zone="Europe/Brussels",
        starts_at=datetime(2026, 3, 3, 8, tzinfo=UTC), ends_at=datetime(2026, 3, 3, 9, tzinfo=UTC), title="Afspraak",
        place="Gent; Korenmarkt, 1\nBEGIN:VEVENT",
    )  # fmt: skip
    asked = Invitation("cas@example.org", "amir@example.org")
    assert write_calendar([one], method="REQUEST", invitation=asked) == write_calendar(
        [one], method="REQUEST", invitation=asked
    )
    assert write_calendar([one]).count(b"\r\nBEGIN:VEVENT") == 1
