"""Recurrence rules (RFC 5545 §3.3.10), as far as appointments of people need them: on which days, by the wall clock."""

import re
from collections.abc import Collection
from datetime import MAXYEAR, UTC, date, datetime, time
from itertools import islice

from dateutil.rrule import rrulestr

from domain.kit.calendar import local_time
from domain.kit.errors import Invalid

MOST = 200
CYCLE = 400  # years, after which the Gregorian calendar has the same days again
WEEKDAY = "(MO|TU|WE|TH|FR|SA|SU)"
FORMS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,8}",
    "UNTIL": r"\d{8}(T\d{6}Z)?",
    "BYDAY": rf"([+-]?[1-5])?{WEEKDAY}(,([+-]?[1-5])?{WEEKDAY})*",
    "BYMONTHDAY": r"-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01]))*",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*",
    "BYSETPOS": r"-?[1-9]\d{0,1}(,-?[1-9]\d{0,1})*",
    "WKST": WEEKDAY,
}
NARROWING = {"BYDAY", "BYMONTHDAY", "BYMONTH"}


class RuleUnreadable(Invalid):
    """That is no recurrence rule that we follow; write it like FREQ=WEEKLY;BYDAY=TU;COUNT=5 (RFC 5545)."""


class RuleWithoutEnd(Invalid):
    """A series ends: give its rule a COUNT or an UNTIL."""


class TooManyOccurrences(Invalid):
    """A series has at most 200 sessions."""


class NoOccurrence(Invalid):
    """The rule and its exceptions leave no day at all."""


def read_rule(rule: str) -> dict[str, str]:
    """The parts of a rule, or the refusal of one that we do not follow or that has no end."""
    pairs = [part.partition("=") for part in rule.strip().upper().removeprefix("RRULE:").split(";")]
    parts = {name: value for name, _, value in pairs}
    well_formed = all(name in FORMS and re.fullmatch(FORMS[name], value, re.ASCII) for name, value in parts.items())
    if not well_formed or len(parts) < len(pairs) or not _sensible(parts):
        raise RuleUnreadable(field="rule")
    if not parts.keys() & {"COUNT", "UNTIL"}:
        raise RuleWithoutEnd(field="rule")
    if int(parts.get("COUNT", "1")) > MOST:
        raise TooManyOccurrences(field="rule", most=MOST)
    return parts


def _sensible(parts: dict[str, str]) -> bool:
    """What the standard forbids although each part by itself is well-formed."""
    monthly = parts.get("FREQ") == "MONTHLY"
    numbered = bool(re.search(r"\d", parts.get("BYDAY", "")))
    return (
        "FREQ" in parts
        and not {"COUNT", "UNTIL"} <= parts.keys()
        and (monthly or not numbered)
        and ("BYMONTHDAY" not in parts or parts["FREQ"] != "WEEKLY")
        and ("BYSETPOS" not in parts or bool(parts.keys() & NARROWING))
    )


def days_of(rule: str, first: date, at: time, zone: str, *, but: Collection[date] = (), last: date) -> list[date]:
    """The days of a series by its wall clock, those in `but` left out; none after `last`, where a rule may run on.

    An exception takes its day away and adds none in its place, as EXDATE does: COUNT counts it.
    """
    parts = read_rule(rule)
    count = int(parts.pop("COUNT", MOST + 1))
    end = min(_until(parts.pop("UNTIL", None), zone), datetime.combine(last, time.max))
    # dateutil looks for a day that never comes up to the year 9999; where the calendar is the same, that is soon.
    later = (MAXYEAR - max(first, last).year) // CYCLE * CYCLE
    start = datetime.combine(first.replace(year=first.year + later), at)
    end = end.replace(year=end.year + later)
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        found = rrulestr(f"{text};UNTIL={end:%Y%m%dT%H%M%S}", dtstart=start)
        days = [moment.date().replace(year=moment.year - later) for moment in islice(found, count)]
    except (ValueError, OverflowError) as error:
        raise RuleUnreadable(field="rule") from error
    if len(days) > MOST:
        raise TooManyOccurrences(field="rule", most=MOST)
    kept = [day for day in days if day not in but]
    if not kept:
        raise NoOccurrence(field="rule")
    return kept


def _until(until: str | None, zone: str) -> datetime:
    """Until when by the wall clock: a day to its end, or an instant (which the standard wants in UTC)."""
    try:
        if until is None:
            return datetime.max  # noqa: DTZ901
        day = datetime.strptime(until[:8], "%Y%m%d").date()  # noqa: DTZ007
        if len(until) == len("20260329"):
            return datetime.combine(day, time.max)
        moment = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return local_time(moment, zone).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise RuleUnreadable(field="rule") from error
