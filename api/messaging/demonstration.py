"""Test mode only: read the mails of the demonstration, and move its clock. Not part of the published API."""

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default as MODERN  # noqa: N812
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta
from sqlalchemy import event
from sqlalchemy.orm import Session

from api.fields import In
from api.options import Options
from api.problems import refuses
from domain.kit.installation import ClockTooFar, clock_offset, set_clock_offset
from domain.kit.work import Work, system_clock

LINK = re.compile(r"https?://[^\s<>\"]+")
MOST_MAILS = 100
SCOPE = "practice:write"

AnyRequest = Request[Any, Any, Any]
Address = Annotated[str | None, QueryParameter(max_length=254, description="Only mails to this address")]


class MailOut(msgspec.Struct, frozen=True, kw_only=True):
    to: str
    subject: str
    text: str
    links: list[str]


class Mailbox(msgspec.Struct, frozen=True):
    items: list[MailOut]
    """The newest last, and no more than a hundred."""


class ClockIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    now: Annotated[datetime, Meta(tz=True)]


class ClockOut(msgspec.Struct, frozen=True, kw_only=True):
    now: datetime
    offset_seconds: float


@get("/mailbox", scope=SCOPE)
async def read_mailbox(request: AnyRequest, to: Address = None) -> Mailbox:
    """Read the mails that were sent, the newest last."""
    options: Options = request.app.state["options"]
    return Mailbox(await asyncio.to_thread(mails_in, options.mailbox, to))


@get("/clock", scope=SCOPE)
async def read_clock(work: NamedDependency[Work]) -> ClockOut:
    """Read the clock of this installation and how far it is from real time."""
    return clock_at(await clock_offset(work.session))


@put("/clock", scope=SCOPE, responses=refuses(ClockTooFar))
async def move_clock(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[ClockIn]) -> ClockOut:
    """Set the clock of the whole installation; it runs on from there."""
    return await shift(request, work, data.now - system_clock())


@delete("/clock", status_code=200, scope=SCOPE)
async def reset_clock(request: AnyRequest, work: NamedDependency[Work]) -> ClockOut:
    """Back to real time."""
    return await shift(request, work, timedelta())


async def shift(request: AnyRequest, work: Work, offset: timedelta) -> ClockOut:
    """Every process hears of it at the commit; this one before it answers, so the caller's next request sees it."""
    await set_clock_offset(work.session, offset)
    options: Options = request.app.state["options"]
    if (move := options.move_clock) is not None:

        def after_commit(_: Session) -> None:
            move(offset)

        event.listen(work.session.sync_session, "after_commit", after_commit, once=True)
    return clock_at(offset)


def clock_at(offset: timedelta) -> ClockOut:
    return ClockOut(now=system_clock() + offset, offset_seconds=offset.total_seconds())


def mails_in(folder: Path | None, to: str | None) -> list[MailOut]:
    """The newest mails of the folder that are for `to`, or for anyone."""
    if folder is None or not folder.is_dir():
        return []
    found: list[MailOut] = []
    for mail in _newest_first(folder):
        if to is None or mail.to.lower() == to.strip().lower():
            found.append(mail)
        if len(found) == MOST_MAILS:
            break
    return found[::-1]


def _newest_first(folder: Path) -> Iterator[MailOut]:
    for path in sorted(folder.glob("*.eml"), reverse=True):
        message = message_from_bytes(path.read_bytes(), policy=MODERN)
        body = message.get_body(("plain",))
        text: str = body.get_content() if body is not None else ""
        yield MailOut(to=str(message["To"]), subject=str(message["Subject"]), text=text, links=LINK.findall(text))


router = Router("/v1/test", include_in_schema=False, route_handlers=[read_mailbox, read_clock, move_clock, reset_clock])
