"""Agreements and their templates on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from api.fields import PARAGRAPHS, In, Line, Out
from domain.agreements import AgreementState
from domain.kit.ids import AgreementId, AgreementTemplateId, CoacheeId, GuardianId, StaffId, TrajectoryId
from domain.messaging import Language

SHORT = "# Goal\nTo find out what suits {coachee_name}."
Words = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=PARAGRAPHS, examples=[SHORT])]


class AgreementTemplateIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: Language
    title: Line
    text: Words
    """A line that begins with `# ` opens a part, one with `- ` is a point, an empty line ends a paragraph.
    Placeholders: `{coachee_name}`, `{practice_name}`, `{practice_address}`, `{enterprise_number}`, `{coach_name}`,
    `{planned_hours}`, `{sessions}`, `{cancellation_hours}`, `{date}`, and in words of the language `{guidance}`: the
    hours, and in how many sessions where that is known; `{cancellation_notice}`: 1 hour, or 24 hours; and
    `{cancellation_deadline}`: at least 24 hours before, or, where no notice is asked, before the session begins."""


class AgreementTemplateOut(Out, frozen=True, kw_only=True):
    id: AgreementTemplateId
    language: Language
    number: int
    title: str
    text: str
    written_by: StaffId | None
    written_at: datetime


class AgreementTemplatePage(msgspec.Struct, frozen=True):
    items: list[AgreementTemplateOut]
    next_cursor: str | None


class AgreementWordsOut(Out, frozen=True, kw_only=True):
    language: Language
    number: int
    title: str
    text: str


class AgreementWordsList(msgspec.Struct, frozen=True):
    items: list[AgreementWordsOut]


class AgreementIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: Language | None = None
    """The coachee's own when left out."""
    sessions: Annotated[int, Meta(ge=1, le=100)] | None = None
    cancellation_hours: Annotated[int, Meta(ge=0, le=336)] | None = None
    """How long before a session it is cancelled freely; by the practice's rules (`/v1/calendar`) when left out."""


class AgreementOut(Out, frozen=True, kw_only=True):
    id: AgreementId
    version: int
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    coach_id: StaffId
    template_id: AgreementTemplateId | None
    language: Language
    state: AgreementState
    title: str
    sha256: str
    """Of the exact words: the title, an empty line and the text, as UTF-8."""
    issued_at: datetime
    opened_at: datetime | None
    signed_at: datetime | None
    signed_name: str | None
    guardian_id: GuardianId | None
    """Who is asked to sign for a minor."""
    closed_at: datetime | None
    signer_gone_at: datetime | None
    """When the coach was told that whoever was asked signs it no more: issue it anew, to who does now."""


class AgreementTextOut(AgreementOut, frozen=True, kw_only=True):
    text: str


class AgreementPage(msgspec.Struct, frozen=True):
    items: list[AgreementOut]
    next_cursor: str | None
