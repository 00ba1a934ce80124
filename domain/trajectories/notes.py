"""Notes on a session: sealed for the coachee, written and read by her own coach alone, every reading on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from domain import audit, people
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import CoacheeId, NoteId, SessionId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.people import Purpose
from domain.trajectories.access import NotYourCoachee, must_be_own_coach, reads_private_of, seen_sessions
from domain.trajectories.deputies import stands_in
from domain.trajectories.model import Session, SessionNotFound, Trajectory, TrajectoryNotFound
from domain.trajectories.noted import (
    Note,
    NoteNotFound,
    NoteVersion,
    Segment,
    Visibility,
    joined,
    note_context,
    parted,
)
from domain.trajectories.phases import must_be_phases
from domain.trajectories.queries import get_session


class NotesNotConsented(Conflict):
    """The coachee has not consented to session notes, or has withdrawn that consent."""


class TextOrSegments(Invalid):
    """A note is one text, or a list of segments with a text each: send one of the two."""


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note with its text, opened for a moment."""

    id: NoteId
    session_id: SessionId
    version: int
    author_id: StaffId
    visibility: Visibility
    written_at: datetime
    text: str
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class OpenNoteVersion:
    version: int
    author_id: StaffId
    written_at: datetime
    text: str
    segments: list[Segment]


async def write_note(
    work: Work,
    session_id: SessionId,
    *,
    visibility: Visibility,
    text: str | None = None,
    segments: Sequence[Segment] | None = None,
) -> Note:
    """Add a note, if the coachee consents to notes: one text, or segments that may be tagged."""
    session = await get_session(work, session_id)
    trajectory = await find(work, Trajectory, session.trajectory_id, TrajectoryNotFound)
    must_be_own_coach(work, trajectory.coach_id)
    await must_consent(work, session.coachee_id)
    whole, tags = joined(await _segments(work, text, segments))
    note_id = NoteId(new_id())
    note = Note(
        practice_id=work.practice_id,
        id=note_id,
        session_id=session.id,
        coachee_id=session.coachee_id,
        author_id=trajectory.coach_id,
        visibility=visibility,
        sealed_text=await people.seal(work, session.coachee_id, whole, note_context(note_id, 1)),
        segments=tags,
        written_at=work.now,
    )
    await work.store(note)
    announce(work, "note_written", note.id, session_id=session.id, visibility=visibility)
    return note


async def change_note(
    work: Work, note_id: NoteId, *, text: str | None = None, segments: Sequence[Segment] | None = None
) -> Note:
    """Word a note anew. What it was is kept, with its author and its moment."""
    note = await get_note(work, note_id, lock=True)
    must_be_own_coach(work, (await trajectory_of(work, note)).coach_id)
    await must_consent(work, note.coachee_id)
    whole, tags = joined(await _segments(work, text, segments))
    kept = ("version", "author_id", "sealed_text", "segments", "written_at")
    before = {name: getattr(note, name) for name in kept}
    await work.store(NoteVersion(practice_id=work.practice_id, note_id=note.id, **before))
    sealed = await people.seal(work, note.coachee_id, whole, note_context(note.id, note.version + 1))
    note.sealed_text, note.segments, note.written_at = sealed, tags, work.now
    note.author_id = reads_private_of(work.actor) or note.author_id
    await work.session.flush()
    announce(work, "note_changed", note.id, session_id=note.session_id, version=note.version)
    return note


async def must_consent(work: Work, coachee_id: CoacheeId) -> None:
    if not await people.has_consent(work, coachee_id, Purpose.SESSION_NOTES):
        raise NotesNotConsented


async def _segments(work: Work, text: str | None, segments: Sequence[Segment] | None) -> Sequence[Segment]:
    if (text is None) == (not segments):
        raise TextOrSegments(field="segments")
    await must_be_phases(work, [segment.phase for segment in segments or ()], field="segments")
    return [Segment(text=text)] if text is not None else segments or ()


async def read_notes(work: Work, session_id: SessionId, page: PageRequest) -> Page[OpenNote]:
    """Open the notes of a session, oldest first; that they were read is kept in the audit trail."""
    session = await get_session(work, session_id)
    readable = await _readable(work, session)
    query = select(Note).where(Note.practice_id == work.practice_id, Note.session_id == session_id, readable)
    found = await fetch_page(work, query, page, list_name=f"notes:{session_id}", keys=[Note.id])
    notes = [await _open(work, note) for note in found.items]
    audit.record(work, "notes_read", session_id, coachee_id=session.coachee_id, notes=len(notes))
    return Page(notes, found.next_cursor)


async def read_note(work: Work, note_id: NoteId) -> OpenNote:
    note = await get_note(work, note_id)
    audit.record(work, "note_read", note.id, coachee_id=note.coachee_id)
    return await _open(work, note)


async def read_note_versions(work: Work, note_id: NoteId, page: PageRequest) -> Page[OpenNoteVersion]:
    """What a note was before, oldest first; that it was read is kept in the audit trail."""
    note = await get_note(work, note_id)
    query = select(NoteVersion).where(NoteVersion.practice_id == work.practice_id, NoteVersion.note_id == note_id)
    found = await fetch_page(work, query, page, list_name=f"note_versions:{note_id}", keys=[NoteVersion.version])
    versions = list[OpenNoteVersion]()
    for old in found.items:
        text = await people.unseal(work, note.coachee_id, old.sealed_text, note_context(note.id, old.version))
        versions.append(OpenNoteVersion(old.version, old.author_id, old.written_at, text, parted(text, old.segments)))
    audit.record(work, "note_versions_read", note.id, coachee_id=note.coachee_id, versions=len(versions))
    return Page(versions, found.next_cursor)


async def get_note(work: Work, note_id: NoteId, *, lock: bool = False) -> Note:
    """A note that the actor may read."""
    seen = seen_sessions(work.actor)
    only = None if seen is None else Note.session_id.in_(select(Session.id).where(seen))
    note = await find(work, Note, note_id, NoteNotFound, lock=lock, only=only)
    session = await find(work, Session, note.session_id, SessionNotFound)
    readable = await _readable(work, session)
    mine = (Note.practice_id == work.practice_id, Note.id == note_id)
    if not await work.session.scalar(select(exists().where(*mine, readable))):
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
    text = await people.unseal(work, note.coachee_id, note.sealed_text, note_context(note.id, note.version))
    return OpenNote(
        note.id,
        note.session_id,
        note.version,
        note.author_id,
        note.visibility,
        note.written_at,
        text,
        parted(text, note.segments),
    )
