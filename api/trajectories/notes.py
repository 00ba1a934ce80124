"""Notes on sessions, their versions, and what a coach may notice in her own."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from api.fields import In, Out, PageCursor, PageLimit, Patch, Text, TypeKey, page_request
from api.problems import refuses
from domain import trajectories
from domain.kit.ids import NoteId, SessionId, StaffId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.people import TextDestroyed
from domain.trajectories import (
    Dimension,
    Focus,
    Hints,
    Layer,
    NoSuchPhase,
    NoteNotFound,
    NotesNotConsented,
    NotYourCoachee,
    Principle,
    Segment,
    SessionNotFound,
    TextOrSegments,
    TrajectoryNotFound,
    Visibility,
)


class SegmentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a note. What it was about may be told, and need not be."""

    text: Text
    focus: Focus | None = None
    dimension: Dimension | None = None
    layer: Layer | None = None
    phase: TypeKey | None = None
    principle: Principle | None = None
    """Of multi-level learning; the catalogue `mll_principles` says what each comes to."""

    def segment(self) -> Segment:
        return Segment(**msgspec.structs.asdict(self))


Segments = Annotated[list[SegmentIn], Meta(min_length=1, max_length=40)]


class NoteIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One text, or segments."""

    text: Text | None = None
    segments: Segments | None = None
    visibility: Visibility
    """`shared` is meant for coachee and coach, `working` for the coach alone."""

    def written(self) -> dict[str, Any]:
        return _written(self.text, self.segments)


class NotePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The note as it is to be from now on: one text, or segments."""

    text: Text | None = None
    segments: Segments | None = None

    def written(self) -> dict[str, Any]:
        return _written(self.text, self.segments)


class NoteOut(Out, frozen=True, kw_only=True):
    """That a note was written, without its text."""

    id: NoteId
    session_id: SessionId
    version: int
    author_id: StaffId
    visibility: Visibility
    written_at: datetime


class SegmentOut(Out, frozen=True, kw_only=True):
    text: str
    focus: Focus | None
    dimension: Dimension | None
    layer: Layer | None
    phase: str | None
    principle: Principle | None


class NoteVersionOut(Out, frozen=True, kw_only=True):
    version: int
    author_id: StaffId
    written_at: datetime
    text: str
    segments: list[SegmentOut]


class OpenNoteOut(Out, frozen=True, kw_only=True):
    id: NoteId
    session_id: SessionId
    version: int
    author_id: StaffId
    visibility: Visibility
    written_at: datetime
    text: str
    """The whole note: its segments, with a blank line between them."""
    segments: list[SegmentOut]


class NotePage(msgspec.Struct, frozen=True):
    items: list[OpenNoteOut]
    next_cursor: str | None


class NoteVersionPage(msgspec.Struct, frozen=True):
    items: list[NoteVersionOut]
    next_cursor: str | None


class HintOut(msgspec.Struct, frozen=True):
    key: str
    text: dict[str, str]


class HintsOut(msgspec.Struct, frozen=True, kw_only=True):
    sessions: int
    """How many of the last three held sessions with tagged notes this is about."""
    focus: dict[str, int]
    """How many segments were about what."""
    dimensions: dict[str, int]
    hints: list[HintOut]

    @classmethod
    def of(cls, found: Hints) -> "HintsOut":
        hints = [HintOut(hint.key, {**hint.text}) for hint in found.hints]
        return cls(sessions=found.sessions, focus=found.focus, dimensions=found.dimensions, hints=hints)


WRITING = (NotYourCoachee, NotesNotConsented, TextDestroyed, TextOrSegments, NoSuchPhase)


@post("/sessions/{session_id:uuid}/notes", scope="notes:write", responses=refuses(SessionNotFound, *WRITING))
async def write_note(work: NamedDependency[Work], session_id: FromPath[SessionId], data: JSONBody[NoteIn]) -> NoteOut:
    """Write a note on a session, as its own coach and if the coachee consents: one text, or segments. It is sealed."""
    note = await trajectories.write_note(work, session_id, visibility=data.visibility, **data.written())
    return NoteOut.of(note)


@get(
    "/sessions/{session_id:uuid}/notes",
    scope="notes:read",
    responses=refuses(SessionNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def read_notes(
    work: NamedDependency[Work], session_id: FromPath[SessionId], limit: PageLimit = 20, cursor: PageCursor = None
) -> NotePage:
    """Read the notes on a session, as its own coach, oldest first; a deputy reads what is shared.

    Every reading is kept in the audit trail.
    """
    page = await trajectories.read_notes(work, session_id, page_request(limit, cursor))
    return NotePage([_open(OpenNoteOut, note) for note in page.items], page.next_cursor)


@get(
    "/notes/{note_id:uuid}",
    scope="notes:read",
    responses=refuses(NoteNotFound, NotYourCoachee, TextDestroyed),
)
async def read_note(work: NamedDependency[Work], note_id: FromPath[NoteId]) -> OpenNoteOut:
    """Read one note. Every reading is kept in the audit trail."""
    return _open(OpenNoteOut, await trajectories.read_note(work, note_id))


@patch(
    "/notes/{note_id:uuid}",
    scope="notes:write",
    needs_version=True,
    responses=refuses(NoteNotFound, *WRITING, VersionChanged),
)
async def update_note(work: NamedDependency[Work], note_id: FromPath[NoteId], data: JSONBody[NotePatch]) -> NoteOut:
    """Word a note anew, as the trajectory's own coach. What it was is kept, with its author and its moment."""
    return NoteOut.of(await trajectories.change_note(work, note_id, **data.written()))


@get(
    "/notes/{note_id:uuid}/versions",
    scope="notes:read",
    responses=refuses(NoteNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_note_versions(
    work: NamedDependency[Work], note_id: FromPath[NoteId], limit: PageLimit = 20, cursor: PageCursor = None
) -> NoteVersionPage:
    """Read what a note was before it was changed, oldest first. Every reading is kept in the audit trail."""
    page = await trajectories.read_note_versions(work, note_id, page_request(limit, cursor))
    return NoteVersionPage([_open(NoteVersionOut, old) for old in page.items], page.next_cursor)


@get(
    "/trajectories/{trajectory_id:uuid}/hints",
    scope="notes:read",
    responses=refuses(TrajectoryNotFound, NotYourCoachee),
)
async def read_hints(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> HintsOut:
    """See what your last three conversations were about, by the tags of your notes: hints, never a score."""
    return HintsOut.of(await trajectories.read_hints(work, trajectory_id))


def _written(text: str | None, segments: list[SegmentIn] | None) -> dict[str, Any]:
    return {"text": text, "segments": None if segments is None else [segment.segment() for segment in segments]}


def _open(shape: type[Any], note: Any) -> Any:
    told = {name: getattr(note, name) for name in shape.__struct_fields__ if name != "segments"}
    return shape(**told, segments=[SegmentOut.of(segment) for segment in note.segments])


HANDLERS = (write_note, read_notes, read_note, update_note, list_note_versions, read_hints)
