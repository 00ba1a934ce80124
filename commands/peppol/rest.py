"""An access point over HTTP: documents are posted as JSON, and asked after under the number that it gave them."""

import base64
import ssl
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from domain.peppol import (
    AccessPointUnreachable,
    NotTransmitted,
    Outgoing,
    Progress,
    Standing,
    TransmissionDeferred,
)

TIMEOUT_SECONDS = 30.0
LARGEST_ANSWER = 100_000  # bytes
LONGEST_ID = 200  # what we keep of one; cut short it would lead to another document, or none
NOT_FOUND = "receiver-not-found"  # the code by which it says that the receiver is not on Peppol
OURS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PAYMENT_REQUIRED}  # no document would do better
LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


@dataclass(frozen=True, slots=True)
class RestAccessPoint:
    """`POST {url}/documents` with an Idempotency-Key, `GET {url}/documents/{id}`; `transport` is for tests."""

    url: str
    token: str | None = field(default=None, repr=False)
    transport: httpx.AsyncBaseTransport | None = None
    name: str = "rest"
    follows: bool = True

    async def send(self, document: Outgoing) -> Progress:
        body = {
            "reference": document.reference,
            "sender": document.sender,
            "receiver": document.receiver,
            "document_type": document.document_type,
            "process": document.process,
            "sha256": document.sha256,
            "document": base64.b64encode(document.content).decode(),
        }
        answer = await self._ask("POST", "documents", json=body, headers={"Idempotency-Key": document.key})
        if answer.is_success:
            return _progress(answer)
        code = _code(answer)
        if code == NOT_FOUND:
            return Progress(standing=Standing.NOT_ON_PEPPOL, reason=code)
        return Progress(standing=Standing.REJECTED, reason=code)

    async def look(self, remote_id: str) -> Progress:
        answer = await self._ask("GET", f"documents/{quote(remote_id, safe='')}")
        if not answer.is_success:
            raise TransmissionDeferred(str(answer.status_code))
        return _progress(answer)

    async def check(self) -> None:
        """Any answer of its own that is not about our token will do."""
        try:
            await self._ask("GET", "documents")
        except TransmissionDeferred as reason:
            raise AccessPointUnreachable(str(reason)) from None

    async def _ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **asked: Any
    ) -> httpx.Response:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with (
                httpx.AsyncClient(
                    timeout=TIMEOUT_SECONDS, transport=self.transport, verify=trusted(), trust_env=False
                ) as client,
                client.stream(method, f"{self.url}/{path}", headers=own | (headers or {}), **asked) as answer,
            ):
                return httpx.Response(answer.status_code, content=await _read(answer))
        except httpx.HTTPError as error:
            raise AccessPointUnreachable(type(error).__name__) from None


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates we take; read once, for that takes longer than most answers."""
    return httpx.create_ssl_context(trust_env=False)


async def _read(answer: httpx.Response) -> bytes:
    _check(answer.status_code)
    content = b""
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER:
            raise TransmissionDeferred("answer-too-large")
    return content


def _check(status: int) -> None:
    """What says nothing about the document: our token, a busy server, an address that leads elsewhere."""
    if status in OURS or HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise AccessPointUnreachable(str(status))
    if status in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TransmissionDeferred(str(status))


def _told(answer: httpx.Response) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _progress(answer: httpx.Response) -> Progress:
    told = _told(answer)
    try:
        standing = Standing(str(told["status"]))
        remote_id = str(told["id"])
    except (KeyError, ValueError) as error:
        raise _unreadable() from error
    if not (0 < len(remote_id) <= LONGEST_ID and remote_id.isprintable()):
        raise _unreadable()
    reason = told.get("reason")
    return Progress(standing=standing, remote_id=remote_id, reason=None if reason is None else _plain(str(reason)))


def _unreadable() -> NotTransmitted:
    return TransmissionDeferred("answer-unreadable")


def _code(answer: httpx.Response) -> str:
    code = _told(answer).get("code")
    return _plain(str(code)) if code else str(answer.status_code)


def _plain(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:300]
