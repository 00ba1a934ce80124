"""What coachees answered, for the coach with whom they share it."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.checkins.answer_shapes import AnswerOut
from api.checkins.shapes import CheckInOut, DecisionOut
from api.problems import refuses
from domain import checkins
from domain.checkins import (
    AlreadyAnswered,
    AnswerIsPrivate,
    AnswerNotFound,
    CheckInCancelled,
    CheckInNotFound,
    ReopenTooLate,
)
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


@get(
    "/check-ins/{check_in_id:uuid}/decision",
    scope="answers:read",
    responses=refuses(CheckInNotFound, AnswerIsPrivate),
)
async def read_decision(work: NamedDependency[Work], check_in_id: FromPath[CheckInId]) -> DecisionOut:
    """Read why a check-in is of its kind: what could have been chosen, with which probability, and the reason. Only the
    coach of the trajectory may.
    """
    return DecisionOut.of(await checkins.read_decision(work, check_in_id))


@post(
    "/check-ins/{check_in_id:uuid}/reopen",
    status_code=200,
    scope="check_ins:write",
    responses=refuses(CheckInNotFound, AlreadyAnswered, CheckInCancelled, ReopenTooLate),
)
async def reopen_check_in(work: NamedDependency[Work], check_in_id: FromPath[CheckInId]) -> CheckInOut:
    """Open a check-in once more, for a day, within 24 hours after its time. An answer then is marked as late."""
    return CheckInOut.of(await checkins.reopen_check_in(work, check_in_id))


router = Router("/", tags=["check-ins"], route_handlers=[read_answer, read_decision, reopen_check_in])
