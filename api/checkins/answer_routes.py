"""What coachees answered, for the coach with whom they share it."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.checkins.answer_shapes import AnswerOut
from api.problems import refuses
from domain import checkins
from domain.checkins import AnswerIsPrivate, AnswerNotFound, CheckInNotFound
from domain.kit.ids import CheckInId
from domain.kit.work import Work
from domain.people import TextDestroyed


@get(
    "/check-ins/{check_in_id:uuid}/answer",
    scope="answers:read",
    responses=refuses(CheckInNotFound, AnswerNotFound, AnswerIsPrivate, TextDestroyed),
)
async def read_answer(work: NamedDependency[Work], check_in_id: FromPath[CheckInId]) -> AnswerOut:
    """Read what a coachee answered and shares. Only the coach of the trajectory may; every reading is kept in the audit
    trail.
    """
    return AnswerOut.of(await checkins.read_answer(work, check_in_id))


router = Router("/", tags=["check-ins"], route_handlers=[read_answer])
