"""The Idempotency-Key header, on every POST of the API with nothing to do for a route."""

import re
from http import HTTPStatus
from typing import Any

from litestar import Request

from api.problems import FieldError, RequestError
from domain.kit.idempotency import Answer, Claim
from domain.kit.ids import KeyId
from domain.kit.secrets import Vault

FORM = re.compile(r'"([\x20-\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')  # a quoted string, or bare
KEPT_HEADERS = ("content-type", "etag", "location")


async def wanted_claim(request: Request[Any, Any, Any], vault: Vault, caller_id: KeyId) -> Claim | None:
    """What the header claims for this request, or None where there is no header or no effect to repeat."""
    sent = request.headers.get("idempotency-key")
    if sent is None and request.route_handler.opt.get("needs_idempotency_key"):
        detail = "This moves money: send an Idempotency-Key of your choice, so that it cannot happen twice."
        raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError("/Idempotency-Key", detail)])
    if sent is None or request.method != "POST":
        return None
    match = FORM.fullmatch(sent.strip())
    if match is None:
        detail = "An Idempotency-Key has 1 to 255 visible ASCII characters."
        raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError("/Idempotency-Key", detail)])
    asked = f"{request.method} {request.url.path}\n".encode() + await request.body()
    return Claim(caller_id, match[1] or match[2], vault.signature("idempotency", asked))


def answer_of(messages: list[Any]) -> Answer:
    """What an ASGI application sent, as we keep it."""
    start, *bodies = messages
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
    return Answer(start["status"], kept, b"".join(message.get("body", b"") for message in bodies))


def replayed(answer: Answer) -> list[Any]:
    """The same answer as ASGI messages, marked as said before."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers += [(b"idempotency-replayed", b"true"), (b"content-length", str(len(answer.body)).encode())]
    return [
        {"type": "http.response.start", "status": answer.status, "headers": headers},
        {"type": "http.response.body", "body": answer.body},
    ]
