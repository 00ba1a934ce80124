"""What of the slots to come will be sent as it stands: each judged as the sending will judge it, the earliest first.

It is taken for granted that she answers each before the next is due, that none of these felt low, and that nothing
else changes until then. Her other plans are foreseen with it, for some rules are hers and no plan's. The rules are
those of `send_statement`; a test sends what was foreseen and compares.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from domain import people
from domain.checkins.lots import Lot, Tried
from domain.checkins.model import CheckIn, CoacheeRhythm
from domain.checkins.policy import FIRST, OBSTACLE_PHASES, OBSTACLES_A_WEEK, Kind, Policy, Why
from domain.checkins.schedule import EVE, EVENING, NOW_AND_THEN, Made, is_day_off
from domain.checkins.send_statement import DECLINED_TWICE
from domain.checkins.slots import ONE_DAY, Course
from domain.checkins.states import CheckInState, Reason
from domain.checkins.terms import quiet
from domain.kit.calendar import local_time
from domain.kit.ids import CoacheeId, PlanId
from domain.kit.work import Work

LOW = 1  # a valence that no question about an obstacle follows
LATELY = timedelta(days=9)  # reaches back beyond the Monday of this week in every zone
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What one plan of hers is to bring, not judged yet; `nothing` is why nothing at all of it is sent."""

    plan_id: PlanId
    course: Course
    nothing: Reason | None
    slots: Iterable[Foreseen]  # in order; how many there are may hang on how many of them are sent
    made: Made


@dataclass(slots=True, kw_only=True)
class Outlook:
    """What decides beside the plans themselves, as it stands now, and how it goes on with each that is sent."""

    declined: bool  # the last obstacles: none is asked about until she tells of one herself
    low: bool  # how she felt at the last
    last: Kind | None
    after_obstacle: bool
    sent: Counter[PlanId]
    obstacles: Counter[date]  # by the Monday of their week
    days: Counter[date]  # what she was sent on each of them
    zone: str  # where she is
    moments: dict[tuple[date, PlanId], datetime]  # when the last of each of these days was due, by its plan
    last_due_at: datetime | None = None

    def foresee(self, plan: Coming, beside: Sequence[Coming]) -> list[Foreseen]:
        """What a plan will send, among what her other plans will."""
        by_turn = heapq.merge(
            *map(_of, (plan, *beside)), key=lambda both: (both[1].due_at, both[0].plan_id, both[1].slot)
        )
        judged = [(each, self._told(each, one)) for each, one in by_turn]
        return [one for each, one in judged if each is plan]

    def _told(self, plan: Coming, one: Foreseen) -> Foreseen:
        if one.kind is None:
            return one
        judged = self._judge(plan, one, one.kind)
        plan.made.unsent += judged.kind is None
        return judged

    def _judge(self, plan: Coming, one: Foreseen, kind: Kind) -> Foreseen:
        barred = plan.nothing or self._no_room(plan, one)
        if barred is not None:
            return replace(one, kind=None, why=None, skipped=barred, lot=None)
        one = _drawn(plan.course, self._allowed(plan, one, kind))
        if one.kind is None:
            return one
        self.sent[plan.plan_id] += 1
        self.days[one.local_day] += 1
        self.moments[one.local_day, plan.plan_id] = one.due_at
        self.last, self.last_due_at, self.low = one.kind, one.due_at, False
        self.after_obstacle = one.kind is Kind.OBSTACLE
        self.obstacles[_monday(one.local_day)] += one.kind is Kind.OBSTACLE
        return one

    def _no_room(self, plan: Coming, one: Foreseen) -> Reason | None:
        terms = plan.course.edition(one.local_day).terms
        if quiet(local_time(one.due_at, self.zone).time(), terms):
            return Reason.QUIET_HOURS
        if one.due_at == self.last_due_at:
            return Reason.ANOTHER_OPEN
        if self.days[one.local_day] >= terms.per_day_max:
            return Reason.DAY_FULL
        elsewhere = [at for (day, of), at in self.moments.items() if day == one.local_day and of != plan.plan_id]
        latest = one.due_at - timedelta(minutes=terms.min_gap_minutes)
        return Reason.TOO_SOON if any(at > latest for at in elsewhere) else None

    def _allowed(self, plan: Coming, one: Foreseen, kind: Kind) -> Foreseen:
        if not self._is_barred(plan, one, kind):
            return one
        drawn = one.lot is not None and one.lot.of is Tried.SENDING
        return replace(one, kind=Kind.SUCCESS, why=Why.NOT_NOW, lot=one.lot if drawn else None)

    def _is_barred(self, plan: Coming, one: Foreseen, kind: Kind) -> bool:
        if kind is not Kind.SUCCESS and self.sent[plan.plan_id] < FIRST:
            return True
        if kind in AFTER_OBSTACLE and (self.last is Kind.OBSTACLE or self.after_obstacle):
            return True
        if kind is Kind.OBSTACLE:
            return self.declined or self.low or self._is_no_time(plan.course, one)
        return kind is Kind.OWN and not plan.course.own

    def _is_no_time(self, course: Course, one: Foreseen) -> bool:
        """For an obstacle."""
        terms, here = course.edition(one.local_day).terms, local_time(one.due_at, self.zone)
        tomorrow = (here.date() + ONE_DAY).isoweekday()
        off_next = is_day_off(course, terms, one.local_day + ONE_DAY) or tomorrow in terms.quiet_weekdays
        off = course.obstacles_off_until
        return (
            not course.obstacles
            or (off is not None and one.due_at < off)
            or max(one.wall_time, here.time()) >= EVENING
            or (off_next and here.time() >= EVE)
            or (terms.policy is Policy.FOLLOW_PHASE and course.phase not in OBSTACLE_PHASES)
            or self.obstacles[_monday(one.local_day)] >= OBSTACLES_A_WEEK
        )


def _of(plan: Coming) -> Iterator[tuple[Coming, Foreseen]]:
    return ((plan, one) for one in plan.slots)


def _drawn(course: Course, one: Foreseen) -> Foreseen:
    """What its lot makes of it, where she consents to research."""
    if one.lot is None or not course.research:
        return replace(one, lot=None)
    if one.lot.kept:
        return one
    if one.lot.leaves_out:
        return replace(one, kind=None, why=None, skipped=Reason.BY_LOT)
    return replace(one, kind=Kind.SUCCESS, why=Why.BY_LOT)


async def rhythm_as_it_is(work: Work, coachee_id: CoacheeId) -> CoacheeRhythm | None:
    query = select(CoacheeRhythm).where(CoacheeRhythm.practice_id == work.practice_id, CoacheeRhythm.id == coachee_id)
    return await work.session.scalar(query)


async def outlook(work: Work, coachee_id: CoacheeId) -> Outlook:
    """Hers, whichever of her plans it is asked for."""
    rhythm = await rhythm_as_it_is(work, coachee_id)
    hers = (CheckIn.practice_id == work.practice_id, CheckIn.coachee_id == coachee_id)
    reached_her = or_(CheckIn.sent_at.is_not(None), CheckIn.answered_at.is_not(None))
    latest = select(CheckIn.kind, CheckIn.sent_at).where(*hers, reached_her).order_by(CheckIn.due_at.desc()).limit(1)
    last, sent_at = (await work.session.execute(latest)).one_or_none() or (None, None)
    told_at = rhythm and rhythm.obstacle_told_at
    sent = select(CheckIn.plan_id, func.count().label("times")).where(*hers, CheckIn.sent_at.is_not(None))
    sent = sent.where(CheckIn.slot < NOW_AND_THEN).group_by(CheckIn.plan_id)
    lately = select(CheckIn.local_day, CheckIn.kind, CheckIn.state, CheckIn.plan_id, CheckIn.due_at).where(
        *hers, CheckIn.sent_at.is_not(None), CheckIn.due_at > work.now - LATELY
    )
    days = (await work.session.execute(lately.order_by(CheckIn.due_at))).all()
    return Outlook(
        declined=rhythm is not None and rhythm.obstacles_declined >= DECLINED_TWICE,
        low=rhythm is not None and rhythm.last_valence == LOW,
        last=last,
        zone=(await people.get_coachee(work, coachee_id)).zone,
        after_obstacle=told_at is not None and (sent_at is None or told_at >= sent_at),
        sent=Counter({row.plan_id: row.times for row in await work.session.execute(sent)}),
        obstacles=Counter(_monday(one.local_day) for one in days if one.kind == Kind.OBSTACLE),
        days=Counter(one.local_day for one in days if one.state != CheckInState.SWAPPED),
        moments={(one.local_day, one.plan_id): one.due_at for one in days},
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
