"""The ways by which text messages leave: a gateway by HTTP, files for the demonstration, memory for tests."""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from domain.kit.ids import new_id
from domain.kit.work import system_clock
from domain.messaging.channels import MailDeferred, MailerUnreachable, MailNotSent, MailRefused
from domain.messaging.couriers import Courier, Unreachable

TOO_MANY, SERVER_SIDE = 429, 500
OURS_TO_MEND = {401, 403, 404}  # the gateway knows us no longer, or never did: no message of ours is taken
SMS_BODY = '{"to": "{number}", "text": "{text}", "reference": "{reference}"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text message; `reference` is the same at every attempt, so that a gateway can recognise a double."""

    number: str
    text: str
    reference: str


class Texter(Protocol):
    """A way out. `send` returns once the message is taken over, or raises one of the reasons why not."""

    async def send(self, text: Text) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayTexter:
    """Any gateway that takes a POST. The body is a template, filled as JSON strings are written."""

    courier: Courier
    url: str
    body: str = SMS_BODY
    secret: str | None = field(default=None, repr=False)

    async def send(self, text: Text) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": text.reference}
        if self.secret is not None:
            headers["Authorization"] = f"Bearer {self.secret}"
        try:
            reply = await self.courier.post(self.url, headers, self.write(text))
        except Unreachable as error:
            raise MailerUnreachable(str(error)) from None
        told = f"gateway: {reply.status}"
        if reply.taken:
            return
        if reply.status in OURS_TO_MEND:
            raise MailerUnreachable(told)
        if reply.status == TOO_MANY or reply.status >= SERVER_SIDE:
            raise MailDeferred(told, after=reply.retry_after(system_clock()))
        raise MailRefused(told)

    def write(self, text: Text) -> bytes:
        told = self.body
        for name, value in (("number", text.number), ("reference", text.reference), ("text", text.text)):
            told = told.replace(f"{{{name}}}", json.dumps(value)[1:-1])
        return told.encode()


class FileTexter:
    """The dry run: each message a file in a folder, and nothing leaves the house."""

    def __init__(self, folder: Path, tell: Callable[[str], None] = print) -> None:
        self.folder, self.tell = folder, tell

    async def send(self, text: Text) -> None:
        try:
            name = await asyncio.to_thread(self._write, text)
        except OSError as error:
            raise MailerUnreachable(type(error).__name__) from error
        self.tell(f"text message written to {name}")

    def _write(self, text: Text) -> str:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{system_clock():%Y%m%dT%H%M%S.%fZ}-{new_id().hex}.sms"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{text.number}\n{text.text}\n")
        return path.name


@dataclass(slots=True)
class MemoryTexter:
    """For tests: keeps what it is given. `trouble`, when set, says why a message does not leave, if so."""

    texts: list[Text] = field(default_factory=list[Text])
    trouble: Callable[[Text], MailNotSent | None] | None = None

    async def send(self, text: Text) -> None:
        if self.trouble is not None and (reason := self.trouble(text)) is not None:
            raise reason
        self.texts.append(text)
