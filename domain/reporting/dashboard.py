"""The practice as a whole: no content, nothing about few, and no ranking of coaches or coachees."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, func, literal_column, select

from domain.checkins import CheckIn, Plan, Policy, Source
from domain.funding import FundingKind, SessionFunding
from domain.kit.calendar import Period
from domain.kit.shares import Share, share_of
from domain.kit.work import Work
from domain.messaging import Language, read_worded
from domain.plots import Figure, Lines, Rows, Series, Unit
from domain.progress import ASKED, RESPONDED
from domain.reporting.work_left import all_hours
from domain.trajectories import Format, Session, SessionState, Trajectory, TrajectoryState

K = TypeVar("K")
FEWEST = 5  # people in a cell: below that nothing is told of it (method.md §5.3)
POLICY: ColumnElement[str] = literal_column("check_in_plans.terms ->> 'policy'", String())


@dataclass(frozen=True, slots=True)
class RateOfPolicy:
    """How check-ins are answered under one type of plan; nothing where fewer than five coachees have it."""

    policy: Policy
    coachees: int | None
    answer_rate: Share | None


@dataclass(frozen=True, slots=True)
class PracticeReport:
    period: Period
    running: int
    formats: dict[Format, int | None]
    agreed_minutes: int
    held_minutes: int
    planned_minutes: int
    answer_rates: list[RateOfPolicy]
    funding: dict[FundingKind, int | None]


async def practice_report(work: Work, period: Period) -> PracticeReport:
    """Running trajectories and their hours as they are now; answers and funding of the period."""
    running = await all_hours(work, state=TrajectoryState.RUNNING)
    return PracticeReport(
        period,
        len(running),
        guarded(await _formats(work)),
        sum(one.agreed for one in running),
        sum(one.held for one in running),
        sum(one.planned for one in running),
        await _answer_rates(work, period),
        guarded(await _funding(work, period)),
    )


def guarded(counts: Mapping[K, int]) -> dict[K, int | None]:
    """Without the cells of fewer than five people; and where that is one cell, without the next smallest too, for it
    could be told from the sum of the others."""
    hidden = {cell for cell, count in counts.items() if 0 < count < FEWEST}
    shown = sorted((count, str(cell), cell) for cell, count in counts.items() if count >= FEWEST)
    if len(hidden) == 1 and shown:
        hidden.add(shown[0][2])
    return {cell: None if cell in hidden else count for cell, count in counts.items()}


async def _formats(work: Work) -> dict[Format, int]:
    people = func.count(Trajectory.coachee_id.distinct())
    query = select(Trajectory.format, people).where(
        Trajectory.practice_id == work.practice_id, Trajectory.state == TrajectoryState.RUNNING
    )
    found = {row[0]: row[1] for row in await work.session.execute(query.group_by(Trajectory.format))}
    return {kind: found.get(kind, 0) for kind in Format}


async def _answer_rates(work: Work, period: Period) -> list[RateOfPolicy]:
    people = func.count(CheckIn.coachee_id.distinct())
    responded = func.count().filter(CheckIn.state.in_(RESPONDED))
    query = (
        select(POLICY, people, responded, func.count())
        .join(Plan, (Plan.practice_id == CheckIn.practice_id) & (Plan.id == CheckIn.plan_id))
        .where(CheckIn.practice_id == work.practice_id, CheckIn.local_day.between(period.first, period.last))
        .where(CheckIn.source == Source.PROMPTED, CheckIn.state.in_(ASKED))
        .group_by(POLICY)
        .order_by(POLICY)
    )
    return [
        RateOfPolicy(Policy(policy), people, share_of(answered, asked))
        if people >= FEWEST
        else RateOfPolicy(Policy(policy), None, None)
        for policy, people, answered, asked in await work.session.execute(query)
    ]


async def _funding(work: Work, period: Period) -> dict[FundingKind, int]:
    """How many coachees each kind of funding paid a held session for."""
    people = func.count(Session.coachee_id.distinct())
    query = (
        select(SessionFunding.kind, people)
        .join(Session, (Session.practice_id == SessionFunding.practice_id) & (Session.id == SessionFunding.id))
        .where(SessionFunding.practice_id == work.practice_id, Session.state == SessionState.HELD)
        .where(Session.day.between(period.first, period.last))
        .group_by(SessionFunding.kind)
    )
    found = {row[0]: row[1] for row in await work.session.execute(query)}
    return {kind: found.get(kind, 0) for kind in FundingKind}


@cache
def _words() -> dict[str, dict[str, Any]]:
    return read_worded(Path(__file__).with_name("dashboard.toml"))


def practice_plot(report: PracticeReport, language: Language) -> Figure:
    """The answer rates by type of plan, and who pays."""
    say = _words()[language]
    rates = [one for one in report.answer_rates if one.answer_rate is not None]
    shares = [one.answer_rate for one in rates if one.answer_rate is not None]
    answers = Lines(
        places=tuple(f"{say['policies'][one.policy]} ({one.coachees})" for one in rates),
        series=(
            Series(
                name=say["rate"],
                values=tuple(share.share for share in shares),
                low=tuple(share.low for share in shares),
                high=tuple(share.high for share in shares),
            ),
        ),
        unit=Unit.SHARE,
        top=1,
        joined=False,
        title=say["rates"],
    )
    known = {kind: count for kind, count in report.funding.items() if count is not None}
    funding = Rows(
        places=tuple(say["kinds"][kind] for kind in known) if any(known.values()) else (),
        series=(Series(name=say["coachees"], values=tuple(known.values())),),
        title=say["funding"],
    )
    return Figure(
        name="practice",
        language=language,
        title=say["title"],
        about=say["about"],
        note=say["note"],
        place=say["place"],
        panels=(answers, funding),
        nothing=say["nothing"],
        low=say["low"],
        high=say["high"],
        decimal=say["decimal"],
    )
