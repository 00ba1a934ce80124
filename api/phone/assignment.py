"""The page of an assignment: what is asked, and room to write; a draft waits for her."""

from http import HTTPStatus

from litestar import Response

from api.phone.pages import message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import assignments
from domain.assignments import Assignment, AssignmentState
from domain.checkins import Sent, Sharing, read_sharing
from domain.kit.ids import AssignmentId

LONGEST = 4_000
LARGEST_FORM = 50_000  # bytes: each character as nine, and some more


async def show(visit: Visit) -> Response[str]:
    """What is asked, with her draft; looking changes nothing."""
    assignment = await assignments.assigned(visit.work, AssignmentId(visit.subject_id))
    if closed := _closed(visit, assignment):
        return closed
    draft = await assignments.draft_of(visit.work, assignment)
    return await _form(visit, assignment, Sent({"reflection": [draft]} if draft else {}))


async def take(visit: Visit, sent: Sent) -> Response[str]:
    """Keep the draft, what she did with it, or her no. A second click changes nothing."""
    assignment = await assignments.assigned(visit.work, AssignmentId(visit.subject_id), lock=True)
    if closed := _closed(visit, assignment):
        return closed
    if sent.has("do", "decline"):
        await assignments.decline_assignment(visit.work, assignment)
        return message("assignment_declined", visit.language)
    text = sent.text("reflection", LONGEST)
    shared = read_sharing(sent) is Sharing.WITH_COACH
    if sent.faults:
        return await _form(visit, assignment, sent)
    if sent.has("do", "draft"):
        await assignments.save_draft(visit.work, assignment, text)
        return await _form(visit, assignment, sent, saved=True)
    await assignments.finish_assignment(visit.work, assignment, text, shared=shared)
    return message("assignment_done", visit.language)


def _closed(visit: Visit, assignment: Assignment) -> Response[str] | None:
    if assignment.state is AssignmentState.DONE:
        return message("assignment_done", visit.language)
    if assignment.state is AssignmentState.DECLINED:
        return message("assignment_declined", visit.language)
    if assignment.state is AssignmentState.EXPIRED or assignment.due_at <= visit.work.now:
        return message("assignment_over", visit.language, status=HTTPStatus.GONE)
    return None


async def _form(visit: Visit, assignment: Assignment, sent: Sent, *, saved: bool = False) -> Response[str]:
    said = words(visit.language)
    return page(
        "assignment.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        task=await assignments.task_of(visit.work, assignment, visit.language),
        due_on=said.day(assignment.due_on),
        most=LONGEST,
        saved=saved,
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )
