"""What a coachee lived through and how it stood with her."""

from datetime import date
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import In, Patch
from api.method.fields import CatalogueKey, OneToFive, QualityIds, Ten, Words
from api.method.kept import KeptOut, Shelf
from domain.kit.ids import (
    AlignmentScanId,
    CoacheeQualityId,
    ExperienceId,
    FlowMomentId,
    IdealId,
    MeasureResultId,
    SessionId,
)
from domain.messaging import Language
from domain.method import (
    ALIGNMENT_SCAN,
    EXPERIENCE,
    FLOW_MOMENT,
    MEASURE_RESULT,
    AnswersDoNotFit,
    Awareness,
    ExperienceKind,
    ExperienceSource,
    ExternalKind,
    FlowBlocker,
    InternalKind,
    KindBesideLocus,
    Layer,
    Locus,
    NoSuchMeasure,
    NothingTold,
    SessionOfSource,
)

Answers: TypeAlias = Annotated[list[Annotated[int, Meta(ge=-1_000, le=1_000)]], Meta(min_length=1, max_length=100)]


class ExperienceIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: ExperienceKind
    source: ExperienceSource
    session_id: SessionId | None = None
    """Of one that was told in a session."""
    occurred_on: date | None = None
    ideal_id: IdealId | None = None
    intensity: OneToFive | None = None
    valence: OneToFive | None = None
    energy: OneToFive | None = None
    locus: Locus | None = None
    internal_kind: InternalKind | None = None
    external_kind: ExternalKind | None = None
    layer: Layer | None = None
    awareness: Awareness | None = None
    situation: Words | None = None
    """This and the other texts are sealed."""
    went_well: Words | None = None
    thinking: Words | None = None
    feeling: Words | None = None
    wanting: Words | None = None
    ideal_text: Words | None = None
    """How she would have liked it to be: the switch."""
    positive_intention: Words | None = None
    small_step: Words | None = None
    quality_ids: QualityIds = ()
    """The qualities that she sees in it: it becomes evidence of them."""


class ExperiencePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: ExperienceKind | UnsetType = UNSET
    occurred_on: date | UnsetType | None = UNSET
    ideal_id: IdealId | UnsetType | None = UNSET
    intensity: OneToFive | UnsetType | None = UNSET
    valence: OneToFive | UnsetType | None = UNSET
    energy: OneToFive | UnsetType | None = UNSET
    locus: Locus | UnsetType | None = UNSET
    internal_kind: InternalKind | UnsetType | None = UNSET
    external_kind: ExternalKind | UnsetType | None = UNSET
    layer: Layer | UnsetType | None = UNSET
    awareness: Awareness | UnsetType | None = UNSET
    situation: Words | UnsetType | None = UNSET
    went_well: Words | UnsetType | None = UNSET
    thinking: Words | UnsetType | None = UNSET
    feeling: Words | UnsetType | None = UNSET
    wanting: Words | UnsetType | None = UNSET
    ideal_text: Words | UnsetType | None = UNSET
    positive_intention: Words | UnsetType | None = UNSET
    small_step: Words | UnsetType | None = UNSET


class ExperienceOut(KeptOut, frozen=True, kw_only=True):
    """An experience, without its texts."""

    id: ExperienceId
    kind: ExperienceKind
    source: ExperienceSource
    session_id: SessionId | None
    occurred_on: date | None
    ideal_id: IdealId | None
    intensity: int | None
    valence: int | None
    energy: int | None
    locus: Locus | None
    internal_kind: InternalKind | None
    external_kind: ExternalKind | None
    layer: Layer | None
    awareness: Awareness | None
    dimension_coverage: int
    """How many of thinking, feeling and wanting it has words for."""
    switch_reached: bool
    """Whether it went from the problem to how she would have liked it to be."""
    is_core_reflection: bool


class OpenExperienceOut(ExperienceOut, frozen=True, kw_only=True):
    situation: str | None
    went_well: str | None
    thinking: str | None
    feeling: str | None
    wanting: str | None
    ideal_text: str | None
    positive_intention: str | None
    small_step: str | None
    quality_ids: list[CoacheeQualityId]


class ExperiencePage(msgspec.Struct, frozen=True):
    items: list[OpenExperienceOut]
    next_cursor: str | None


class FlowMomentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    occurred_on: date
    intensity: Ten
    challenge: OneToFive | None = None
    capacity: OneToFive | None = None
    energy: OneToFive | None = None
    presence: OneToFive | None = None
    blocker: FlowBlocker | None = None
    """What stood in the way, where there was no flow."""
    experience_id: ExperienceId | None = None
    note: Words | None = None
    """It is sealed."""


class FlowMomentPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    occurred_on: date | UnsetType = UNSET
    intensity: Ten | UnsetType = UNSET
    challenge: OneToFive | UnsetType | None = UNSET
    capacity: OneToFive | UnsetType | None = UNSET
    energy: OneToFive | UnsetType | None = UNSET
    presence: OneToFive | UnsetType | None = UNSET
    blocker: FlowBlocker | UnsetType | None = UNSET
    experience_id: ExperienceId | UnsetType | None = UNSET
    note: Words | UnsetType | None = UNSET


class FlowMomentOut(KeptOut, frozen=True, kw_only=True):
    """A moment of flow, without the note on it."""

    id: FlowMomentId
    occurred_on: date
    intensity: int
    challenge: int | None
    capacity: int | None
    energy: int | None
    presence: int | None
    blocker: FlowBlocker | None
    experience_id: ExperienceId | None


class OpenFlowMomentOut(FlowMomentOut, frozen=True, kw_only=True):
    note: str | None


class FlowMomentPage(msgspec.Struct, frozen=True):
    items: list[OpenFlowMomentOut]
    next_cursor: str | None


class AlignmentScanIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    scanned_on: date
    session_id: SessionId | None = None
    environment: Ten
    behaviour: Ten
    skills: Ten
    beliefs: Ten
    identity: Ten
    mission: Ten
    core: Ten
    blocked_at: Layer | None = None
    """The layer on which the flow from the core is held up."""
    note: Words | None = None
    """It is sealed."""


class AlignmentScanPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    scanned_on: date | UnsetType = UNSET
    session_id: SessionId | UnsetType | None = UNSET
    environment: Ten | UnsetType = UNSET
    behaviour: Ten | UnsetType = UNSET
    skills: Ten | UnsetType = UNSET
    beliefs: Ten | UnsetType = UNSET
    identity: Ten | UnsetType = UNSET
    mission: Ten | UnsetType = UNSET
    core: Ten | UnsetType = UNSET
    blocked_at: Layer | UnsetType | None = UNSET
    note: Words | UnsetType | None = UNSET


class AlignmentScanOut(KeptOut, frozen=True, kw_only=True):
    """An alignment scan, without the note on it."""

    id: AlignmentScanId
    scanned_on: date
    session_id: SessionId | None
    environment: int
    behaviour: int
    skills: int
    beliefs: int
    identity: int
    mission: int
    core: int
    blocked_at: Layer | None


class OpenAlignmentScanOut(AlignmentScanOut, frozen=True, kw_only=True):
    note: str | None


class AlignmentScanPage(msgspec.Struct, frozen=True):
    items: list[OpenAlignmentScanOut]
    next_cursor: str | None


class MeasureResultIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    measure_key: CatalogueKey
    language: Language
    """In which she read the items."""
    taken_on: date
    ideal_id: IdealId | None = None
    """The ideal that it is about, where it is about one."""
    answers: Answers
    """One to each item, in their order."""
    note: Words | None = None
    """It is sealed."""


class MeasureResultPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    note: Words | UnsetType | None = UNSET


class MeasureResultOut(KeptOut, frozen=True, kw_only=True):
    """What was answered to a measure, without the note on it."""

    id: MeasureResultId
    measure_key: str
    language: Language
    taken_on: date
    ideal_id: IdealId | None
    answers: list[int]
    measure_version: int
    score: float
    """The mean of the answers: to set beside another of the same measure, never beside a norm."""
    translation_validated: bool
    """False: these items were not validated in that language; say so beside any result."""


class OpenMeasureResultOut(MeasureResultOut, frozen=True, kw_only=True):
    note: str | None


class MeasureResultPage(msgspec.Struct, frozen=True):
    items: list[OpenMeasureResultOut]
    next_cursor: str | None


SHELVES = (
    Shelf(
        kind=EXPERIENCE,
        noun="an experience",
        id=ExperienceId,
        body=ExperienceIn,
        patch=ExperiencePatch,
        added=ExperienceOut,
        page=ExperiencePage,
        refusals=(KindBesideLocus, NothingTold, SessionOfSource),
    ),
    Shelf(
        kind=FLOW_MOMENT,
        noun="a flow moment",
        id=FlowMomentId,
        body=FlowMomentIn,
        patch=FlowMomentPatch,
        added=FlowMomentOut,
        page=FlowMomentPage,
    ),
    Shelf(
        kind=ALIGNMENT_SCAN,
        noun="an alignment scan",
        id=AlignmentScanId,
        body=AlignmentScanIn,
        patch=AlignmentScanPatch,
        added=AlignmentScanOut,
        page=AlignmentScanPage,
    ),
    Shelf(
        kind=MEASURE_RESULT,
        noun="a result of a measure",
        id=MeasureResultId,
        body=MeasureResultIn,
        patch=MeasureResultPatch,
        added=MeasureResultOut,
        page=MeasureResultPage,
        refusals=(NoSuchMeasure, AnswersDoNotFit),
        checks_changes=False,
    ),
)
