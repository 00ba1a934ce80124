"""Questions that coach and coachee word together for one plan: proposed, read and changed on her phone, then asked."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select

from domain import audit, people, trajectories
from domain.checkins.model import CheckIn, Plan, PlanNotFound
from domain.checkins.plans import make_anew, must_be_open
from domain.checkins.queries import get_plan, is_coach_of
from domain.checkins.question_model import NoOwnQuestions, OwnQuestions, ProposedBy, QuestionsNotYours, QuestionsState
from domain.checkins.questions import Questions, check_questions
from domain.checkins.states import PlanState
from domain.kit.calendar import local_day
from domain.kit.ids import OwnQuestionsId, PlanId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.states import WrongState
from domain.kit.work import ActorKind, Work, find
from domain.messaging import announce, cancel_messages, post

OPEN_PLAN = frozenset({PlanState.PROPOSED, PlanState.ACCEPTED, PlanState.PAUSED})
MAIL = "questions_proposed"


@dataclass(frozen=True, slots=True)
class Worded:
    """One wording of the questions of a plan, opened."""

    row: OwnQuestions
    items: Questions


async def propose_questions(work: Work, plan_id: PlanId, items: Questions) -> OwnQuestions:
    """Propose them to the coachee, in place of what still waits for her word; nothing is asked before her yes."""
    plan = await get_plan(work, plan_id, lock=True)
    await _must_be_hers(work, plan)
    _must_be_open_plan(plan)
    must_be_open(await trajectories.get_trajectory(work, plan.trajectory_id))
    coachee = await people.get_coachee(work, plan.coachee_id)
    people.must_be_open(coachee)
    check_questions(items, coachee.language)
    await _replace(work, plan.id, QuestionsState.PROPOSED)
    row = await _worded(work, plan, items, ProposedBy.COACH)
    await cancel_messages(work, coachee.id, kind=MAIL)
    post(work, MAIL, people.recipient(coachee), link=f"plan:{plan.id}")
    announce(work, "questions_proposed", row.id, plan_id=plan.id, number=row.number)
    return row


async def accept_questions(work: Work, plan_id: PlanId) -> OwnQuestions:
    """She agrees to the words that were proposed, in place of those that she agreed to before."""
    plan = await get_plan(work, plan_id, lock=True)
    _must_be_open_plan(plan)
    row = await _in_state(work, plan_id, QuestionsState.PROPOSED)
    if row is None:
        raise NoOwnQuestions
    return await _put_in_force(work, plan, row)


async def word_questions(work: Work, plan_id: PlanId, items: Questions) -> OwnQuestions:
    """She puts her own words in the place of what was proposed or agreed; nobody has to accept those any more."""
    plan = await get_plan(work, plan_id, lock=True)
    _must_be_open_plan(plan)
    states = (QuestionsState.PROPOSED, QuestionsState.ACCEPTED)
    if not any([await _in_state(work, plan_id, state) for state in states]):
        raise NoOwnQuestions
    await _replace(work, plan_id, QuestionsState.PROPOSED)
    return await _put_in_force(work, plan, await _worded(work, plan, items, ProposedBy.COACHEE))


async def _put_in_force(work: Work, plan: Plan, row: OwnQuestions) -> OwnQuestions:
    await _replace(work, plan.id, QuestionsState.ACCEPTED)
    row.move(QuestionsState.ACCEPTED, work.now)
    await _follow(work, plan, row, "questions_accepted")
    return row


async def decline_questions(work: Work, plan_id: PlanId) -> OwnQuestions:
    """She would rather not be asked these; what she agreed to before stays."""
    plan = await get_plan(work, plan_id, lock=True)
    row = await _in_state(work, plan_id, QuestionsState.PROPOSED)
    if row is None:
        raise NoOwnQuestions
    row.move(QuestionsState.DECLINED, work.now)
    announce(work, "questions_declined", row.id, plan_id=plan.id, number=row.number)
    return row


async def end_questions(work: Work, plan_id: PlanId) -> OwnQuestions:
    """Ask them no more, and drop what was proposed: she may, and so may her coach. What was answered stays."""
    plan = await get_plan(work, plan_id, lock=True)
    if work.actor.kind is not ActorKind.COACHEE:
        await _must_be_hers(work, plan)
    found = [await _in_state(work, plan_id, state) for state in (QuestionsState.PROPOSED, QuestionsState.ACCEPTED)]
    rows = [row for row in found if row is not None]
    if not rows:
        raise NoOwnQuestions
    for row in rows:
        row.move(QuestionsState.ENDED, work.now)
    await _follow(work, plan, rows[-1], "questions_ended")
    return rows[-1]


async def list_questions(work: Work, plan_id: PlanId, page: PageRequest) -> Page[Worded]:
    """Every wording of a plan's own questions, oldest first, for its coach alone; the reading is audited."""
    plan = await get_plan(work, plan_id)
    await _must_be_hers(work, plan)
    query = select(OwnQuestions).where(OwnQuestions.practice_id == work.practice_id, OwnQuestions.plan_id == plan_id)
    found = await fetch_page(work, query, page, list_name=f"questions:{plan_id}", keys=[OwnQuestions.number])
    audit.record(work, "questions_read", plan_id, coachee_id=plan.coachee_id)
    return Page([await _opened(work, row) for row in found.items], found.next_cursor)


async def waiting_questions(work: Work, plan_id: PlanId) -> Worded | None:
    """What waits for her word."""
    row = await _in_state(work, plan_id, QuestionsState.PROPOSED)
    return row and await _opened(work, row)


async def agreed_questions(work: Work, plan_id: PlanId) -> Worded | None:
    """What she agreed to last, and is asked."""
    row = await _in_state(work, plan_id, QuestionsState.ACCEPTED)
    return row and await _opened(work, row)


async def agreed_id(work: Work, plan_id: PlanId) -> OwnQuestionsId:
    row = await _in_state(work, plan_id, QuestionsState.ACCEPTED)
    if row is None:
        raise NoOwnQuestions
    return row.id


async def questions_of(work: Work, check_in: CheckIn) -> Questions:
    """The questions as this check-in asks them; none where it is of another kind."""
    if check_in.own_questions_id is None:
        return ()
    row = await find(work, OwnQuestions, check_in.own_questions_id, PlanNotFound)
    return (await _opened(work, row)).items


async def _opened(work: Work, row: OwnQuestions) -> Worded:
    content = await people.unseal(work, row.coachee_id, row.sealed_items, _context(row.id))
    return Worded(row, msgspec.json.decode(content, type=Questions))


async def _worded(work: Work, plan: Plan, items: Questions, by: ProposedBy) -> OwnQuestions:
    row_id = OwnQuestionsId(new_id())
    last = select(func.max(OwnQuestions.number)).where(
        OwnQuestions.practice_id == work.practice_id, OwnQuestions.plan_id == plan.id
    )
    row = OwnQuestions(
        practice_id=work.practice_id,
        id=row_id,
        plan_id=plan.id,
        coachee_id=plan.coachee_id,
        number=(await work.session.scalar(last) or 0) + 1,
        state=QuestionsState.PROPOSED,
        proposed_by=by,
        sealed_items=await people.seal(work, plan.coachee_id, msgspec.json.encode(items).decode(), _context(row_id)),
        proposed_at=work.now,
    )
    await work.store(row)
    return row


async def _replace(work: Work, plan_id: PlanId, state: QuestionsState) -> None:
    """Let what stands in that state make room."""
    row = await _in_state(work, plan_id, state)
    if row is not None:
        row.move(QuestionsState.REPLACED, work.now)
        await work.session.flush()


async def _in_state(work: Work, plan_id: PlanId, state: QuestionsState) -> OwnQuestions | None:
    query = select(OwnQuestions).where(
        OwnQuestions.practice_id == work.practice_id, OwnQuestions.plan_id == plan_id, OwnQuestions.state == state
    )
    return await work.session.scalar(query)


async def _follow(work: Work, plan: Plan, row: OwnQuestions, kind: str) -> None:
    """What was not sent yet is chosen anew: the policy counts with these questions from now on, or no longer."""
    await work.session.flush()
    if plan.state == PlanState.ACCEPTED:
        await make_anew(work, plan, local_day(work.now, plan.zone))
    announce(work, kind, row.id, plan_id=plan.id, number=row.number)


async def _must_be_hers(work: Work, plan: Plan) -> None:
    if not await is_coach_of(work, plan):
        raise QuestionsNotYours


def _must_be_open_plan(plan: Plan) -> None:
    if plan.state not in OPEN_PLAN:
        raise WrongState(state=plan.state, wanted="asked in own words", possible_from=sorted(OPEN_PLAN))


def _context(row_id: OwnQuestionsId) -> str:
    return f"questions:{row_id}"
