"""Courses for the pure calculation: one coachee in one zone, whatever the database."""

from datetime import UTC, date, datetime, time, timedelta

from domain.checkins import Terms, Window
from domain.checkins.schedule import Made, occasions
from domain.checkins.slots import Course, Edition

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def terms(**values: object) -> Terms:
    usual = {"weekdays": EVERY_DAY, "windows": (Window(start=time(16, 30), end=time(20, 30)),)}
    return Terms(**usual | values)


def course(asked: Terms | None = None, **values: object) -> Course:
    usual = {
        "seed": b"s" * 32,
        "coachee": b"c" * 16,
        "zone": "Europe/Brussels",
        "starts_on": date(2026, 1, 1),
        "last_on": date(2035, 12, 31),
        "fades": False,
        "editions": [Edition(1, date(2026, 1, 1), asked or terms())],
        "obstacles": True,
    }
    return Course(**usual | values)


def made(of: Course, first: date, last: date, *, after: datetime = LONG_AGO) -> list:
    return list(occasions(of, first, last, after=after, made=Made(foretold=True)))


def made_in_goes(of: Course, first: date, last: date, until: date) -> list:
    """The same as the scheduler makes it: up to a day and then the rest, and no more than is sure meanwhile."""
    found, day = [], first
    while day <= last:
        before = made_before(found)
        found += occasions(of, day, until, after=LONG_AGO, made=before)
        day = before.halted_on or until + timedelta(days=1)
        until = until if before.halted_on else last
    return found


def made_before(found: list) -> Made:
    """All of it sent."""
    kinds = [one.kind for one in sent(found)]
    rows = [(one.day, one.slot, None if one.skipped else one.kind) for one in found]
    return Made(len(kinds), kinds[-1] if kinds else None, rows, sent=len(kinds))


def sent(found: list) -> list:
    return [one for one in found if one.skipped is None]
