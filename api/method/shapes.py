"""The method on the wire. What answers a POST or a PATCH holds no private text; that comes with a GET."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from api.fields import In, Patch, ShortLine
from api.method.fields import CatalogueKey, Words
from domain.kit.ids import CoacheeId, CoacheeQualityId, EvidenceId, LadderStepId, StaffId
from domain.messaging import Language
from domain.method import (
    CatalogueQuality,
    CoacheeQuality,
    Dimension,
    DiscoveredVia,
    Evidence,
    LadderStep,
    NamedBy,
    OpenEvidence,
    OpenQuality,
    Rung,
    SourceType,
)


class CatalogueQualityOut(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    """It never changes, whatever the label becomes."""
    label: str

    @classmethod
    def of(cls, quality: CatalogueQuality, language: Language) -> "CatalogueQualityOut":
        return cls(key=quality.key, label=quality.label(language))


class QualityCatalogue(msgspec.Struct, frozen=True):
    language: Language
    items: list[CatalogueQualityOut]

    @classmethod
    def of(cls, qualities: Iterable[CatalogueQuality], language: Language) -> "QualityCatalogue":
        shown = [quality for quality in qualities if not quality.hidden]
        return cls(language, [CatalogueQualityOut.of(quality, language) for quality in shown])


class CoacheeQualityIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    catalogue_key: CatalogueKey | None = None
    """A quality of the catalogue; or else send a `label`."""
    label: ShortLine | None = None
    """A quality in one's own words. It is sealed."""
    named_by: NamedBy
    discovered_via: DiscoveredVia
    dimension: Dimension | None = None
    status: Rung = Rung.SUGGESTED
    """The rung of the ladder of awareness on which it stands today."""


class CoacheeQualityPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    status: Rung | UnsetType = UNSET
    """Another rung, higher or lower: the move is dated in the history."""
    named_by: NamedBy | UnsetType = UNSET
    discovered_via: DiscoveredVia | UnsetType = UNSET
    dimension: Dimension | UnsetType | None = UNSET
    label: ShortLine | UnsetType = UNSET
    """Only of a quality in one's own words."""


class CoacheeQualityOut(msgspec.Struct, frozen=True, kw_only=True):
    """A quality of a coachee, without her own words for it."""

    id: CoacheeQualityId
    version: int
    coachee_id: CoacheeId
    catalogue_key: str | None
    named_by: NamedBy
    discovered_via: DiscoveredVia
    dimension: Dimension | None
    status: Rung
    added_by: StaffId
    added_at: datetime

    @classmethod
    def of(cls, quality: CoacheeQuality) -> "CoacheeQualityOut":
        return cls(**_of(quality, cls))


class OpenQualityOut(msgspec.Struct, frozen=True, kw_only=True):
    id: CoacheeQualityId
    version: int
    coachee_id: CoacheeId
    catalogue_key: str | None
    label: str | None
    """In one's own words; null where the catalogue has the label."""
    named_by: NamedBy
    discovered_via: DiscoveredVia
    dimension: Dimension | None
    status: Rung
    added_by: StaffId
    added_at: datetime

    @classmethod
    def of(cls, opened: OpenQuality) -> "OpenQualityOut":
        return cls(**_of(opened.quality, cls, "label"), label=opened.label)


class CoacheeQualityPage(msgspec.Struct, frozen=True):
    items: list[OpenQualityOut]
    next_cursor: str | None


class LadderStepOut(msgspec.Struct, frozen=True, kw_only=True):
    """That a quality came to stand on a rung of the ladder of awareness."""

    id: LadderStepId
    status: Rung
    noted_by: StaffId
    noted_at: datetime

    @classmethod
    def of(cls, step: LadderStep) -> "LadderStepOut":
        return cls(**_of(step, cls))


class LadderStepPage(msgspec.Struct, frozen=True):
    items: list[LadderStepOut]
    next_cursor: str | None


class EvidenceIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source_type: SourceType
    source_id: UUID | None = None
    """The session or check-in, where it was seen in one; both are of the same coachee."""
    named_by: NamedBy | None = None
    """Who saw it: left out, the coachee herself of what she wrote in a check-in, and you of the rest."""
    note: Words | None = None
    """What was seen. It is sealed."""


class EvidenceOut(msgspec.Struct, frozen=True, kw_only=True):
    """That a quality was seen at work, without the note on it."""

    id: EvidenceId
    quality_id: CoacheeQualityId
    source_type: SourceType
    source_id: UUID | None
    named_by: NamedBy
    added_by: StaffId
    added_at: datetime

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceOut":
        return cls(**_of(evidence, cls))


class OpenEvidenceOut(msgspec.Struct, frozen=True, kw_only=True):
    id: EvidenceId
    quality_id: CoacheeQualityId
    source_type: SourceType
    source_id: UUID | None
    named_by: NamedBy
    note: str | None
    added_by: StaffId
    added_at: datetime

    @classmethod
    def of(cls, opened: OpenEvidence) -> "OpenEvidenceOut":
        return cls(**_of(opened.evidence, cls, "note"), note=opened.note)


class EvidencePage(msgspec.Struct, frozen=True):
    items: list[OpenEvidenceOut]
    next_cursor: str | None


def _of(thing: object, shape: type[msgspec.Struct], *but: str) -> dict[str, Any]:
    """The fields of a shape that stand on a thing itself; `but` those that were opened for it."""
    return {name: getattr(thing, name) for name in shape.__struct_fields__ if name not in but}
