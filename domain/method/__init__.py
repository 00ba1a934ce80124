"""Method: the catalogue of core qualities, a coachee's own qualities, her ideals, and what stands between."""

from domain.method.catalogue import (
    CatalogueQuality as CatalogueQuality,
    NoSuchQuality as NoSuchQuality,
    catalogue_qualities as catalogue_qualities,
    label_language as label_language,
)
from domain.method.evidence import (
    NoSuchSource as NoSuchSource,
    OpenEvidence as OpenEvidence,
    add_evidence as add_evidence,
    list_evidence as list_evidence,
)
from domain.method.ideals import (
    NewIdeal as NewIdeal,
    OpenIdeal as OpenIdeal,
    add_ideal as add_ideal,
    archive_ideal as archive_ideal,
    list_ideals as list_ideals,
    read_ideal as read_ideal,
    update_ideal as update_ideal,
)
from domain.method.model import (
    Awareness as Awareness,
    CoacheeQuality as CoacheeQuality,
    CoacheeQualityNotFound as CoacheeQualityNotFound,
    Dimension as Dimension,
    DiscoveredVia as DiscoveredVia,
    Evidence as Evidence,
    ExternalKind as ExternalKind,
    Ideal as Ideal,
    IdealKind as IdealKind,
    IdealNotFound as IdealNotFound,
    InternalKind as InternalKind,
    LadderStep as LadderStep,
    Layer as Layer,
    Locus as Locus,
    NamedBy as NamedBy,
    Obstacle as Obstacle,
    ObstacleNotFound as ObstacleNotFound,
    QualityAlreadyNamed as QualityAlreadyNamed,
    Rung as Rung,
    SourceType as SourceType,
)
from domain.method.obstacles import (
    KindBesideLocus as KindBesideLocus,
    NewObstacle as NewObstacle,
    OpenObstacle as OpenObstacle,
    add_obstacle as add_obstacle,
    archive_obstacle as archive_obstacle,
    list_obstacles as list_obstacles,
    read_obstacle as read_obstacle,
    update_obstacle as update_obstacle,
)
from domain.method.qualities import (
    KeyOrLabel as KeyOrLabel,
    LabelOfCatalogue as LabelOfCatalogue,
    NewQuality as NewQuality,
    OpenQuality as OpenQuality,
    list_ladder_steps as list_ladder_steps,
    list_qualities as list_qualities,
    name_quality as name_quality,
    read_quality as read_quality,
    update_quality as update_quality,
)
