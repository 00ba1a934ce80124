"""What became of the check-ins of a trajectory: all counts are folds of one tally, so that they add up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, and_, extract, func, literal_column, select

from domain.checkins import CheckIn, CheckInState, Kind, Plan, Source
from domain.kit.ids import TrajectoryId
from domain.kit.shares import Share, share_of
from domain.kit.work import Work
from domain.progress.own import own_trajectory

WEEK: ColumnElement[date] = literal_column("date_trunc('week', check_ins.local_day)::date", Date())
RESPONDED = (CheckInState.ANSWERED, CheckInState.PARTIAL)
# What she was asked and had her time for; one that she swapped counts as the one that came instead.
ASKED = (*RESPONDED, CheckInState.EXPIRED, CheckInState.DECLINED)
SECONDS = 60
OF_PLAN = and_(Plan.practice_id == CheckIn.practice_id, Plan.id == CheckIn.plan_id)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many check-ins of one week, slot, source, kind and state there are, and how many of them were seen."""

    week_of: date
    slot: int
    source: Source
    kind: Kind
    state: CheckInState
    count: int
    sent: int
    opened: int


@dataclass(frozen=True, slots=True)
class AskedWeek:
    """Of the week that begins on that Monday; what she began herself stands apart from what she was asked."""

    week_of: date
    prompted: dict[CheckInState, int]
    answer_rate: Share | None
    answered_when_prompted: dict[Kind, int]
    answered_of_herself: dict[Kind, int]
    self_initiated: Share | None


@dataclass(frozen=True, slots=True)
class SlotWeek:
    """One slot of the plan in one week."""

    week_of: date
    slot: int
    planned: int
    sent: int
    opened: int
    answered: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Minutes from the sending of a check-in until the first of its answer came in."""

    answers: int
    median: float | None
    p75: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class AskedReport:
    prompted: dict[CheckInState, int]
    answer_rate: Share | None
    self_initiated: Share | None
    weeks: list[AskedWeek]
    slots: list[SlotWeek]
    latency: Latency


async def asked_report(work: Work, trajectory_id: TrajectoryId) -> AskedReport:
    """What became of every check-in of the trajectory, as its own coach."""
    await own_trajectory(work, trajectory_id, "check_ins")
    groups = (WEEK, CheckIn.slot, CheckIn.source, CheckIn.kind, CheckIn.state)
    counts = (func.count(), func.count(CheckIn.sent_at), func.count(CheckIn.opened_at))
    query = select(*groups, *counts).join(Plan, OF_PLAN).where(*_mine(work, trajectory_id))
    rows = await work.session.execute(query.group_by(*groups).order_by(WEEK, CheckIn.slot))
    return report_of([Tally(*row) for row in rows], await _latency(work, trajectory_id))


def report_of(tallies: list[Tally], latency: Latency) -> AskedReport:
    weeks = sorted({one.week_of for one in tallies})
    slots = sorted({(one.week_of, one.slot) for one in tallies if one.source is Source.PROMPTED})
    return AskedReport(
        _states(tallies),
        _rate(tallies),
        _of_herself(tallies),
        [_week(week, [one for one in tallies if one.week_of == week]) for week in weeks],
        [_slot(tallies, week, slot) for week, slot in slots],
        latency,
    )


def _week(week: date, tallies: list[Tally]) -> AskedWeek:
    kinds = {source: _kinds(one for one in tallies if one.source is source) for source in Source}
    prompted, herself = kinds[Source.PROMPTED], kinds[Source.SELF_INITIATED]
    return AskedWeek(week, _states(tallies), _rate(tallies), prompted, herself, _of_herself(tallies))


def _slot(tallies: list[Tally], week: date, slot: int) -> SlotWeek:
    mine = [one for one in _prompted(tallies) if (one.week_of, one.slot) == (week, slot)]
    answered = sum(one.count for one in mine if one.state is CheckInState.ANSWERED)
    planned, sent, opened = (sum(getattr(one, name) for one in mine) for name in ("count", "sent", "opened"))
    return SlotWeek(week, slot, planned, sent, opened, answered)


def _states(tallies: list[Tally]) -> dict[CheckInState, int]:
    found = Counter[CheckInState]()
    for one in _prompted(tallies):
        found[one.state] += one.count
    return {state: found[state] for state in CheckInState}


def _rate(tallies: list[Tally]) -> Share | None:
    states = _states(tallies)
    return share_of(sum(states[state] for state in RESPONDED), sum(states[state] for state in ASKED))


def _kinds(tallies: Iterable[Tally]) -> dict[Kind, int]:
    found = Counter[Kind]()
    for one in tallies:
        found[one.kind] += one.count if one.state is CheckInState.ANSWERED else 0
    return {kind: found[kind] for kind in Kind}


def _of_herself(tallies: list[Tally]) -> Share | None:
    """Which share of what she answered she had begun herself: falling answers to prompts are no failure then."""
    answered = [one for one in tallies if one.state is CheckInState.ANSWERED]
    of_herself = sum(one.count for one in answered if one.source is Source.SELF_INITIATED)
    return share_of(of_herself, sum(one.count for one in answered))


def _prompted(tallies: list[Tally]) -> list[Tally]:
    return [one for one in tallies if one.source is Source.PROMPTED]


async def _latency(work: Work, trajectory_id: TrajectoryId) -> Latency:
    first = func.coalesce(CheckIn.started_at, CheckIn.answered_at)
    minutes = extract("epoch", first - CheckIn.sent_at) / SECONDS
    cuts = [func.percentile_cont(cut).within_group(minutes) for cut in (0.5, 0.75, 0.9)]
    asked = (CheckIn.source == Source.PROMPTED, CheckIn.state == CheckInState.ANSWERED)
    query = select(func.count(), *cuts).join(Plan, OF_PLAN).where(*_mine(work, trajectory_id), *asked)
    answers, *found = (await work.session.execute(query)).one()
    return Latency(answers, *(None if cut is None else round(float(cut), 1) for cut in found))


def _mine(work: Work, trajectory_id: TrajectoryId) -> tuple[ColumnElement[bool], ...]:
    return (
        CheckIn.practice_id == work.practice_id,
        Plan.practice_id == work.practice_id,
        Plan.trajectory_id == trajectory_id,
    )
