"""The page that asks to look back: three numbers, each with an example in her own words where she likes."""

from http import HTTPStatus
from typing import Any

from litestar import Response

from api.phone.pages import message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import method
from domain.checkins import Sent, Sharing, read_sharing
from domain.kit.ids import ReviewId
from domain.method import Moment, Review, ReviewState

EXAMPLE = 500
SCALES = {True: [str(number) for number in range(1, 6)], False: [str(number) for number in range(11)]}


async def show(visit: Visit) -> Response[str]:
    """The questions; looking changes nothing."""
    review = await method.asked(visit.work, ReviewId(visit.subject_id))
    return _closed(visit, review) or _form(visit, review, Sent())


async def answer(visit: Visit, sent: Sent) -> Response[str]:
    """Keep the answers, or show again what was typed with what to mend. A second click changes nothing."""
    review = await method.asked(visit.work, ReviewId(visit.subject_id), lock=True)
    if closed := _closed(visit, review):
        return closed
    answers: dict[str, Any] = {}
    for item in review.items:
        chosen = sent.chosen(item, _scale(review), 1)
        if not chosen:
            sent.missing(item)
        elif item not in sent.faults:
            answers[item] = int(chosen[0])
        answers[f"{item}_example"] = sent.text(f"{item}_example", EXAMPLE)
    shared = not _of_session(review) or read_sharing(sent) is Sharing.WITH_COACH
    if sent.faults:
        return _form(visit, review, sent)
    await method.answer_review(visit.work, review, answers, shared=shared)
    return message("review_answered", visit.language)


def _closed(visit: Visit, review: Review) -> Response[str] | None:
    if review.state is ReviewState.ANSWERED:
        return message("review_answered", visit.language)
    if review.state is not ReviewState.SENT or review.over(visit.work.now):
        return message("review_closed", visit.language, status=HTTPStatus.GONE)
    return None


def _form(visit: Visit, review: Review, sent: Sent) -> Response[str]:
    said = words(visit.language)
    return page(
        "review.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        items=review.items,
        scale=[(number, number) for number in _scale(review)],
        may_choose=_of_session(review),
        most=EXAMPLE,
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )


def _scale(review: Review) -> list[str]:
    return SCALES[_of_session(review)]


def _of_session(review: Review) -> bool:
    return review.moment is Moment.AFTER_SESSION
