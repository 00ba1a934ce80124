"""What comes to light between coach and coachee, and what a coach keeps to herself."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from api.fields import In, Out, Patch
from api.method.fields import QualityIds, Words
from api.method.kept import KeptOut, Shelf
from domain.kit.ids import (
    AnchorId,
    CoacheeQualityId,
    CoachReflectionId,
    IdealId,
    InsightId,
    LadderStepId,
    LayerReflectionId,
    ObstacleId,
    SessionId,
    StaffId,
    TensionId,
)
from domain.method import (
    ANCHOR,
    COACH_REFLECTION,
    INSIGHT,
    LAYER_REFLECTION,
    TENSION,
    AnchorKind,
    Competency,
    Layer,
    TensionStatus,
)


class TensionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    obstacle_id: ObstacleId
    ideal_id: IdealId | None = None
    status: TensionStatus = TensionStatus.NOTICED
    """How far they have come with it; the moves are dated in the history."""
    note: Words | None = None
    """It is sealed."""
    quality_ids: QualityIds = ()
    """The qualities that stand against the obstacle."""


class TensionPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    ideal_id: IdealId | UnsetType | None = UNSET
    status: TensionStatus | UnsetType = UNSET
    note: Words | UnsetType | None = UNSET
    quality_ids: QualityIds | UnsetType = UNSET


class TensionOut(KeptOut, frozen=True, kw_only=True):
    """A field of tension, without the note on it."""

    id: TensionId
    obstacle_id: ObstacleId
    ideal_id: IdealId | None
    status: TensionStatus


class OpenTensionOut(TensionOut, frozen=True, kw_only=True):
    note: str | None
    quality_ids: list[CoacheeQualityId]


class TensionPage(msgspec.Struct, frozen=True):
    items: list[OpenTensionOut]
    next_cursor: str | None


class TensionStepOut(Out, frozen=True, kw_only=True):
    """That it came to stand there."""

    id: LadderStepId
    status: TensionStatus
    noted_by: StaffId
    noted_at: datetime


class TensionHistory(msgspec.Struct, frozen=True):
    items: list[TensionStepOut]
    next_cursor: str | None


class AnchorIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: AnchorKind
    quality_id: CoacheeQualityId | None = None
    """The quality that it brings back."""
    text: Words
    """The gesture, word, image, place or music. It is sealed."""


class AnchorPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: AnchorKind | UnsetType = UNSET
    quality_id: CoacheeQualityId | UnsetType | None = UNSET
    text: Words | UnsetType = UNSET


class AnchorOut(KeptOut, frozen=True, kw_only=True):
    """An anchor, without its text."""

    id: AnchorId
    kind: AnchorKind
    quality_id: CoacheeQualityId | None


class OpenAnchorOut(AnchorOut, frozen=True, kw_only=True):
    text: str


class AnchorPage(msgspec.Struct, frozen=True):
    items: list[OpenAnchorOut]
    next_cursor: str | None


class InsightIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    layer: Layer | None = None
    session_id: SessionId | None = None
    text: Words
    """It is sealed."""
    before: Words | None = None
    """How she saw it before. It is sealed."""
    after: Words | None = None
    """How she sees it since. It is sealed."""


class InsightPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    layer: Layer | UnsetType | None = UNSET
    session_id: SessionId | UnsetType | None = UNSET
    text: Words | UnsetType = UNSET
    before: Words | UnsetType | None = UNSET
    after: Words | UnsetType | None = UNSET


class InsightOut(KeptOut, frozen=True, kw_only=True):
    """An insight, without its texts."""

    id: InsightId
    layer: Layer | None
    session_id: SessionId | None


class OpenInsightOut(InsightOut, frozen=True, kw_only=True):
    text: str
    before: str | None
    after: str | None


class InsightPage(msgspec.Struct, frozen=True):
    items: list[OpenInsightOut]
    next_cursor: str | None


class LayerReflectionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    layer: Layer
    obstacle_id: ObstacleId | None = None
    session_id: SessionId | None = None
    text: Words
    """It is sealed."""


class LayerReflectionPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    layer: Layer | UnsetType = UNSET
    obstacle_id: ObstacleId | UnsetType | None = UNSET
    session_id: SessionId | UnsetType | None = UNSET
    text: Words | UnsetType = UNSET


class LayerReflectionOut(KeptOut, frozen=True, kw_only=True):
    """A reflection on one layer, without its text."""

    id: LayerReflectionId
    layer: Layer
    obstacle_id: ObstacleId | None
    session_id: SessionId | None
    is_core_reflection: bool


class OpenLayerReflectionOut(LayerReflectionOut, frozen=True, kw_only=True):
    text: str


class LayerReflectionPage(msgspec.Struct, frozen=True):
    items: list[OpenLayerReflectionOut]
    next_cursor: str | None


class CoachReflectionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    session_id: SessionId | None = None
    competency: Competency | None = None
    """What the method asks of a coach."""
    text: Words
    """What she did and saw of herself. It is sealed, for her alone."""
    own_quality: Words | None = None
    """It is sealed, for her alone."""
    own_obstacle: Words | None = None
    """It is sealed, for her alone."""
    felt: Words | None = None
    """What she felt. It is sealed, for her alone."""


class CoachReflectionPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    session_id: SessionId | UnsetType | None = UNSET
    competency: Competency | UnsetType | None = UNSET
    text: Words | UnsetType = UNSET
    own_quality: Words | UnsetType | None = UNSET
    own_obstacle: Words | UnsetType | None = UNSET
    felt: Words | UnsetType | None = UNSET


class CoachReflectionOut(KeptOut, frozen=True, kw_only=True):
    """A coach's reflection on herself, without its texts."""

    id: CoachReflectionId
    session_id: SessionId | None
    competency: Competency | None


class OpenCoachReflectionOut(CoachReflectionOut, frozen=True, kw_only=True):
    text: str
    own_quality: str | None
    own_obstacle: str | None
    felt: str | None


class CoachReflectionPage(msgspec.Struct, frozen=True):
    items: list[OpenCoachReflectionOut]
    next_cursor: str | None


SHELVES = (
    Shelf(
        kind=TENSION,
        noun="a field of tension",
        id=TensionId,
        body=TensionIn,
        patch=TensionPatch,
        added=TensionOut,
        page=TensionPage,
        steps=TensionHistory,
    ),
    Shelf(
        kind=ANCHOR,
        noun="an anchor",
        id=AnchorId,
        body=AnchorIn,
        patch=AnchorPatch,
        added=AnchorOut,
        page=AnchorPage,
    ),
    Shelf(
        kind=INSIGHT,
        noun="an insight",
        id=InsightId,
        body=InsightIn,
        patch=InsightPatch,
        added=InsightOut,
        page=InsightPage,
    ),
    Shelf(
        kind=LAYER_REFLECTION,
        noun="a reflection on a layer",
        id=LayerReflectionId,
        body=LayerReflectionIn,
        patch=LayerReflectionPatch,
        added=LayerReflectionOut,
        page=LayerReflectionPage,
    ),
    Shelf(
        kind=COACH_REFLECTION,
        noun="the coach's own reflection",
        id=CoachReflectionId,
        body=CoachReflectionIn,
        patch=CoachReflectionPatch,
        added=CoachReflectionOut,
        page=CoachReflectionPage,
    ),
)
