"""A fake access point, for demonstration and tests: it speaks as a real one and carries nothing anywhere.

What becomes of a document follows from the last digits of the receiver's number, so that each end can be tried:
…90 is not on Peppol, …91 rejects; all others take it in when they are asked after for the first time.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

NOT_ON_PEPPOL, REJECTS = "90", "91"
Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class FakeAccessPoint:
    """An ASGI application. `taken` is what it was given, by its own numbers."""

    token: str | None = None
    taken: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    by_key: dict[str, str] = field(default_factory=dict[str, str])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status, answer = self.answer(scope["method"], scope["path"].rstrip("/"), headers, body)
        content = json.dumps(answer).encode()
        start = {"type": "http.response.start", "status": status}
        await send({**start, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": content})

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.token is not None and headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"code": "token-unknown"}
        if path.endswith("/documents"):
            return self.take(headers, body) if method == "POST" else (200, {"documents": len(self.taken)})
        found = self.taken.get(path.rpartition("/")[2])
        return (404, {"code": "document-not-found"}) if found is None else (200, self.look(found))

    def take(self, headers: dict[str, str], body: bytes) -> Answer:
        key = headers.get("idempotency-key", "")
        if key in self.by_key:
            return 200, _told(self.taken[self.by_key[key]])
        try:
            sent = json.loads(body)
            content = base64.b64decode(sent["document"], validate=True)
            receiver, digest = str(sent["receiver"]), str(sent["sha256"])
        except (ValueError, KeyError, TypeError, binascii.Error):
            return 422, {"code": "unreadable"}
        if sha256(content).hexdigest() != digest:
            return 422, {"code": "digest-wrong"}
        if receiver.endswith(NOT_ON_PEPPOL):
            return 404, {"code": "receiver-not-found"}
        number = f"fake-{len(self.taken) + 1}"
        self.taken[number] = {**sent, "id": number, "status": "sent", "reason": None}
        self.by_key[key] = number
        return 202, _told(self.taken[number])

    def look(self, found: dict[str, Any]) -> dict[str, Any]:
        rejected = str(found["receiver"]).endswith(REJECTS)
        found["status"] = "rejected" if rejected else "delivered"
        found["reason"] = "The receiver does not take this kind of document" if rejected else None
        return _told(found)


def _told(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("id", "status", "reason")}
