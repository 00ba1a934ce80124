"""The page of a team's pulse: one number to each question, and nothing that says whose they are."""

from http import HTTPStatus

from litestar import Response

from api.phone.pages import message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import teams
from domain.checkins import Sent
from domain.kit.ids import PulseTicketId
from domain.teams import SCORES, Ballot

SCALE = [str(score) for score in SCORES]


async def show(visit: Visit) -> Response[str]:
    """The questions; looking changes nothing."""
    ballot = await teams.find_ballot(visit.work, PulseTicketId(visit.subject_id))
    return _over(visit, ballot) if ballot is None or _done(visit, ballot) else _form(visit, ballot, Sent())


async def answer(visit: Visit, sent: Sent) -> Response[str]:
    """Count the scores, once; a second click changes nothing."""
    ballot = await teams.find_ballot(visit.work, PulseTicketId(visit.subject_id), lock=True)
    if ballot is None or _done(visit, ballot):
        return _over(visit, ballot)
    scores: dict[str, int] = {}
    for key in teams.questions(ballot.pulse.questions_version):
        chosen = sent.chosen(key, SCALE, 1)
        if not chosen:
            sent.missing(key)
        elif key not in sent.faults:
            scores[key] = int(chosen[0])
    if sent.faults:
        return _form(visit, ballot, sent)
    await teams.answer_pulse(visit.work, ballot, scores)
    return message("pulse_answered", visit.language)


def _done(visit: Visit, ballot: Ballot) -> bool:
    return ballot.ticket.used or not ballot.pulse.takes_answers(visit.work.now)


def _over(visit: Visit, ballot: Ballot | None) -> Response[str]:
    if ballot is not None and ballot.ticket.used:
        return message("pulse_answered", visit.language)
    return message("pulse_closed", visit.language, status=HTTPStatus.GONE)


def _form(visit: Visit, ballot: Ballot, sent: Sent) -> Response[str]:
    said = words(visit.language)
    asked = teams.questions(ballot.pulse.questions_version)
    return page(
        "pulse.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        questions=[(key, texts[visit.language]) for key, texts in asked.items()],
        scale=[(number, number) for number in SCALE],
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )
