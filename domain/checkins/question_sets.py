"""Sets of questions that a practice keeps at hand: nobody is asked one before it is proposed to her and accepted."""

from sqlalchemy import select

from domain.checkins.own_questions import propose_questions
from domain.checkins.question_model import OwnQuestions, QuestionSet, QuestionSetNotFound
from domain.checkins.questions import Questions, check_questions
from domain.kit.errors import named_in
from domain.kit.ids import PlanId, QuestionSetId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce


async def add_question_set(work: Work, name: str, items: Questions) -> QuestionSet:
    check_questions(items)
    made = QuestionSet(practice_id=work.practice_id, name=name, items=items, created_at=work.now)
    await work.store(made)
    announce(work, "question_set_added", made.id)
    return made


async def get_question_set(work: Work, set_id: QuestionSetId) -> QuestionSet:
    return await find(work, QuestionSet, set_id, QuestionSetNotFound)


async def list_question_sets(work: Work, page: PageRequest) -> Page[QuestionSet]:
    """Those in use, oldest first."""
    query = select(QuestionSet).where(QuestionSet.practice_id == work.practice_id, QuestionSet.retired_at.is_(None))
    return await fetch_page(work, query, page, list_name="question_sets", keys=[QuestionSet.id])


async def word_question_set(work: Work, set_id: QuestionSetId, name: str, items: Questions) -> QuestionSet:
    """Other words for the next time: what was proposed before is a copy, and stays as it is."""
    found = await find(work, QuestionSet, set_id, QuestionSetNotFound, lock=True)
    check_questions(items)
    found.name, found.items = name, items
    await work.session.flush()
    announce(work, "question_set_worded", found.id)
    return found


async def retire_question_set(work: Work, set_id: QuestionSetId) -> QuestionSet:
    """Offer it no more; done twice, it is done once."""
    found = await find(work, QuestionSet, set_id, QuestionSetNotFound, lock=True)
    if found.retired_at is None:
        found.retired_at = work.now
        await work.session.flush()
        announce(work, "question_set_retired", found.id)
    return found


async def propose_question_set(work: Work, plan_id: PlanId, set_id: QuestionSetId) -> OwnQuestions:
    """Propose a copy of a set to the coachee of a plan."""
    with named_in("set_id"):
        found = await get_question_set(work, set_id)
    return await propose_questions(work, plan_id, found.items)
