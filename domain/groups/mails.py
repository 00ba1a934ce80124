"""Mails to who is in a group, or waits to be: when and where, and never what it is about."""

from datetime import datetime
from typing import Any

from domain import people, trajectories
from domain.groups.appointments import seat_appointment
from domain.groups.model import GroupSeat, GroupSession
from domain.kit.calendar import local_time
from domain.kit.work import Work
from domain.messaging import Attachment, cancel_messages, post_once, term
from domain.people import Coachee, Purpose


async def tell(work: Work, group: GroupSession, seat: GroupSeat, kind: str, *, until: datetime | None = None) -> None:
    """By mail, if she consents to it; what has not left yet about this seat is out of date.

    A seat that she has, or had, is an appointment that her own calendar takes in, or takes away.
    """
    coachee = await work.session.get_one(Coachee, (work.practice_id, seat.coachee_id))
    await cancel_messages(work, coachee.id, once=f"group_seat:{seat.id}:")
    if coachee.archived_at is not None or not await people.has_consent(work, coachee.id, Purpose.CHANNEL_EMAIL):
        return
    starts = local_time(group.starts_at, coachee.zone)
    facts: dict[str, Any] = {"day": starts.date(), "time": f"{starts:%H:%M}", "minutes": group.minutes}
    facts |= {"place": group.place, "clock": coachee.zone if coachee.zone != group.zone else None}
    if until is not None:
        ends = local_time(until, coachee.zone)
        facts |= {"until_day": ends.date(), "until_time": f"{ends:%H:%M}", "link": f"group_seat:{seat.id}"}
    once = f"group_seat:{seat.id}:{seat.version}"
    invites: list[Attachment] = []
    if seat.taken_at is not None:
        appointment = seat_appointment(group, seat, term(coachee.language, "calendar.appointment"))
        invites.append(await trajectories.invite(work, appointment, group.coach_id, coachee))
    await post_once(work, once, kind, people.recipient(coachee), invites, good_until=until or group.starts_at, **facts)
