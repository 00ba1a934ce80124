"""Reading the rules in one statement, on the driver: the same one for who looks and for who books."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any

import holidays as public_holidays

from domain.availability import model
from domain.availability.model import ExceptionKind
from domain.availability.types import SessionType, UnknownSessionType, first_types
from domain.availability.windows import BookingRules, CoachHours, Exceptional, Hours
from domain.kit.ids import PracticeId, StaffId
from domain.kit.work import Driver
from domain.practice import COACHING_ROLES

ALL_OF_IT = """
SELECT p.zone, p.language, r.grid_minutes, r.notice_minutes, r.horizon_days, r.buffer_before_minutes,
       r.buffer_after_minutes, r.holidays_country, r.holidays_subdivision, r.cancel_free_hours, r.version,
       (SELECT json_agg(json_build_array(w.coach_id, w.hours))::text FROM coach_weeks w
         WHERE w.practice_id = $1 AND w.coach_id = ANY($2::uuid[])) AS weeks,
       (SELECT json_agg(json_build_array(e.coach_id, e.kind, e.first_day, e.last_day, e.from_time, e.to_time))::text
          FROM hours_exceptions e
         WHERE e.practice_id = $1 AND e.coach_id = ANY($2::uuid[]) AND e.last_day >= $3 AND e.first_day <= $4
       ) AS exceptions,
       (SELECT json_agg(json_build_array(t.key, t.minutes, t.counts_as))::text FROM session_types t
         WHERE t.practice_id = $1) AS types,
       ARRAY(SELECT s.id FROM staff s
         WHERE s.practice_id = $1 AND s.id = ANY($2::uuid[]) AND s.role = ANY($5::text[]) AND s.left_at IS NULL
       ) AS coaching
  FROM practices p LEFT JOIN calendar_rules r ON r.practice_id = p.id
 WHERE p.id = $1
"""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The practice's rules, the hours of the coaches that were asked for, and the kinds of session by key.

    `coaching` are those of them who coach, and have not left.
    """

    rules: BookingRules
    hours: dict[StaffId, CoachHours]
    types: dict[str, SessionType]
    coaching: frozenset[StaffId] = frozenset()

    def type_of(self, key: str, *, field: str) -> SessionType:
        found = self.types.get(key)
        if found is None:
            raise UnknownSessionType(field=field, key=key)
        return found


async def load_calendar(
    driver: Driver, practice_id: PracticeId, coach_ids: Sequence[StaffId], first: date, last: date
) -> Calendar:
    """What holds for those coaches, with the exceptions and holidays that touch those days."""
    row = await driver.fetchrow(ALL_OF_IT, practice_id, coach_ids, first, last, sorted(COACHING_ROLES))
    own = (SessionType(key, {}, tuple(minutes), counts_as) for key, minutes, counts_as in _list(row["types"]))
    types = {**first_types(), **{one.key: one for one in own}}
    return Calendar(_rules(row, first, last), _hours(row, coach_ids), types, frozenset(row["coaching"]))


def _rules(row: Any, first: date, last: date) -> BookingRules:
    """One that never set any has the defaults."""
    days: dict[date, str] = {}
    if row["holidays_country"] is not None:
        for year in range(first.year, last.year + 1):
            days |= holidays_of(row["holidays_country"], row["holidays_subdivision"], year, row["language"])
    buffer = (row["buffer_before_minutes"] or 0) + (row["buffer_after_minutes"] or 0)
    free_hours = row["cancel_free_hours"]
    return BookingRules(
        zone=row["zone"],
        grid_minutes=row["grid_minutes"] or model.DEFAULT_GRID,
        notice_minutes=row["notice_minutes"] or 0,
        horizon_days=row["horizon_days"] or model.DEFAULT_HORIZON,
        buffer=timedelta(minutes=buffer),
        cancel_free_hours=model.DEFAULT_FREE_HOURS if free_hours is None else free_hours,
        version=row["version"] or 1,
        holidays=days,
    )


@lru_cache(maxsize=256)
def holidays_of(country: str, subdivision: str | None, year: int, language: str) -> dict[date, str]:
    """The public holidays of a year, by name: in that language, or else as their country calls them."""
    try:
        known: Any = public_holidays.country_holidays(country, subdiv=subdivision)
        spoken = next((one for one in known.supported_languages if one[:2] == language), known.default_language)
        found: Any = public_holidays.country_holidays(country, subdiv=subdivision, years=year, language=spoken)
    except NotImplementedError:  # a subdivision or country that a later release no longer has
        return {}
    return {day: str(name) for day, name in found.items()}


def _hours(row: Any, coach_ids: Sequence[StaffId]) -> dict[StaffId, CoachHours]:
    weeks = {coach_id: _week(hours) for coach_id, hours in _list(row["weeks"])}
    exceptions: dict[str, list[Exceptional]] = {}
    for coach_id, kind, first, last, from_time, to_time in _list(row["exceptions"]):
        days = date.fromisoformat(first), date.fromisoformat(last)
        exceptions.setdefault(coach_id, []).append(
            Exceptional(ExceptionKind(kind), *days, _time(from_time), _time(to_time))
        )
    return {one: CoachHours(weeks.get(str(one), ()), tuple(exceptions.get(str(one), ()))) for one in coach_ids}


def _list(text: str | None) -> list[Any]:
    return [] if text is None else json.loads(text)


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _week(rows: list[dict[str, Any]]) -> tuple[Hours, ...]:
    """The weekly hours as they are kept: wall times as HH:MM."""
    return tuple(
        Hours(
            row["weekday"],
            time.fromisoformat(row["from_time"]),
            time.fromisoformat(row["to_time"]),
            row["zone"],
            None if row["kinds"] is None else frozenset(row["kinds"]),
        )
        for row in rows
    )
