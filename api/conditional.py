"""ETag, If-Match and If-None-Match (RFC 9110): whatever has a version gets them, with nothing to do for a route."""

import re
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Request, Response

from api.problems import FieldError, RequestError
from domain.kit.errors import Stale
from domain.kit.work import Expected

BODY_HEADERS = {b"content-length", b"content-type"}
ETAG = re.compile(r'"v(\d{1,9})"')


class PreconditionUnknown(Stale):
    """This operation has no version to compare If-Match with; send it without."""


def etag(version: int) -> str:
    return f'"v{version}"'


def expected(request: Request[Any, Any, Any]) -> Expected | None:
    """The version that the caller has read, of the thing that the path names last."""
    sent = request.headers.get("if-match")
    if sent is None or sent.strip() == "*":
        return None
    match = ETAG.fullmatch(sent.strip())
    if match is None:
        detail = 'If-Match takes the ETag of what you read, such as "v3".'
        raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError("/If-Match", detail)])
    ids = [value for value in request.path_params.values() if isinstance(value, UUID)]
    # What has no id in its path is the practice itself, which is told by None.
    return Expected(ids[-1] if ids else None, int(match[1]))


def check_consumed(wanted: Expected | None) -> None:
    """An If-Match that nobody compared must not be passed over: the caller relies on it."""
    if wanted is not None and not wanted.checked:
        raise PreconditionUnknown


async def add_etag(response: Response[Any]) -> Response[Any]:
    """Give an answer with a version its ETag."""
    version = getattr(response.content, "version", None)
    if version is not None:
        response.headers["ETag"] = etag(version)
    return response


def is_known(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether the reader says that she has what the tag names."""
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    return tag in known or "*" in known


def unchanged(request: Request[Any, Any, Any], messages: list[Any]) -> list[Any]:
    """To a reader who has that version already, say only so (304)."""
    if request.method != "GET" or not messages or messages[0]["status"] != HTTPStatus.OK:
        return messages
    headers = [(name, value) for name, value in messages[0]["headers"] if name.lower() not in BODY_HEADERS]
    if not any(name.lower() == b"etag" and is_known(request, value.decode()) for name, value in headers):
        return messages
    return [
        {"type": "http.response.start", "status": HTTPStatus.NOT_MODIFIED, "headers": headers},
        {"type": "http.response.body", "body": b""},
    ]
