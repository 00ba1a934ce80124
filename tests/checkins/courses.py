"""Courses for the pure calculation: one coachee in one zone, whatever the database."""

from datetime import UTC, date, datetime, time

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


def made(of: Course, first: date, last: date, *, after: datetime = LONG_AGO, before: Made | None = None) -> list:
    return list(occasions(of, first, last, after=after, made=before or Made()))


def sent(found: list) -> list:
    return [one for one in found if one.skipped is None]
