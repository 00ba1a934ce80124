"""What became of the check-ins of a trajectory: all counts are folds of one tally, so that they add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.checkins import CheckInState, Kind, Source
from domain.kit.ids import CoacheeId, TrajectoryId
from domain.kit.shares import Share, share_of
from domain.kit.work import Work
from domain.progress.ledger import Entry, ledger_of_coachee, ledger_of_trajectory
from domain.progress.own import own_trajectory
from domain.progress.timing import ASKED, RESPONDED, Timing, timing_of


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
class AskedReport:
    prompted: dict[CheckInState, int]
    answer_rate: Share | None
    self_initiated: Share | None
    weeks: list[AskedWeek]
    slots: list[SlotWeek]
    timing: Timing


async def asked_report(work: Work, trajectory_id: TrajectoryId) -> AskedReport:
    """What became of every check-in of the trajectory, as its own coach."""
    await own_trajectory(work, trajectory_id, "check_ins")
    return report_on(await ledger_of_trajectory(work, trajectory_id), work.now)


async def own_asked_report(work: Work, coachee_id: CoacheeId, since: date | None = None) -> AskedReport:
    """The same of all that she was ever asked, or since a day: for herself."""
    entries = await ledger_of_coachee(work, coachee_id)
    return report_on([one for one in entries if since is None or one.local_day >= since], work.now)


def report_on(entries: Sequence[Entry], now: datetime) -> AskedReport:
    return report_of(tallies_of(entries), timing_of(entries, now))


def tallies_of(entries: Sequence[Entry]) -> list[Tally]:
    """The ledger in counts, by week and slot."""
    found = Counter[tuple[date, int, Source, Kind, CheckInState, bool, bool]]()
    for one in entries:
        monday = one.local_day - timedelta(days=one.local_day.weekday())
        stamped = (one.sent_at is not None, one.opened_at is not None)
        found[(monday, one.slot, one.source, one.kind, one.state, *stamped)] += 1
    return [
        Tally(week, slot, source, kind, state, count, count * sent, count * opened)
        for (week, slot, source, kind, state, sent, opened), count in sorted(found.items())
    ]


def report_of(tallies: list[Tally], timing: Timing) -> AskedReport:
    weeks = sorted({one.week_of for one in tallies})
    slots = sorted({(one.week_of, one.slot) for one in tallies if one.source is Source.PROMPTED})
    return AskedReport(
        _states(tallies),
        _rate(tallies),
        _of_herself(tallies),
        [_week(week, [one for one in tallies if one.week_of == week]) for week in weeks],
        [_slot(tallies, week, slot) for week, slot in slots],
        timing,
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
