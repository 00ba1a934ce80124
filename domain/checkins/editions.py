"""Changing what a plan asks: a new edition from a day on, accepted by the coachee where it asks more of her."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from domain import method, people, trajectories
from domain.checkins.model import CheckIn, EditionInPast, NoOpenChange, NothingToPin, Plan, PlanEdition
from domain.checkins.own_questions import agreed_id
from domain.checkins.plans import make_anew, must_be_open, must_have_consents
from domain.checkins.policy import Kind
from domain.checkins.queries import get_plan
from domain.checkins.schedule import NOW_AND_THEN
from domain.checkins.states import CheckInState, EditionState, PlanState
from domain.checkins.terms import Terms, asks_more, check_days, check_terms
from domain.kit.calendar import local_day, sane_day
from domain.kit.ids import CoacheeQualityId, IdealId, PlanId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.states import WrongState
from domain.kit.work import Work
from domain.messaging import announce, post

OPEN_PLAN = frozenset({PlanState.ACCEPTED, PlanState.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPin:
    """What the coach asks for in so many of the next check-ins."""

    kind: Kind | None = None
    quality_id: CoacheeQualityId | None = None
    ideal_id: IdealId | None = None
    count: int


async def change_plan(work: Work, plan_id: PlanId, terms: Terms, effective_from: date) -> PlanEdition:
    """Ask something else from a day on. What asks more of her waits for her word; the rest holds at once."""
    plan = await get_plan(work, plan_id, lock=True)
    await _must_be_open(work, plan)
    today = local_day(work.now, plan.zone)
    sane_day(effective_from, field="effective_from")
    if effective_from <= today:
        raise EditionInPast(field="effective_from")
    check_terms(terms)
    check_days(terms, plan.starts_on, plan.ends_on, today=today)
    (_, until_then), *_ = await terms_from(work, plan, effective_from)
    if not asks_more(until_then, terms):
        await must_have_consents(work, plan, terms)
        return await put_in_force(work, plan, terms, effective_from)
    edition = await _edition(work, plan, terms, effective_from)
    await work.store(edition)
    coachee = await people.get_coachee(work, plan.coachee_id)
    post(work, "plan_proposed", people.recipient(coachee), link=f"plan:{plan.id}")
    announce(work, "plan_change_proposed", plan.id, number=edition.number, effective_from=effective_from)
    return edition


async def put_in_force(work: Work, plan: Plan, terms: Terms, effective_from: date) -> PlanEdition:
    """An edition that nobody has to accept any more."""
    edition = await _edition(work, plan, terms, effective_from)
    edition.move(EditionState.ACCEPTED, work.now)
    await work.store(edition)
    await _follow(work, plan, edition)
    return edition


async def accept_change(work: Work, plan_id: PlanId) -> PlanEdition:
    """The coachee agrees to the change that waits for her word; it holds from its day on, or from tomorrow."""
    plan = await get_plan(work, plan_id, lock=True)
    edition = await open_change(work, plan)
    await _must_be_open(work, plan)
    await must_have_consents(work, plan, edition.terms)
    tomorrow = local_day(work.now, plan.zone) + timedelta(days=1)
    edition.effective_from = max(edition.effective_from, tomorrow)
    edition.move(EditionState.ACCEPTED, work.now)
    await _follow(work, plan, edition)
    return edition


async def decline_change(work: Work, plan_id: PlanId) -> PlanEdition:
    """She does not want it: everything stays as it was."""
    plan = await get_plan(work, plan_id, lock=True)
    edition = await open_change(work, plan)
    edition.move(EditionState.DECLINED, work.now)
    announce(work, "plan_change_declined", plan.id, number=edition.number)
    return edition


async def open_change(work: Work, plan: Plan) -> PlanEdition:
    query = select(PlanEdition).where(
        PlanEdition.practice_id == work.practice_id,
        PlanEdition.plan_id == plan.id,
        PlanEdition.state == EditionState.PROPOSED,
    )
    edition = await work.session.scalar(query)
    if edition is None:
        raise NoOpenChange
    return edition


async def terms_from(work: Work, plan: Plan, day: date) -> list[tuple[date, Terms]]:
    """What a plan asks on a day, and what each change after it asks that holds already, with its first day."""
    query = select(PlanEdition).where(
        PlanEdition.practice_id == work.practice_id,
        PlanEdition.plan_id == plan.id,
        PlanEdition.state == EditionState.ACCEPTED,
    )
    in_order = await work.session.scalars(query.order_by(PlanEdition.effective_from, PlanEdition.number))
    return sorted({max(one.effective_from, day): one.terms for one in in_order}.items())


async def list_editions(work: Work, plan_id: PlanId, page: PageRequest) -> Page[PlanEdition]:
    """Every edition of a plan, oldest first."""
    await get_plan(work, plan_id)
    query = select(PlanEdition).where(PlanEdition.practice_id == work.practice_id, PlanEdition.plan_id == plan_id)
    return await fetch_page(work, query, page, list_name=f"editions:{plan_id}", keys=[PlanEdition.number])


async def pin(work: Work, plan_id: PlanId, new: NewPin) -> Plan:
    """Ask for something in the next check-ins that are not sent yet, as far as the policy's own rules allow.

    It takes the place of what was pinned before. A quality or an ideal is one of this coachee's.
    """
    plan = await get_plan(work, plan_id, lock=True)
    if new.kind is None and new.quality_id is None and new.ideal_id is None:
        raise NothingToPin(field="kind")
    if new.quality_id is not None or new.ideal_id is not None:
        await method.must_be_hers(work, plan.coachee_id, quality_id=new.quality_id, ideal_id=new.ideal_id)
    if plan.state != PlanState.ACCEPTED:
        raise WrongState(state=plan.state, wanted="pinned", possible_from=PlanState.ACCEPTED)
    if new.kind is Kind.OWN:
        await agreed_id(work, plan_id)
    query = select(func.count()).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.plan_id == plan.id,
        CheckIn.slot < NOW_AND_THEN,
        CheckIn.state != CheckInState.PLANNED,
        or_(CheckIn.state != CheckInState.SKIPPED, CheckIn.decision.is_not(None)),
    )
    plan.pinned_kind, plan.pinned_count = new.kind, new.count
    plan.pinned_quality_id, plan.pinned_ideal_id = new.quality_id, new.ideal_id
    plan.pinned_from = await work.session.scalar(query) or 0
    await make_anew(work, plan, local_day(work.now, plan.zone))
    facts = {"asked": new.kind, "quality_id": new.quality_id, "ideal_id": new.ideal_id}
    announce(work, "plan_kind_pinned", plan.id, count=new.count, **facts)
    return plan


async def _must_be_open(work: Work, plan: Plan) -> None:
    if plan.state not in OPEN_PLAN:
        raise WrongState(state=plan.state, wanted="changed", possible_from=sorted(OPEN_PLAN))
    must_be_open(await trajectories.get_trajectory(work, plan.trajectory_id))


async def _edition(work: Work, plan: Plan, terms: Terms, effective_from: date) -> PlanEdition:
    query = select(func.max(PlanEdition.number)).where(
        PlanEdition.practice_id == work.practice_id, PlanEdition.plan_id == plan.id
    )
    return PlanEdition(
        practice_id=work.practice_id,
        plan_id=plan.id,
        number=(await work.session.scalar(query) or 0) + 1,
        effective_from=effective_from,
        terms=terms,
        state=EditionState.PROPOSED,
        proposed_at=work.now,
    )


async def _follow(work: Work, plan: Plan, edition: PlanEdition) -> None:
    """From its day on, what was not sent is made anew; running ones keep the edition they were made by."""
    if plan.state == PlanState.ACCEPTED:
        await make_anew(work, plan, edition.effective_from)
    announce(work, "plan_changed", plan.id, number=edition.number, effective_from=edition.effective_from)
