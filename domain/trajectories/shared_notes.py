"""The notes that are meant for the coachee too, as she reads them herself."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain import people
from domain.kit.calendar import local_day
from domain.kit.ids import CoacheeId, NoteId, StaffId
from domain.kit.work import Work
from domain.trajectories.model import Session
from domain.trajectories.noted import Note, Visibility, note_context

SHOWN = 50


@dataclass(frozen=True, slots=True)
class SharedNote:
    """What was written of a session, on whose day it is told."""

    id: NoteId
    day: date
    author_id: StaffId
    text: str


async def list_shared_notes(work: Work, coachee_id: CoacheeId, limit: int = SHOWN) -> list[SharedNote]:
    """The latest session first; a working note is its coach's alone, and is not here."""
    coachee = await people.get_coachee(work, coachee_id)
    query = (
        select(Note, Session.starts_at)
        .join(Session, (Session.practice_id == Note.practice_id) & (Session.id == Note.session_id))
        .where(Note.practice_id == work.practice_id, Note.coachee_id == coachee_id)
        .where(Note.visibility == Visibility.SHARED)
        .order_by(Session.starts_at.desc(), Note.id.desc())
        .limit(limit)
    )
    told = list[SharedNote]()
    for note, starts_at in await work.session.execute(query):
        text = await people.unseal(work, coachee_id, note.sealed_text, note_context(note.id, note.version))
        told.append(SharedNote(note.id, local_day(starts_at, coachee.zone), note.author_id, text))
    return told
