"""Notes on a session: sealed for the coachee, written and read by her own coach alone, every reading on record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from domain import audit, people
from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import NoteId, SessionId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.people import Purpose
from domain.trajectories.access import NotYourCoachee, must_be_own_coach, reads_private_of, seen_sessions
from domain.trajectories.deputies import stands_in
from domain.trajectories.model import Note, Session, SessionNotFound, Trajectory, TrajectoryNotFound, Visibility
from domain.trajectories.queries import get_session


class NoteNotFound(NotFound):
    """No note with that id in this practice."""


class NotesNotConsented(Conflict):
    """The coachee has not consented to session notes, or has withdrawn that consent."""


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note with its text, opened for a moment."""

    id: NoteId
    session_id: SessionId
    author_id: StaffId
    visibility: Visibility
    written_at: datetime
    text: str


def note_context(note_id: NoteId) -> str:
    """What a sealed note is bound to."""
    return f"note:{note_id}"


async def write_note(work: Work, session_id: SessionId, *, text: str, visibility: Visibility) -> Note:
    """Add a note, if the coachee consents to notes. It is never changed: a second thought is a second note."""
    session = await get_session(work, session_id)
    trajectory = await find(work, Trajectory, session.trajectory_id, TrajectoryNotFound)
    must_be_own_coach(work, trajectory.coach_id)
    if not await people.has_consent(work, session.coachee_id, Purpose.SESSION_NOTES):
        raise NotesNotConsented
    note_id = NoteId(new_id())
    note = Note(
        practice_id=work.practice_id,
        id=note_id,
        session_id=session.id,
        coachee_id=session.coachee_id,
        author_id=trajectory.coach_id,
        visibility=visibility,
        sealed_text=await people.seal(work, session.coachee_id, text, note_context(note_id)),
        written_at=work.now,
    )
    await work.store(note)
    announce(work, "note_written", note.id, session_id=session.id, visibility=visibility)
    return note


async def read_notes(work: Work, session_id: SessionId, page: PageRequest) -> Page[OpenNote]:
    """Open the notes of a session, oldest first; that they were read is kept in the audit trail."""
    session = await get_session(work, session_id)
    readable = await _readable(work, session)
    query = select(Note).where(Note.practice_id == work.practice_id, Note.session_id == session_id, readable)
    found = await fetch_page(work, query, page, list_name=f"notes:{session_id}", keys=[Note.id])
    notes = [await _open(work, note) for note in found.items]
    audit.record(work, "notes_read", session_id, coachee_id=session.coachee_id, notes=len(notes))
    return Page(notes, found.next_cursor)


async def get_note(work: Work, note_id: NoteId) -> Note:
    """A note that the actor may read."""
    seen = seen_sessions(work.actor)
    only = None if seen is None else Note.session_id.in_(select(Session.id).where(seen))
    note = await find(work, Note, note_id, NoteNotFound, only=only)
    session = await find(work, Session, note.session_id, SessionNotFound)
    readable = await _readable(work, session)
    if not await work.session.scalar(select(exists().where(Note.id == note_id, readable))):
        raise NoteNotFound(id=note_id)
    return note


async def trajectory_of(work: Work, note: Note) -> Trajectory:
    session = await find(work, Session, note.session_id, SessionNotFound)
    return await find(work, Trajectory, session.trajectory_id, TrajectoryNotFound)


async def _readable(work: Work, session: Session) -> ColumnElement[bool]:
    """The coach of the trajectory reads what is shared and what she wrote; who coached it before, her working notes.

    A deputy reads what is shared, unless the coachee is a minor.
    """
    trajectory = await find(work, Trajectory, session.trajectory_id, TrajectoryNotFound)
    reader = reads_private_of(work.actor)
    shared, own = Note.visibility == Visibility.SHARED, Note.author_id == reader
    if reader == trajectory.coach_id:
        return or_(shared, own)
    if reader is not None and reader == session.coach_id:
        return and_(Note.visibility == Visibility.WORKING, own)
    minor = (await people.get_coachee(work, session.coachee_id)).minor
    if reader is not None and not minor and await stands_in(work, trajectory.id):
        return shared
    raise NotYourCoachee


async def _open(work: Work, note: Note) -> OpenNote:
    text = await people.unseal(work, note.coachee_id, note.sealed_text, note_context(note.id))
    return OpenNote(note.id, note.session_id, note.author_id, note.visibility, note.written_at, text)
