"""Contact moments: a word in passing that is worth keeping, without a trajectory."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from domain import audit, people
from domain.kit.calendar import local_day, sane_day
from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeId, ContactMomentId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.people import Purpose
from domain.trajectories.access import NotYourCoachee, reads_private_of
from domain.trajectories.notes import NotesNotConsented
from domain.trajectories.records import ContactMoment


class ContactToCome(Invalid):
    """A contact moment is written down once it has been."""


@dataclass(frozen=True, slots=True)
class OpenContact:
    """A contact moment with its texts, opened for a moment."""

    id: ContactMomentId
    coachee_id: CoacheeId
    coach_id: StaffId
    held_on: date
    written_at: datetime
    quality: str
    next_step: str


async def write_contact(
    work: Work, coachee_id: CoacheeId, *, held_on: date, quality: str, next_step: str
) -> ContactMoment:
    """Keep the quality that was named and the next step, if the coachee consents to notes."""
    coachee = await people.get_coachee(work, coachee_id)
    coach_id = _coach(work)
    people.must_be_open(coachee)
    if not await people.has_consent(work, coachee_id, Purpose.SESSION_NOTES):
        raise NotesNotConsented
    if sane_day(held_on, field="held_on") > local_day(work.now, coachee.zone):
        raise ContactToCome(field="held_on")
    contact_id = ContactMomentId(new_id())
    contact = ContactMoment(
        practice_id=work.practice_id,
        id=contact_id,
        coachee_id=coachee_id,
        coach_id=coach_id,
        held_on=held_on,
        sealed_quality=await people.seal(work, coachee_id, quality, _context(contact_id, "quality")),
        sealed_next_step=await people.seal(work, coachee_id, next_step, _context(contact_id, "next_step")),
        written_at=work.now,
    )
    await work.store(contact)
    announce(work, "contact_moment_written", contact.id, coachee_id=coachee_id)
    return contact


async def read_contacts(work: Work, coachee_id: CoacheeId, page: PageRequest) -> Page[OpenContact]:
    """Those that the reader wrote herself, oldest first; that they were read is kept in the audit trail."""
    await people.get_coachee(work, coachee_id)
    query = select(ContactMoment).where(
        ContactMoment.practice_id == work.practice_id,
        ContactMoment.coachee_id == coachee_id,
        ContactMoment.coach_id == _coach(work),
    )
    found = await fetch_page(work, query, page, list_name=f"contacts:{coachee_id}", keys=[ContactMoment.id])
    audit.record(work, "contact_moments_read", coachee_id, contact_moments=len(found.items))
    return Page([await _open(work, contact) for contact in found.items], found.next_cursor)


def _coach(work: Work) -> StaffId:
    coach_id = reads_private_of(work.actor)
    if coach_id is None:
        raise NotYourCoachee
    return coach_id


async def _open(work: Work, contact: ContactMoment) -> OpenContact:
    texts = [
        await people.unseal(work, contact.coachee_id, sealed, _context(contact.id, field))
        for field, sealed in (("quality", contact.sealed_quality), ("next_step", contact.sealed_next_step))
    ]
    facts = (contact.id, contact.coachee_id, contact.coach_id, contact.held_on, contact.written_at)
    return OpenContact(*facts, *texts)


def _context(contact_id: ContactMomentId, field: str) -> str:
    return f"contact_moment:{contact_id}:{field}"
