"""What she gave a number to, from session to session: the middle and the range, and nothing smoothed."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Any, TypeAlias

from sqlalchemy import select

from domain.checkins import Free, IdealReply, OpenedAnswer, QualityInAction, Success
from domain.kit.calendar import local_day
from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.method import Experience, FlowMoment
from domain.trajectories import Session, SessionState


class Measure(StrEnum):
    INTENSITY = "intensity"  # how strong it was, 1 to 5
    VALENCE = "valence"  # how it felt, 1 to 5
    ENERGY = "energy"  # 1 to 5
    FLOW = "flow"  # 0 to 10


Points: TypeAlias = dict[Measure, list[tuple[date, int]]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From that day to the next session: how many numbers, the middle one, the lowest and the highest."""

    from_day: date
    count: int
    median: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Trend:
    measure: Measure
    points: int
    stretches: list[Stretch]


async def trends_of(
    work: Work, coachee_id: CoacheeId, opened: Sequence[OpenedAnswer]
) -> tuple[list[Trend], list[date]]:
    """Of the answers given, and of the experiences and moments of flow in her file; with the days of her sessions."""
    points: Points = {measure: [] for measure in Measure}
    _from_answers(points, opened)
    await _from_file(work, coachee_id, points)
    sessions = await _sessions(work, coachee_id)
    found = [trend_of(measure, told, sessions) for measure, told in points.items()]
    return [trend for trend in found if trend.points], sessions


def trend_of(measure: Measure, points: Iterable[tuple[date, int]], sessions: Sequence[date]) -> Trend:
    """What was told on the day of a session belongs to the stretch that it begins."""
    ordered = sorted(points)
    stretches: dict[int, list[tuple[date, int]]] = {}
    for point in ordered:
        stretches.setdefault(bisect_right(sessions, point[0]), []).append(point)
    return Trend(measure, len(ordered), [_stretch(number, mine, sessions) for number, mine in stretches.items()])


def _stretch(number: int, points: list[tuple[date, int]], sessions: Sequence[date]) -> Stretch:
    values = [value for _, value in points]
    begun = sessions[number - 1] if number else points[0][0]
    return Stretch(begun, len(values), float(median(values)), min(values), max(values))


def _from_answers(points: Points, opened: Iterable[OpenedAnswer]) -> None:
    for one in opened:
        match one.reply:
            case Success(strength=int(value)) | QualityInAction(strength=int(value)):
                points[Measure.INTENSITY].append((one.day, value))
            case IdealReply(valence=int(value)) | Free(valence=int(value)):
                points[Measure.VALENCE].append((one.day, value))
            case _:
                pass
        match one.reply:
            case Free(energy=int(value)):
                points[Measure.ENERGY].append((one.day, value))
            case _:
                pass


async def _from_file(work: Work, coachee_id: CoacheeId, points: Points) -> None:
    told = (
        (Experience, {"intensity": Measure.INTENSITY, "valence": Measure.VALENCE, "energy": Measure.ENERGY}),
        (FlowMoment, {"intensity": Measure.FLOW, "energy": Measure.ENERGY}),
    )
    for kind, names in told:
        table: Any = kind
        columns = (table.occurred_on, *(getattr(table, name) for name in names))
        query = select(*columns).where(
            table.practice_id == work.practice_id,
            table.coachee_id == coachee_id,
            table.archived_at.is_(None),
            table.occurred_on.is_not(None),
        )
        for day, *values in await work.session.execute(query):
            for measure, value in zip(names.values(), values, strict=True):
                if value is not None:
                    points[measure].append((day, value))


async def _sessions(work: Work, coachee_id: CoacheeId) -> list[date]:
    query = (
        select(Session.starts_at, Session.zone)
        .where(
            Session.practice_id == work.practice_id,
            Session.coachee_id == coachee_id,
            Session.state == SessionState.HELD,
        )
        .order_by(Session.starts_at)
    )
    return [local_day(starts_at, zone) for starts_at, zone in await work.session.execute(query)]
