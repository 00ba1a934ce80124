"""What of the slots to come will be sent as it stands: each judged as the sending will judge it, the earliest first.

It is taken for granted that she answers each before the next is due, that none of these felt low, and that nothing
else changes until then. The
rules are those of the statement in `sending`; a test sends what was foreseen and compares.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from domain import people
from domain.checkins.lots import Lot, Tried
from domain.checkins.model import CheckIn, CoacheeRhythm
from domain.checkins.policy import FIRST, OBSTACLE_PHASES, OBSTACLES_A_WEEK, Kind, Policy, Why
from domain.checkins.schedule import EVE, EVENING, NOW_AND_THEN
from domain.checkins.sending import DECLINED_TWICE
from domain.checkins.slots import ONE_DAY, Course
from domain.checkins.states import Reason
from domain.kit.ids import CoacheeId, PlanId
from domain.kit.work import Work
from domain.people import Purpose

LOW = 1  # a valence that no question about an obstacle follows
AFTER_OBSTACLE = frozenset({Kind.OBSTACLE, Kind.IDEAL, Kind.OWN})  # none of these comes next


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One slot to come: what is sent then, or why nothing is."""

    local_day: date
    slot: int
    edition: int
    wall_time: time
    zone: str
    due_at: datetime
    expires_at: datetime
    kind: Kind | None
    why: str | None
    skipped: Reason | None
    lot: Lot | None = None


@dataclass(slots=True, kw_only=True)
class Outlook:
    """What decides beside the plan itself, as it stands now, and how it goes on with each that is sent."""

    nothing: Reason | None  # why nothing at all is sent
    declined: bool  # the last obstacles: none is asked about until she tells of one herself
    low: bool  # how she felt at the last
    last: Kind | None
    after_obstacle: bool
    research: bool  # whether lots count
    sent: int
    obstacles: Counter[date] = field(default_factory=Counter[date])  # by the Monday of their week

    def judge(self, course: Course, one: Foreseen) -> Foreseen:
        if one.kind is None:
            return one
        if self.nothing is not None:
            return replace(one, kind=None, why=None, skipped=self.nothing, lot=None)
        one = self._drawn(self._allowed(course, one, one.kind))
        if one.kind is None:
            return one
        self.sent, self.last, self.after_obstacle = self.sent + 1, one.kind, one.kind is Kind.OBSTACLE
        self.low = False
        self.obstacles[_monday(one.local_day)] += one.kind is Kind.OBSTACLE
        return one

    def _allowed(self, course: Course, one: Foreseen, kind: Kind) -> Foreseen:
        if not self._is_barred(course, one, kind):
            return one
        drawn = one.lot is not None and one.lot.of is Tried.SENDING
        return replace(one, kind=Kind.SUCCESS, why=Why.NOT_NOW, lot=one.lot if drawn else None)

    def _drawn(self, one: Foreseen) -> Foreseen:
        """What its lot makes of it, where she lends herself to research."""
        if one.lot is None or not self.research:
            return replace(one, lot=None)
        if one.lot.kept:
            return one
        if one.lot.of is Tried.SENDING:
            return replace(one, kind=None, why=None, skipped=Reason.BY_LOT)
        return replace(one, kind=Kind.SUCCESS, why=Why.BY_LOT)

    def _is_barred(self, course: Course, one: Foreseen, kind: Kind) -> bool:
        if kind is not Kind.SUCCESS and self.sent < FIRST:
            return True
        if kind in AFTER_OBSTACLE and self.last is Kind.OBSTACLE:
            return True
        if kind is Kind.OBSTACLE:
            return self.declined or self.low or self._is_no_time(course, one)
        if kind is Kind.OWN and not course.own:
            return True
        return kind in AFTER_OBSTACLE and self.after_obstacle

    def _is_no_time(self, course: Course, one: Foreseen) -> bool:
        """For an obstacle."""
        terms = course.edition(one.local_day).terms
        quiet_next = (one.local_day + ONE_DAY).isoweekday() in terms.quiet_weekdays
        off = course.obstacles_off_until
        return (
            not course.obstacles
            or (off is not None and one.due_at < off)
            or one.wall_time >= EVENING
            or (quiet_next and one.wall_time >= EVE)
            or (terms.policy is Policy.FOLLOW_PHASE and course.phase not in OBSTACLE_PHASES)
            or self.obstacles[_monday(one.local_day)] >= OBSTACLES_A_WEEK
        )


async def rhythm_as_it_is(work: Work, coachee_id: CoacheeId) -> CoacheeRhythm | None:
    query = select(CoacheeRhythm).where(CoacheeRhythm.practice_id == work.practice_id, CoacheeRhythm.id == coachee_id)
    return await work.session.scalar(query)


async def outlook(
    work: Work, coachee_id: CoacheeId, plan_id: PlanId | None, today: date, nothing: Reason | None
) -> Outlook:
    """Hers, for one of her plans, or for one that is yet to be."""
    rhythm = await rhythm_as_it_is(work, coachee_id)
    hers = (CheckIn.practice_id == work.practice_id, CheckIn.coachee_id == coachee_id)
    reached_her = or_(CheckIn.sent_at.is_not(None), CheckIn.answered_at.is_not(None))
    latest = select(CheckIn.kind, CheckIn.sent_at).where(*hers, reached_her).order_by(CheckIn.due_at.desc()).limit(1)
    last, sent_at = (await work.session.execute(latest)).one_or_none() or (None, None)
    told_at = rhythm and rhythm.obstacle_told_at
    sent = select(func.count()).where(
        *hers, CheckIn.plan_id == plan_id, CheckIn.sent_at.is_not(None), CheckIn.slot < NOW_AND_THEN
    )
    monday = _monday(today)
    had = select(func.count()).where(
        *hers, CheckIn.sent_at.is_not(None), CheckIn.kind == Kind.OBSTACLE, CheckIn.local_day >= monday
    )
    lends = await people.has_consent(work, coachee_id, Purpose.RESEARCH_EXPORT)
    return Outlook(
        nothing=nothing,
        declined=rhythm is not None and rhythm.obstacles_declined >= DECLINED_TWICE,
        low=rhythm is not None and rhythm.last_valence == LOW,
        last=last,
        after_obstacle=told_at is not None and (sent_at is None or told_at >= sent_at),
        research=lends and not (await people.get_coachee(work, coachee_id)).minor,
        sent=await work.session.scalar(sent) or 0,
        obstacles=Counter({monday: await work.session.scalar(had) or 0}),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
