"""A note: what was written of a session, in segments that may be tagged, and every version that it had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, NoteId, NoteVersionId, SessionId, StaffId, new_id
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice

BETWEEN = "\n\n"  # segments: read in one go, a note is plain text


class Visibility(StrEnum):
    """Who reads a note: `shared` is for coachee and coach, `working` for the coach alone."""

    SHARED = "shared"
    WORKING = "working"


class Focus(StrEnum):
    """What a part of a conversation was about."""

    STRENGTH = "strength"
    IDEAL = "ideal"
    OBSTACLE = "obstacle"
    PROBLEM = "problem"
    PRACTICAL = "practical"


class Dimension(StrEnum):
    """The three sources of what people do."""

    THINKING = "thinking"
    FEELING = "feeling"
    WANTING = "wanting"


class Layer(StrEnum):
    """The layers of the onion model, from the outside in."""

    ENVIRONMENT = "environment"
    BEHAVIOUR = "behaviour"
    SKILLS = "skills"
    BELIEFS = "beliefs"
    IDENTITY = "identity"
    MISSION = "mission"
    CORE = "core"


class Principle(StrEnum):
    """The principles of multi-level learning; the catalogue `mll_principles` says what each comes to."""

    UNCONSCIOUS_SOURCES = "unconscious_sources"
    THINKING_FEELING_WANTING = "thinking_feeling_wanting"
    TENSION = "tension"
    FLOW_RESTORED = "flow_restored"
    REFLECT_ON_SOURCES = "reflect_on_sources"
    SEVERAL_LAYERS = "several_layers"
    PROMOTE_OR_HINDER = "promote_or_hinder"


class NoteNotFound(NotFound):
    """No note with that id in this practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a note, and what it was about, if somebody cares to say so."""

    text: str
    focus: Focus | None = None
    dimension: Dimension | None = None
    layer: Layer | None = None
    phase: str | None = None
    principle: Principle | None = None


class Note(Tenant, Versioned, Table):
    """`segments` holds the tags of each segment and its length in the text, which is sealed as a whole."""

    __tablename__ = "notes"
    __table_args__ = (
        within_practice("session_id", "sessions"),
        within_practice("coachee_id", "coachees"),
        within_practice("author_id", "staff"),
        Index("notes_session_idx", "practice_id", "session_id", "id"),
    )

    id: Mapped[NoteId] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[SessionId]
    coachee_id: Mapped[CoacheeId]
    author_id: Mapped[StaffId]
    visibility: Mapped[Visibility] = mapped_column(Word(Visibility, 16))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    segments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    written_at: Mapped[datetime]


class NoteVersion(Tenant, Table):
    """What a note was before it was changed: written once, never changed."""

    __tablename__ = "note_versions"
    __table_args__ = (
        within_practice("note_id", "notes"),
        within_practice("author_id", "staff"),
        Index("note_versions_note_idx", "practice_id", "note_id", "version", unique=True),
    )

    id: Mapped[NoteVersionId] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[NoteId]
    version: Mapped[int]
    author_id: Mapped[StaffId]
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    segments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    written_at: Mapped[datetime]


def note_context(note_id: NoteId, version: int) -> str:
    """What a sealed note is bound to."""
    return f"note:{note_id}" if version == 1 else f"note:{note_id}:{version}"


def joined(segments: Sequence[Segment]) -> tuple[str, list[dict[str, Any]]]:
    """The text of a note, and what is kept beside it: the tags of each segment, and how long it is."""
    tags = [
        {"length": len(segment.text)} | {name: value for name in TAGS if (value := getattr(segment, name)) is not None}
        for segment in segments
    ]
    return BETWEEN.join(segment.text for segment in segments), tags


def parted(text: str, tags: Sequence[dict[str, Any]]) -> list[Segment]:
    """The segments again."""
    segments, start = list[Segment](), 0
    for tag in tags or [{"length": len(text)}]:
        end = start + tag["length"]
        known = {name: kind(tag[name]) for name, kind in TAGS.items() if name in tag}
        segments.append(Segment(text=text[start:end], **known))
        start = end + len(BETWEEN)
    return segments


TAGS: dict[str, type[Any]] = {
    "focus": Focus,
    "dimension": Dimension,
    "layer": Layer,
    "phase": str,
    "principle": Principle,
}
