"""What was told in answers, in counts: her own for herself, and for her coach what she shares.

An answer that she keeps to herself is one more in `private`, and nothing of it is in any other number.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from domain import checkins, people
from domain.checkins import Dimension, Layer, Locus, Obstacle as ObstacleReply, OpenedAnswer, Success
from domain.kit.ids import CoacheeId, TrajectoryId
from domain.kit.shares import Share, share_of
from domain.kit.work import Work
from domain.messaging import Language
from domain.method import Locus as NamedLocus, Obstacle
from domain.people import TextDestroyed
from domain.progress.own import own_trajectory
from domain.progress.trend import Trend, trends_of
from domain.progress.words import WordsOf, counted

INNER = (Layer.IDENTITY, Layer.MISSION)
TEXTS = ("text", "dimension_text", "sentence", "wished", "small_step", "other_quality")


@dataclass(frozen=True, slots=True)
class MonthOfSwitches:
    """Of the obstacles told in that month, how many came to how she would have liked it to be."""

    month: date
    switch_rate: Share


@dataclass(frozen=True, slots=True)
class MonthOfTexts:
    """Of the texts on thinking, feeling or wanting in that month, how many were on each."""

    month: date
    texts: int
    counts: dict[Dimension, int]


@dataclass(frozen=True, slots=True)
class ToldReport:
    answers: int
    private: int
    switches: list[MonthOfSwitches]
    dimensions: list[MonthOfTexts]
    layers: dict[Layer, int]
    core_reflections: Share | None
    locus: dict[Locus, int]
    reactions: int
    words: list[WordsOf]
    trends: list[Trend]
    sessions: list[date]


async def told_report(work: Work, trajectory_id: TrajectoryId) -> ToldReport:
    """Of the answers that she shares, as the trajectory's own coach."""
    trajectory = await own_trajectory(work, trajectory_id, "answers")
    await people.must_keep_text(work, trajectory.coachee_id)
    shared = await checkins.shared_answers(work, trajectory_id, trajectory.coachee_id)
    return await _report(work, trajectory.coachee_id, shared.opened, shared.private)


async def own_told_report(work: Work, coachee_id: CoacheeId, since: date | None = None) -> ToldReport:
    """Of all her answers, or of those since a day: for herself. Once her text is destroyed there is nothing to tell."""
    try:
        opened = await checkins.own_answers(work, coachee_id)
    except TextDestroyed:
        opened = []
    return await _report(work, coachee_id, [one for one in opened if since is None or one.day >= since], 0)


async def _report(work: Work, coachee_id: CoacheeId, opened: Sequence[OpenedAnswer], private: int) -> ToldReport:
    obstacles = [(one.day, one.reply) for one in opened if isinstance(one.reply, ObstacleReply) and one.reply.happened]
    layers = Counter(reply.layer for _, reply in obstacles if reply.layer is not None)
    loci = Counter(reply.locus for _, reply in obstacles if reply.locus is not None)
    trends, sessions = await trends_of(work, coachee_id, opened)
    return ToldReport(
        len(opened),
        private,
        switches_of(obstacles),
        dimensions_of(opened),
        {layer: layers[layer] for layer in Layer},
        share_of(sum(layers[layer] for layer in INNER), layers.total()),
        {locus: loci[locus] for locus in Locus},
        await _reactions(work, coachee_id),
        counted(texts_of(opened)),
        trends,
        sessions,
    )


def switches_of(obstacles: Iterable[tuple[date, ObstacleReply]]) -> list[MonthOfSwitches]:
    months: dict[date, list[bool]] = {}
    for day, reply in obstacles:
        months.setdefault(day.replace(day=1), []).append(bool(reply.wished))
    shares = ((month, share_of(sum(wished), len(wished))) for month, wished in sorted(months.items()))
    return [MonthOfSwitches(month, share) for month, share in shares if share is not None]


def dimensions_of(opened: Iterable[OpenedAnswer]) -> list[MonthOfTexts]:
    months: dict[date, Counter[Dimension]] = {}
    for one in opened:
        if isinstance(one.reply, Success) and one.reply.dimension is not None:
            months.setdefault(one.day.replace(day=1), Counter())[one.reply.dimension] += 1
    return [
        MonthOfTexts(month, found.total(), {dimension: found[dimension] for dimension in Dimension})
        for month, found in sorted(months.items())
    ]


def texts_of(opened: Iterable[OpenedAnswer]) -> list[tuple[Language, str]]:
    """Every text that she typed, with the language of the questions she saw."""
    return [
        (one.language, text) for one in opened for name in TEXTS if (text := getattr(one.reply, name, None)) is not None
    ]


async def _reactions(work: Work, coachee_id: CoacheeId) -> int:
    """How many obstacles from within were named as an answer to one from outside."""
    outer = aliased(Obstacle)
    query = (
        select(func.count())
        .select_from(Obstacle)
        .join(outer, (outer.practice_id == Obstacle.practice_id) & (outer.id == Obstacle.triggered_by_id))
        .where(
            Obstacle.practice_id == work.practice_id,
            Obstacle.coachee_id == coachee_id,
            Obstacle.archived_at.is_(None),
            Obstacle.locus.in_([NamedLocus.INTERNAL, NamedLocus.BOTH]),
            outer.locus.in_([NamedLocus.EXTERNAL, NamedLocus.BOTH]),
        )
    )
    return await work.session.scalar(query) or 0
