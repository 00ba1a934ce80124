"""What a feed shows: when and where its person meets, under a title that says nothing of why."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain import groups
from domain.feeds.model import Feed, FeedUnknown, Titles
from domain.kit.ical import Appointment, write_calendar
from domain.kit.ids import FeedId, PracticeId
from domain.kit.secrets import digest
from domain.kit.work import enter
from domain.messaging import Language, term
from domain.people import Coachee
from domain.practice import Staff
from domain.trajectories import Session, SessionState, appointment

SHOWN_BACK = timedelta(days=366)
CANCELLED_SHOWN = timedelta(days=60)  # long enough for a calendar that looks now and then to take it away itself
REFRESH = timedelta(hours=1)
TOKEN_FORM = re.compile(r"[A-Za-z0-9_-]{32}")
OPEN_FEED = text("SELECT practice_id, feed_id FROM open_feed(:wanted)").bindparams(bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class FeedCalendar:
    """The calendar as it is sent; the tag is the same for as long as the content is."""

    content: bytes
    tag: str


async def read_calendar(session: AsyncSession, token: str, now: datetime) -> FeedCalendar:
    """What the token opens. A revoked one, or one of somebody who has left, is as unknown as one that never was."""
    if not TOKEN_FORM.fullmatch(token):
        raise FeedUnknown
    row = (await session.execute(OPEN_FEED, {"wanted": digest(token)})).one_or_none()
    if row is None:
        raise FeedUnknown
    practice_id = PracticeId(row.practice_id)
    await enter(session, practice_id)
    feed = await session.get_one(Feed, (practice_id, FeedId(row.feed_id)))
    language = await _language(session, feed)
    rows = await session.execute(shown_sessions(feed, now))
    appointments = [_appointment(*found, language=language, titles=feed.titles) for found in rows]
    appointments += await _of_groups(session, feed, term(language, "calendar.appointment"), now)
    return _calendar(sorted(appointments, key=lambda one: (one.starts_at, one.id)), language)


async def _of_groups(session: AsyncSession, feed: Feed, title: str, now: datetime) -> list[Appointment]:
    """Under the neutral title whoever looks: those whom one meets there are many."""
    ages = {"since": now - SHOWN_BACK, "off_since": now - CANCELLED_SHOWN}
    if feed.coachee_id is None:
        return await groups.of_coach(session, feed.practice_id, feed.staff_id, title, **ages)
    return await groups.of_coachee(session, feed.practice_id, feed.coachee_id, title, **ages)


def _calendar(appointments: Sequence[Appointment], language: Language) -> FeedCalendar:
    content = write_calendar(appointments, name=term(language, "calendar.name"), refresh=REFRESH)
    return FeedCalendar(content, hashlib.sha256(content).hexdigest()[:32])


async def _language(session: AsyncSession, feed: Feed) -> Language:
    """That of the person whose calendar it is."""
    query: Any = select(Staff.language).where(Staff.practice_id == feed.practice_id, Staff.id == feed.staff_id)
    if feed.coachee_id is not None:
        query = select(Coachee.language).where(Coachee.practice_id == feed.practice_id, Coachee.id == feed.coachee_id)
    return (await session.scalars(query)).one()


def shown_sessions(feed: Feed, now: datetime) -> Any:
    whose = Session.coach_id == feed.staff_id if feed.coachee_id is None else Session.coachee_id == feed.coachee_id
    return (
        select(Session, Coachee)
        .join(Coachee, (Coachee.practice_id == Session.practice_id) & (Coachee.id == Session.coachee_id))
        .where(Session.practice_id == feed.practice_id, whose, Session.starts_at > now - SHOWN_BACK)
        .where(Session.state != SessionState.ON_HOLD)
        .where(or_(Session.state != SessionState.CANCELLED, Session.closed_at > now - CANCELLED_SHOWN))
        .order_by(Session.starts_at, Session.id)
    )


def _appointment(session: Session, coachee: Coachee, *, language: Language, titles: Titles) -> Appointment:
    title = term(language, "calendar.appointment")
    return appointment(session, f"{title} ({coachee.initials})" if titles is Titles.INITIALS else title)
