"""Mails to a coachee about her sessions, with a calendar that her own takes in: for as long as she consents to mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Interval, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain import people, practice
from domain.kit.calendar import local_time
from domain.kit.due import Due
from domain.kit.ical import Appointment, Invitation, write_calendar
from domain.kit.ids import SessionId, StaffId
from domain.kit.work import Work
from domain.messaging import Attachment, cancel_messages, post_once, term
from domain.people import Coachee, Purpose
from domain.practice import Staff
from domain.trajectories.model import Reminder, Session, SessionState

FIRST = 1  # the version of what never changed
BATCH = 500


async def tell_coachee(work: Work, *sessions: Session, confirmed: bool = False) -> None:
    """Tell her of one coachee's sessions as they are now, in one mail; what has passed is told nobody.

    A hold that was `confirmed` is news to her, as a session is that was just planned.
    """
    for session in sessions:
        await _plan_reminder(work, session, new=confirmed or session.version == FIRST)
    told = [one for one in sessions if one.starts_at > work.now]
    if not told:
        return
    coachee = await work.session.get_one(Coachee, (work.practice_id, told[0].coachee_id))
    for session in told:
        if not confirmed and session.version > FIRST:  # what has not left yet is out of date
            await cancel_messages(work, coachee.id, once=f"session:{session.id}:")
    if not await _reaches(work, coachee):
        return
    first = min(told, key=lambda one: one.starts_at)
    kind = _kind(first, new=confirmed or first.version == FIRST) if len(told) == 1 else "sessions_changed"
    facts = _facts(first, coachee) | ({"number": len(told)} if len(told) > 1 else {})
    once = f"{'session' if len(told) == 1 else 'sessions'}:{first.id}:{first.version}"
    calendar = await _calendar(work, told, coachee)
    await post_once(
        work, once, kind, people.recipient(coachee), [calendar], good_until=max(one.starts_at for one in told), **facts
    )


async def remind(work: Work, session_id: SessionId) -> None:
    """Bring a session to mind, once for each time that it is planned at. Seen to already, or elsewhere now: nothing."""
    query = select(Reminder).where(
        Reminder.practice_id == work.practice_id, Reminder.session_id == session_id, Reminder.due_at <= work.now
    )
    reminder = await work.session.scalar(query.with_for_update(skip_locked=True))
    if reminder is None:
        return
    await work.session.delete(reminder)
    session = await work.session.get_one(Session, (work.practice_id, session_id))
    if session.state != SessionState.PLANNED or session.starts_at <= work.now:
        return
    coachee = await work.session.get_one(Coachee, (work.practice_id, session.coachee_id))
    if await _reaches(work, coachee):
        once = f"session:{session.id}:reminder:{session.starts_at.isoformat()}"
        facts = _facts(session, coachee)
        await post_once(
            work, once, "session_reminder", people.recipient(coachee), good_until=session.starts_at, **facts
        )


async def due_reminders(session: AsyncSession, now: datetime) -> list[Due[SessionId]]:
    """Every practice's sessions to bring to mind, longest due first."""
    query = select(Reminder.practice_id, Reminder.session_id).where(Reminder.due_at <= now)
    rows = await session.execute(query.order_by(Reminder.due_at).limit(BATCH))
    return [Due(practice_id, session_id) for practice_id, session_id in rows]


async def next_reminder_at(session: AsyncSession) -> datetime | None:
    """When the first session is to be brought to mind; for the sweeps, which see every practice."""
    return await session.scalar(select(func.min(Reminder.due_at)))


async def retime_reminders(work: Work, hours: int) -> None:
    """The practice reminds earlier or later from now on; what was brought to mind already is not again."""
    await work.session.execute(delete(Reminder).where(Reminder.practice_id == work.practice_id))
    if hours == 0:
        return
    before = timedelta(hours=hours)
    wanted = select(Session.practice_id, Session.id, Session.starts_at - literal(before, Interval)).where(
        Session.practice_id == work.practice_id,
        Session.state == SessionState.PLANNED,
        Session.starts_at > work.now + before,
    )
    await work.session.execute(insert(Reminder).from_select(["practice_id", "session_id", "due_at"], wanted))


async def _plan_reminder(work: Work, session: Session, *, new: bool) -> None:
    """One who is told within those hours needs no reminder."""
    if not new:
        of_session = (Reminder.practice_id == work.practice_id, Reminder.session_id == session.id)
        await work.session.execute(delete(Reminder).where(*of_session))
    hours = (await practice.get_practice(work)).reminder_hours
    due_at = session.starts_at - timedelta(hours=hours)
    if hours and session.state == SessionState.PLANNED and due_at > work.now:
        await work.store(Reminder(practice_id=work.practice_id, session_id=session.id, due_at=due_at))


async def _reaches(work: Work, coachee: Coachee) -> bool:
    return coachee.archived_at is None and await people.has_consent(work, coachee.id, Purpose.CHANNEL_EMAIL)


def _kind(session: Session, *, new: bool) -> str:
    if session.state == SessionState.CANCELLED:
        return "session_cancelled"
    return "session_planned" if new else "session_moved"


def _facts(session: Session, coachee: Coachee) -> dict[str, Any]:
    """When and where, by the coachee's own clock; another clock than the session's is named."""
    starts = local_time(session.starts_at, coachee.zone)
    clock = coachee.zone if coachee.zone != session.zone else None
    time = f"{starts:%H:%M}"
    return {"day": starts.date(), "time": time, "clock": clock, "minutes": session.minutes, "place": session.place}


async def _calendar(work: Work, sessions: Sequence[Session], coachee: Coachee) -> Attachment:
    """One session is an invitation or the end of one (RFC 5546); several, which are no one event, are published."""
    title = term(coachee.language, "calendar.appointment")
    appointments = [appointment(one, title) for one in sessions]
    if len(sessions) > 1:
        return _attachment(write_calendar(appointments, method="PUBLISH"), "PUBLISH")
    return await invite(work, appointments[0], sessions[0].coach_id, coachee)


async def invite(work: Work, wanted: Appointment, coach_id: StaffId, coachee: Coachee) -> Attachment:
    """To an appointment, or the end of one that is called off."""
    method = "CANCEL" if wanted.cancelled else "REQUEST"
    asked = Invitation(await _organizer(work, coach_id), coachee.email)
    return _attachment(write_calendar([wanted], method=method, invitation=asked), method)


def appointment(session: Session, title: str) -> Appointment:
    """The session as calendars show it, with the same id and sequence wherever it stands."""
    return Appointment(
        id=session.id,
        sequence=session.version - 1,
        changed_at=session.changed_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        title=title,
        place=session.place,
        cancelled=session.state == SessionState.CANCELLED,
    )


async def _organizer(work: Work, coach_id: StaffId) -> str:
    """Who hears whether she comes: the practice, or the coach where it has no address."""
    home = await practice.get_practice(work)
    return home.email or (await work.session.get_one(Staff, (work.practice_id, coach_id))).email


def _attachment(content: bytes, method: str) -> Attachment:
    return Attachment("invite.ics", f"text/calendar; charset=utf-8; method={method}", content)
