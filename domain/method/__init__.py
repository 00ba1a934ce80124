"""Method: the catalogue of core qualities, and what coach and coachee find on the way, kept in the coachee's file."""

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
from domain.method.findings import (
    Anchor as Anchor,
    AnchorNotFound as AnchorNotFound,
    CoachReflection as CoachReflection,
    CoachReflectionNotFound as CoachReflectionNotFound,
    Insight as Insight,
    InsightNotFound as InsightNotFound,
    LayerReflection as LayerReflection,
    LayerReflectionNotFound as LayerReflectionNotFound,
    Tension as Tension,
    TensionNotFound as TensionNotFound,
)
from domain.method.keeping import (
    Kind as Kind,
    NotInThisFile as NotInThisFile,
    Opened as Opened,
    add as add,
    archive as archive,
    change as change,
    list_all as list_all,
    list_steps as list_steps,
    read as read,
)
from domain.method.kinds import (
    ALIGNMENT_SCAN as ALIGNMENT_SCAN,
    ANCHOR as ANCHOR,
    COACH_REFLECTION as COACH_REFLECTION,
    EXPERIENCE as EXPERIENCE,
    FLOW_MOMENT as FLOW_MOMENT,
    IDEAL as IDEAL,
    INSIGHT as INSIGHT,
    LAYER_REFLECTION as LAYER_REFLECTION,
    MEASURE_RESULT as MEASURE_RESULT,
    OBSTACLE as OBSTACLE,
    TENSION as TENSION,
    KindBesideLocus as KindBesideLocus,
    NothingTold as NothingTold,
    SessionOfSource as SessionOfSource,
)
from domain.method.measures import (
    AnswersDoNotFit as AnswersDoNotFit,
    Measure as Measure,
    NoSuchMeasure as NoSuchMeasure,
    measures as measures,
    translation_validated as translation_validated,
)
from domain.method.model import (
    CoacheeQuality as CoacheeQuality,
    CoacheeQualityNotFound as CoacheeQualityNotFound,
    Evidence as Evidence,
    Ideal as Ideal,
    IdealNotFound as IdealNotFound,
    LadderStep as LadderStep,
    Obstacle as Obstacle,
    ObstacleNotFound as ObstacleNotFound,
    QualityAlreadyNamed as QualityAlreadyNamed,
)
from domain.method.moments import (
    AlignmentScan as AlignmentScan,
    AlignmentScanNotFound as AlignmentScanNotFound,
    Experience as Experience,
    ExperienceNotFound as ExperienceNotFound,
    FlowMoment as FlowMoment,
    FlowMomentNotFound as FlowMomentNotFound,
    MeasureResult as MeasureResult,
    MeasureResultNotFound as MeasureResultNotFound,
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
from domain.method.words import (
    AnchorKind as AnchorKind,
    Awareness as Awareness,
    Competency as Competency,
    Depth as Depth,
    Dimension as Dimension,
    DiscoveredVia as DiscoveredVia,
    ExperienceKind as ExperienceKind,
    ExperienceSource as ExperienceSource,
    ExternalKind as ExternalKind,
    FlowBlocker as FlowBlocker,
    IdealKind as IdealKind,
    InternalKind as InternalKind,
    Layer as Layer,
    Locus as Locus,
    NamedBy as NamedBy,
    Rung as Rung,
    SourceType as SourceType,
    TensionStatus as TensionStatus,
)
