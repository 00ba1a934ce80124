"""Every refusal as a friendly page: nobody who follows a link from her own mail should meet problem+json."""

from http import HTTPStatus
from typing import Any

from litestar import Response

from api import problems
from api.phone.here import standing
from api.phone.pages import go_to, message
from api.phone.sessions import FormNotOurs
from api.phone.visits import AnyRequest, language_of, place_of
from domain.agreements import AgreementNotFound
from domain.checkins import (
    AlreadyAnswered,
    CheckInCancelled,
    CheckInExpired,
    CheckInNotFound,
    CheckInNotSent,
    LinkUnknown,
    NoOwnQuestions,
    PlanNotFound,
)
from domain.development import DevelopmentPlanNotFound
from domain.groups import GroupBegun, OfferExpired
from domain.kit.errors import Conflict, Invalid
from domain.people import CoacheeNotFound, GuardianEnded, NotSignedIn, SignInOver, SignInUnknown, TextDestroyed
from domain.trajectories import CoacheeNotFree

ENDINGS: dict[type, tuple[str, HTTPStatus]] = {
    LinkUnknown: ("unknown", HTTPStatus.NOT_FOUND),
    CheckInNotFound: ("unknown", HTTPStatus.NOT_FOUND),
    PlanNotFound: ("unknown", HTTPStatus.NOT_FOUND),
    DevelopmentPlanNotFound: ("unknown", HTTPStatus.NOT_FOUND),
    AgreementNotFound: ("unknown", HTTPStatus.NOT_FOUND),
    CoacheeNotFound: ("unknown", HTTPStatus.NOT_FOUND),
    AlreadyAnswered: ("answered", HTTPStatus.OK),
    CheckInExpired: ("expired", HTTPStatus.GONE),
    CheckInCancelled: ("cancelled", HTTPStatus.GONE),
    TextDestroyed: ("cancelled", HTTPStatus.GONE),
    GuardianEnded: ("guardian_closed", HTTPStatus.GONE),
    CheckInNotSent: ("early", HTTPStatus.CONFLICT),
    CoacheeNotFree: ("group_clash", HTTPStatus.CONFLICT),
    OfferExpired: ("group_lapsed", HTTPStatus.GONE),
    GroupBegun: ("group_lapsed", HTTPStatus.GONE),
    NoOwnQuestions: ("questions_none", HTTPStatus.CONFLICT),
    SignInUnknown: ("unknown", HTTPStatus.NOT_FOUND),
    SignInOver: ("sign_in_over", HTTPStatus.GONE),
    FormNotOurs: ("unreadable", HTTPStatus.FORBIDDEN),
    Conflict: ("plan_refused", HTTPStatus.CONFLICT),
    Invalid: ("plan_refused", HTTPStatus.CONFLICT),
}
BY_STATUS = {
    HTTPStatus.NOT_FOUND: "unknown",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unreadable",
    HTTPStatus.BAD_REQUEST: "unreadable",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
}


def on_error(request: AnyRequest, error: Exception) -> Response[str]:
    """The page for a refusal; what nobody foresaw is logged as everywhere else."""
    if isinstance(error, NotSignedIn):
        return go_to("/me/sign-in")
    with standing(place_of(request)):
        return _page(request, error)


def _page(request: AnyRequest, error: Exception) -> Response[str]:
    for kind in type(error).__mro__:
        if kind in ENDINGS:
            key, status = ENDINGS[kind]
            return message(key, language_of(request), status=status)
    handler = next(problems.HANDLERS[kind] for kind in type(error).__mro__ if kind in problems.HANDLERS)
    problem: Response[Any] = handler(request, error)
    status = problem.status_code or HTTPStatus.INTERNAL_SERVER_ERROR
    answer = message(BY_STATUS.get(HTTPStatus(status), "broken"), language_of(request), status=status)
    answer.headers.update(problem.headers)
    return answer


HANDLERS: dict[int | type[Exception], Any] = dict.fromkeys(problems.HANDLERS, on_error)
