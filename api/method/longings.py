"""What a coachee longs for, and what stands between."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from api.fields import In, Out, Patch
from api.method.fields import OneToFive, QualityIds, Ten, Words
from api.method.kept import KeptOut, Shelf
from domain.kit.ids import CoacheeQualityId, IdealId, LadderStepId, ObstacleId, StaffId
from domain.method import (
    IDEAL,
    OBSTACLE,
    Awareness,
    Depth,
    ExternalKind,
    IdealKind,
    InternalKind,
    KindBesideLocus,
    Layer,
    Locus,
)


class IdealIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: IdealKind
    """Ideals and desires are felt and wanted, goals are thought of."""
    text: Words
    """In the coachee's words. It is sealed."""
    larger_goal: Words | None = None
    """What it is part of. It is sealed."""
    depth: Depth = Depth.STATED
    confidence: Ten | None = None
    """How much she trusts that she can, 0 to 10, before."""
    confidence_after: Ten | None = None
    """The same afterwards."""
    stretch: OneToFive | None = None
    realistic: OneToFive | None = None
    quality_ids: QualityIds = ()
    """The qualities that it asks for."""


class IdealPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: IdealKind | UnsetType = UNSET
    text: Words | UnsetType = UNSET
    larger_goal: Words | UnsetType | None = UNSET
    depth: Depth | UnsetType = UNSET
    confidence: Ten | UnsetType | None = UNSET
    confidence_after: Ten | UnsetType | None = UNSET
    stretch: OneToFive | UnsetType | None = UNSET
    realistic: OneToFive | UnsetType | None = UNSET
    quality_ids: QualityIds | UnsetType = UNSET
    """All of them, in place of those that it had."""


class IdealOut(KeptOut, frozen=True, kw_only=True):
    """An ideal, a desire or a goal, without its text."""

    id: IdealId
    kind: IdealKind
    depth: Depth
    confidence: int | None
    confidence_after: int | None
    stretch: int | None
    realistic: int | None


class OpenIdealOut(IdealOut, frozen=True, kw_only=True):
    text: str
    larger_goal: str | None
    quality_ids: list[CoacheeQualityId]


class IdealPage(msgspec.Struct, frozen=True):
    items: list[OpenIdealOut]
    next_cursor: str | None


class ObstacleIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    locus: Locus
    internal_kind: InternalKind | None = None
    """Not of an obstacle that is external alone."""
    external_kind: ExternalKind | None = None
    """Not of an obstacle that is internal alone."""
    triggered_by_id: ObstacleId | None = None
    """The obstacle to which it is a reaction: one from within often answers one from without."""
    layer: Layer | None = None
    """The layer of the onion model on which it sits."""
    awareness: Awareness
    """How early the coachee notices it today."""
    text: Words
    """What holds her back. It is sealed."""
    positive_intention: Words | None = None
    """The good that it means to do. It is sealed."""


class ObstaclePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    awareness: Awareness | UnsetType = UNSET
    """The move is dated in the history: its trend is what the coaching brings about."""
    layer: Layer | UnsetType | None = UNSET
    locus: Locus | UnsetType = UNSET
    internal_kind: InternalKind | UnsetType | None = UNSET
    external_kind: ExternalKind | UnsetType | None = UNSET
    triggered_by_id: ObstacleId | UnsetType | None = UNSET
    text: Words | UnsetType = UNSET
    positive_intention: Words | UnsetType | None = UNSET


class CoacheeObstacleOut(KeptOut, frozen=True, kw_only=True):
    """An obstacle, without its text."""

    id: ObstacleId
    locus: Locus
    internal_kind: InternalKind | None
    external_kind: ExternalKind | None
    triggered_by_id: ObstacleId | None
    layer: Layer | None
    awareness: Awareness


class OpenObstacleOut(CoacheeObstacleOut, frozen=True, kw_only=True):
    text: str
    positive_intention: str | None


class ObstaclePage(msgspec.Struct, frozen=True):
    items: list[OpenObstacleOut]
    next_cursor: str | None


class AwarenessStepOut(Out, frozen=True, kw_only=True):
    """That a coachee came to notice an obstacle that early."""

    id: LadderStepId
    awareness: Awareness
    noted_by: StaffId
    noted_at: datetime


class AwarenessHistory(msgspec.Struct, frozen=True):
    items: list[AwarenessStepOut]
    next_cursor: str | None


SHELVES = (
    Shelf(kind=IDEAL, noun="an ideal", id=IdealId, body=IdealIn, patch=IdealPatch, added=IdealOut, page=IdealPage),
    Shelf(
        kind=OBSTACLE,
        noun="an obstacle",
        id=ObstacleId,
        body=ObstacleIn,
        patch=ObstaclePatch,
        added=CoacheeObstacleOut,
        page=ObstaclePage,
        steps=AwarenessHistory,
        refusals=(KindBesideLocus,),
    ),
)
