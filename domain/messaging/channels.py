"""The ways by which mail leaves the house: an SMTP server, files for the demonstration, memory for tests."""

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import aiosmtplib

from domain.kit.ids import new_id
from domain.kit.work import system_clock
from domain.messaging.languages import Language

ENHANCED_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
PERMANENT = 500  # replies from here on say that trying again will not help (RFC 5321 §4.2.1)


class _OneLineHeader(UniqueUnstructuredHeader):
    """An address in angle brackets: folded or encoded, as long values are, no mail program would know it."""

    def fold(self: Any, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers: Any = HeaderRegistry()
_headers.map_to_type("List-Unsubscribe", _OneLineHeader)
SMTP_POLICY = SMTP.clone(header_factory=_headers)


class Channel(StrEnum):
    """What a message comes through; where several are named, in the order in which they are tried."""

    PUSH = "push"
    EMAIL = "email"
    SMS = "sms"


class MailNotSent(Exception):  # noqa: N818
    """The message did not leave. The reason is a code, never an address or what a server wrote about one.

    `after` is how long whoever would not take it asked us to wait, if they did.
    """

    def __init__(self, *reason: object, after: timedelta | None = None) -> None:
        super().__init__(*reason)
        self.after = after


class MailerUnreachable(MailNotSent):
    """The server cannot be reached or takes no mail from us at all: the other mails need not be tried now."""


class MailDeferred(MailNotSent):
    """The server does not take this mail now (4xx); it may later, and may take others at once."""


class MailRefused(MailNotSent):
    """The server will never take this mail (5xx): trying again does not help."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; `media_type` with its parameters, as "text/calendar; charset=utf-8; method=REQUEST"."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, ready to leave. `message_id` is the same at every attempt, so a double can be recognised."""

    message_id: str
    to: str
    sender_name: str
    sender_address: str
    subject: str
    text: str
    html: str
    language: Language
    written_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    attachments: tuple[Attachment, ...] = ()


class Mailer(Protocol):
    """A way out. `send` returns once the mail is taken over, or raises one of the reasons why not."""

    async def send(self, mail: Mail) -> None: ...

    async def check(self) -> None:
        """Raise MailerUnreachable if no mail could be sent now."""
        ...


def one_line(text: str) -> str:
    """The text without line breaks and other control characters: what may stand in a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def compose(mail: Mail) -> EmailMessage:
    """The mail as it travels: text, and the same as HTML. A mail that cannot be written down is refused."""
    message = EmailMessage(policy=SMTP_POLICY)
    try:
        message["Message-ID"] = mail.message_id
        message["Date"] = format_datetime(mail.written_at)
        message["From"] = Address(display_name=one_line(mail.sender_name), addr_spec=mail.sender_address)
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = one_line(mail.subject)
        for name, value in mail.headers.items():
            message[name] = one_line(value)
    except (ValueError, IndexError, MessageError) as error:
        raise MailRefused("unwritable") from error
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for attachment in mail.attachments:
        _attach(message, attachment)
    message["Content-Language"] = mail.language  # only now: setting the content drops Content-* headers
    return message


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    declared = EmailMessage(policy=SMTP_POLICY)
    declared["Content-Type"] = attachment.media_type
    kind = declared["Content-Type"]
    message.add_attachment(
        attachment.content,
        maintype=kind.maintype,
        subtype=kind.subtype,
        filename=attachment.name,
        params=dict(kind.params),
        cte="base64",
    )


class Tls(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """A connection for each mail; `timeout_seconds` holds for each step of the conversation."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: str = Tls.NONE
    timeout_seconds: float = 15

    async def send(self, mail: Mail) -> None:
        message = compose(mail)
        try:
            async with self._client() as client:
                await client.send_message(message, sender=mail.sender_address, recipients=[mail.to])
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _reason(error) from None  # what the server wrote may name the recipient

    async def check(self) -> None:
        try:
            async with self._client() as client:
                await client.noop()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise MailerUnreachable(_told(error)) from None

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls == Tls.IMPLICIT,
            start_tls=self.tls == Tls.STARTTLS,
            timeout=self.timeout_seconds,
        )


def _reason(error: Exception) -> MailNotSent:
    """What a failure means for the queue. What concerns us and not this mail counts as unreachable."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _reason(first)
        case aiosmtplib.SMTPRecipientRefused(code=code) | aiosmtplib.SMTPDataError(code=code):
            return MailRefused(_told(error)) if code >= PERMANENT else MailDeferred(_told(error))
        case aiosmtplib.SMTPNotSupported() | UnicodeError():  # an address that this server cannot carry
            return MailRefused(type(error).__name__)
        case _:
            return MailerUnreachable(_told(error))


def _told(error: Exception) -> str:
    """The reply's code, and its enhanced code (RFC 3463) where it has one; else the kind of failure."""
    if not isinstance(error, aiosmtplib.SMTPResponseException):
        return type(error).__name__
    enhanced = ENHANCED_CODE.search(error.message)
    return f"{error.code} {enhanced[0]}" if enhanced else str(error.code)


class FileMailer:
    """For the demonstration: each mail a file in a folder, named so that they sort by when they were sent."""

    def __init__(self, folder: Path, tell: Callable[[str], None] = print) -> None:
        self.folder, self.tell = folder, tell

    async def send(self, mail: Mail) -> None:
        content = compose(mail).as_bytes()
        try:
            name = await asyncio.to_thread(self._write, content)
        except OSError as error:
            raise MailerUnreachable(type(error).__name__) from error
        self.tell(f"mail ({mail.language}) written to {name}")

    async def check(self) -> None:
        try:
            await asyncio.to_thread(self.folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise MailerUnreachable(type(error).__name__) from error

    def _write(self, content: bytes) -> str:
        """Whole or not at all: a reader never sees half a mail. Real time, for a test clock may run backwards.

        For our own eyes: mails have addresses of people, and links that open what is theirs.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{system_clock():%Y%m%dT%H%M%S.%fZ}-{new_id().hex}.eml"
        draft = path.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
        return path.name


@dataclass(slots=True)
class MemoryMailer:
    """For tests: keeps what it is given. `trouble`, when set, says for each mail why it does not leave, if so."""

    mails: list[Mail] = field(default_factory=list[Mail])
    trouble: Callable[[Mail], MailNotSent | None] | None = None

    async def send(self, mail: Mail) -> None:
        compose(mail)
        if self.trouble is not None and (reason := self.trouble(mail)) is not None:
            raise reason
        self.mails.append(mail)

    async def check(self) -> None:
        """Memory is always there."""
