"""How bodies are read: JSON that says it is JSON, strictly, once, straight into the handler's Struct."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException
from litestar.handlers import HTTPRouteHandler

from api.parameters import query_names, repeatable_names
from api.problems import FieldError, RequestError

UNKNOWN_OR_MISSING = re.compile(r"(?:unknown field|missing required field) `([^`]+)`")
TAKES_FILE = "takes_file"  # the body of the operation is the file itself
NOTHING = {b"", b"{}"}
JSON_TYPES = {"application/json", "application/merge-patch+json"}


class StrictRequest(Request[Any, Any, Any]):
    """Litestar decodes leniently ("12" passes for 12) and takes JSON under any name; we do neither."""

    async def body(self) -> bytes:
        try:
            return await super().body()
        except InternalServerException as error:  # how Litestar says that the client left halfway
            raise RequestError(HTTPStatus.BAD_REQUEST) from error

    async def json(self) -> Any:
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in JSON_TYPES:
            raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        body = await self.body()
        if not body.strip():
            raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError("", "The body is empty; send a JSON object.")])
        return decode(body, self.route_handler)


def decode(body: bytes, handler: Any) -> Any:
    try:
        return decoder(handler).decode(body)
    except msgspec.ValidationError as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, [located(str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError("", f"This is no JSON: {error}")]) from error


@cache
def decoder(handler: HTTPRouteHandler) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(handler.parsed_fn_signature.parameters["data"].annotation, strict=True)


def located(message: str) -> FieldError:
    """msgspec says "Expected `int`, got `str` - at `$.lines[0].quantity`"; clients want a JSON Pointer."""
    detail, _, path = message.partition(" - at `$")
    pointer = path.rstrip("`").replace("[", ".").replace("]", "").replace(".", "/")
    if named := UNKNOWN_OR_MISSING.search(detail):
        pointer += "/" + named[1]
    return FieldError(pointer, detail)


async def check_no_body(request: Request[Any, Any, Any]) -> None:
    """Refuse a body that the operation does not take: the caller would believe that it was heard."""
    if request.route_handler.opt.get(TAKES_FILE):
        return
    if request.method in {"GET", "HEAD"} or "data" in request.route_handler.parsed_fn_signature.parameters:
        return
    if (await request.body()).strip() not in NOTHING:
        raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError("", "This operation takes no body.")])


def check_query(request: Request[Any, Any, Any]) -> None:
    """Refuse a parameter that the operation does not know, or one given twice that is no list: Litestar would pass
    over either.

    Pages for people (`any_query`) take what mail programs add to their addresses.
    """
    if not request.scope["query_string"] or request.route_handler.opt.get("any_query"):
        return
    known = query_names(request.route_handler)
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError(f"/{name[:40]}", "There is no such parameter.")])
        if name in seen and name not in repeatable_names(request.route_handler):
            raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError(f"/{name}", "Give this parameter once.")])
        seen.add(name)
