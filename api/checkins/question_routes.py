"""Questions in a practice's own words: sets at hand, and what coach and coachee agree on for one plan."""

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.checkins.question_shapes import (
    FromSetIn,
    OwnQuestionsIn,
    OwnQuestionsOut,
    QuestionSetIn,
    QuestionSetOut,
    QuestionSetPage,
    WordedOut,
    WordedPage,
    questions,
)
from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import checkins
from domain.checkins import (
    BranchLeadsNowhere,
    NoOwnQuestions,
    OptionsDoNotFit,
    PlanNotFound,
    QuestionLanguageMissing,
    QuestionSetNotFound,
    QuestionsNotYours,
    QuestionsProposedMeanwhile,
    TooManyVisible,
    TrajectoryClosed,
    WhyQuestion,
)
from domain.kit.ids import PlanId, QuestionSetId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived, TextDestroyed

WORDS = (WhyQuestion, QuestionLanguageMissing, OptionsDoNotFit, BranchLeadsNowhere, TooManyVisible)
PROPOSING = (
    PlanNotFound,
    QuestionsNotYours,
    WrongState,
    TrajectoryClosed,
    CoacheeArchived,
    TextDestroyed,
    QuestionsProposedMeanwhile,
    VersionChanged,
    *WORDS,
)


@post(
    "/check-in-plans/{plan_id:uuid}/questions",
    scope="check_ins:write",
    responses=refuses(*PROPOSING),
)
async def propose_own_questions(
    work: NamedDependency[Work], plan_id: FromPath[PlanId], data: JSONBody[OwnQuestionsIn]
) -> OwnQuestionsOut:
    """Propose questions in your own words to the coachee of a plan. She reads, changes or declines them on her phone;
    nothing of them is asked before she accepts. Proposing once more replaces what still waits for her word.
    """
    return OwnQuestionsOut.of(await checkins.propose_questions(work, plan_id, questions(data.items)))


@post(
    "/check-in-plans/{plan_id:uuid}/questions/from-set",
    scope="check_ins:write",
    responses=refuses(QuestionSetNotFound, *PROPOSING),
)
async def propose_question_set(
    work: NamedDependency[Work], plan_id: FromPath[PlanId], data: JSONBody[FromSetIn]
) -> OwnQuestionsOut:
    """Propose a copy of one of the practice's sets to the coachee of a plan."""
    return OwnQuestionsOut.of(await checkins.propose_question_set(work, plan_id, data.set_id))


@get(
    "/check-in-plans/{plan_id:uuid}/questions",
    scope="answers:read",
    responses=refuses(PlanNotFound, QuestionsNotYours, TextDestroyed, InvalidCursor),
)
async def list_own_questions(
    work: NamedDependency[Work], plan_id: FromPath[PlanId], limit: PageLimit = 20, cursor: PageCursor = None
) -> WordedPage:
    """List every wording of a plan's own questions, oldest first: as you proposed them, and as the coachee put them.
    Only the coach of the trajectory may; every reading is kept in the audit trail.
    """
    page = await checkins.list_questions(work, plan_id, page_request(limit, cursor))
    return WordedPage([WordedOut.of_worded(one) for one in page.items], page.next_cursor)


@post(
    "/check-in-plans/{plan_id:uuid}/questions/end",
    status_code=200,
    scope="check_ins:write",
    responses=refuses(PlanNotFound, QuestionsNotYours, NoOwnQuestions, VersionChanged),
)
async def end_own_questions(work: NamedDependency[Work], plan_id: FromPath[PlanId]) -> OwnQuestionsOut:
    """Ask a plan's own questions no more, and drop what was proposed. What was answered stays."""
    return OwnQuestionsOut.of(await checkins.end_questions(work, plan_id))


@post("/question-sets", scope="check_ins:write", responses=refuses(*WORDS))
async def add_question_set(work: NamedDependency[Work], data: JSONBody[QuestionSetIn]) -> QuestionSetOut:
    """Keep a set of questions at hand for the practice. Nobody is asked one before it is proposed and accepted."""
    return QuestionSetOut.of(await checkins.add_question_set(work, data.name, questions(data.items)))


@get("/question-sets", scope="check_ins:read", responses=refuses(InvalidCursor))
async def list_question_sets(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> QuestionSetPage:
    """List the sets of questions in use, oldest first."""
    page = await checkins.list_question_sets(work, page_request(limit, cursor))
    return QuestionSetPage([QuestionSetOut.of(one) for one in page.items], page.next_cursor)


@get("/question-sets/{set_id:uuid}", scope="check_ins:read", responses=refuses(QuestionSetNotFound))
async def read_question_set(work: NamedDependency[Work], set_id: FromPath[QuestionSetId]) -> QuestionSetOut:
    """Read one set of questions."""
    return QuestionSetOut.of(await checkins.get_question_set(work, set_id))


@put(
    "/question-sets/{set_id:uuid}",
    scope="check_ins:write",
    responses=refuses(QuestionSetNotFound, VersionChanged, *WORDS),
)
async def word_question_set(
    work: NamedDependency[Work], set_id: FromPath[QuestionSetId], data: JSONBody[QuestionSetIn]
) -> QuestionSetOut:
    """Word a set anew. What was proposed from it before is a copy, and stays as it is."""
    return QuestionSetOut.of(await checkins.word_question_set(work, set_id, data.name, questions(data.items)))


@post(
    "/question-sets/{set_id:uuid}/retire",
    status_code=200,
    scope="check_ins:write",
    responses=refuses(QuestionSetNotFound, VersionChanged),
)
async def retire_question_set(work: NamedDependency[Work], set_id: FromPath[QuestionSetId]) -> QuestionSetOut:
    """Take a set out of the list. What was proposed from it stays as it is."""
    return QuestionSetOut.of(await checkins.retire_question_set(work, set_id))


router = Router(
    "/",
    tags=["check-ins"],
    route_handlers=[
        propose_own_questions,
        propose_question_set,
        list_own_questions,
        end_own_questions,
        add_question_set,
        list_question_sets,
        read_question_set,
        word_question_set,
        retire_question_set,
    ],
)
