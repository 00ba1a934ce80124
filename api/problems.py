"""Every error leaves as RFC 9457 problem+json, and only here."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.openapi.datastructures import ResponseSpec
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError as PoolTimeout

from api.limits import RateLimitReached, limit_headers
from api.methods import with_head
from api.parameters import on_the_wire
from domain.kit.database import DRIVER_ERRORS
from domain.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TooMany,
    Unauthenticated,
    named,
)

log = logging.getLogger("krachtlijn.api")
AnyRequest = Request[Any, Any, Any]
MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "krachtlijn.request_id"

STATUS: dict[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Conflict: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
}

# What the frame around the handlers can answer: code, and what a person reads.
FRAME: dict[int, tuple[str, str]] = {
    400: ("invalid-request", "The request is not as the documentation says; `errors` names each part to mend."),
    401: ("key-missing", "Send `Authorization: Bearer krl_…` with an API key of this practice."),
    404: ("no-such-address", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not take that method; `Allow` names those it takes."),
    406: ("not-acceptable", "This address does not answer in what `Accept` asks for."),
    413: ("body-too-large", "The body is larger than this server takes."),
    415: ("unsupported-media-type", "Send the body as application/json."),
    428: ("precondition-required", "Send If-Match with the ETag of what you read."),
    500: ("internal-error", "Something went wrong on our side; nothing was changed. The log knows it by `request_id`."),
    503: ("try-again", "The server is busy or its database is away; nothing was changed. Try again shortly."),
}
RETRY_AFTER_SECONDS = "2"
COLLISIONS = {"40001", "40P01"}  # of transactions: done again at once, it may well succeed
COLLIDED = "krachtlijn.collided"
NO_BODY = "'data'"  # all that Litestar has to tell when there is none
SQLSTATES_TO_RETRY = {*COLLISIONS, "55P03", "57014", "57P01", "57P02", "57P03", "53300"}


class FieldError(msgspec.Struct, frozen=True):
    """One part of the request to mend."""

    pointer: str
    """A JSON Pointer into the body, or the name of the parameter."""
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong, as RFC 9457 writes it: `type` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    facts: dict[str, Any] | None = None
    errors: list[FieldError] | None = None


class RequestError(Exception):
    """The request itself is malformed: told with the parts to mend, before the domain is asked."""

    def __init__(self, status: HTTPStatus, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.errors = list(errors)


def request_id(request: AnyRequest) -> str:
    scope: Any = request.scope
    return scope.get(REQUEST_ID, "")


def status_of(kind: type[DomainError]) -> HTTPStatus:
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)


def problem_type(code: str) -> str:
    return f"/problems/{code}"


def answer(request: AnyRequest, problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    told = msgspec.structs.replace(problem, request_id=request_id(request))
    return Response(told, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def title_of(code: str) -> str:
    return code.replace("-", " ").capitalize()


def framed(status: int, errors: list[FieldError] | None = None) -> Problem:
    code, detail = FRAME.get(status, FRAME[500] if status >= HTTPStatus.INTERNAL_SERVER_ERROR else FRAME[400])
    return Problem(problem_type(code), title_of(code), status, detail, errors=errors or None)


def on_domain_error(request: AnyRequest, error: DomainError) -> Response[Problem]:
    status = status_of(type(error))
    code = type(error).code()
    errors = [FieldError(f"/{error.field}", str(error))] if error.field else None
    problem = Problem(problem_type(code), title_of(code), status, str(error), facts=error.facts or None, errors=errors)
    headers = limit_headers(error) if isinstance(error, RateLimitReached) else headers_of(status)
    return answer(request, problem, headers)


def on_integrity_error(request: AnyRequest, error: IntegrityError) -> Response[Problem]:
    """A rule that only the database could see: a race, or a hole in our own checks."""
    return on_domain_error(request, named(error))


def on_database_error(request: AnyRequest, error: Exception) -> Response[Problem]:
    """A deadlock, a timeout or a lost connection may pass; a value that cannot be stored is bad input."""
    if isinstance(error, ValueError):  # the driver could not even write it down
        return answer(request, framed(HTTPStatus.BAD_REQUEST))
    state = sqlstate(error)
    if collided(error):
        scope: Any = request.scope
        scope[COLLIDED] = True
    lost = getattr(error, "connection_invalidated", not state)
    if lost or state in SQLSTATES_TO_RETRY or state.startswith("08"):
        return busy(request, error)
    if state.startswith("22"):
        return answer(request, framed(HTTPStatus.BAD_REQUEST))
    return on_anything(request, error)


def sqlstate(error: Exception) -> str:
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")


def collided(error: Exception) -> bool:
    """Whether the database chose this transaction to give way to another."""
    return sqlstate(error) in COLLISIONS


def busy(request: AnyRequest, error: Exception) -> Response[Problem]:
    log.warning("%s: the database did not answer: %s", request_id(request), type(error).__name__)
    return answer(request, framed(HTTPStatus.SERVICE_UNAVAILABLE), {"Retry-After": RETRY_AFTER_SECONDS})


def on_request_error(request: AnyRequest, error: RequestError) -> Response[Problem]:
    return answer(request, framed(error.status, error.errors), headers_of(error.status))


def headers_of(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}


def on_http_error(request: AnyRequest, error: HTTPException) -> Response[Problem]:
    """Litestar's own refusals, in our words: its texts repeat the address with its query."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_anything(request, error)
    refused_method = isinstance(error, MethodNotAllowedException)
    headers = {"Allow": with_head((error.headers or {}).get("allow", ""))} if refused_method else {}
    return answer(request, framed(error.status_code, field_errors(request, error)), headers)


def field_errors(request: AnyRequest, error: HTTPException) -> list[FieldError]:
    if not isinstance(error.extra, list):
        return []
    scope: Any = request.scope
    handler = scope.get("route_handler")
    told: list[dict[str, str]] = error.extra
    if any(entry.get("message") == NO_BODY for entry in told):
        return [FieldError("", "This request needs a body: JSON, as the documentation describes it.")]
    named = [(on_the_wire(handler, entry.get("key", "")), entry.get("message", "")) for entry in told]
    return [FieldError("/" + name.replace(".", "/"), message) for name, message in named]


def on_anything(request: AnyRequest, error: Exception) -> Response[Problem]:
    log.error("%s: unforeseen", request_id(request), exc_info=error)
    return answer(request, framed(HTTPStatus.INTERNAL_SERVER_ERROR))


HANDLERS: dict[int | type[Exception], Any] = {
    DomainError: on_domain_error,
    IntegrityError: on_integrity_error,
    DBAPIError: on_database_error,
    **dict.fromkeys(DRIVER_ERRORS, on_database_error),
    PoolTimeout: busy,
    OSError: busy,
    RequestError: on_request_error,
    HTTPException: on_http_error,
    Exception: on_anything,
}


def refuses(*errors: type[DomainError]) -> dict[int, ResponseSpec]:
    """Document in OpenAPI which refusals a route can answer with."""
    told: dict[int, list[str]] = {}
    for error in errors:
        told.setdefault(status_of(error), []).append(f"`{error.code()}`: {error.__doc__}")
    return {
        status: ResponseSpec(
            Problem,
            description="\n\n".join(lines),
            generate_examples=False,
            media_type=MEDIA_TYPE,  # pyright: ignore[reportArgumentType]
        )
        for status, lines in told.items()
    }
