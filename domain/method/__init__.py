"""Method: the catalogue of core qualities, and what coach and coachee find on the way, kept in the coachee's file."""

from domain.method.asked import (
    AlreadyAsked as AlreadyAsked,
    AlreadySent as AlreadySent,
    Moment as Moment,
    NotHeldYet as NotHeldYet,
    Review as Review,
    ReviewNotFound as ReviewNotFound,
    ReviewState as ReviewState,
)
from domain.method.catalogue import (
    CatalogueName as CatalogueName,
    CatalogueQuality as CatalogueQuality,
    LabelsOfShipped as LabelsOfShipped,
    NoSuchQuality as NoSuchQuality,
    QualityEntry as QualityEntry,
    TooManyQualities as TooManyQualities,
    catalogue_qualities as catalogue_qualities,
    label_language as label_language,
    must_be_known as must_be_known,
    practice_qualities as practice_qualities,
    read_only_catalogue as read_only_catalogue,
    set_qualities as set_qualities,
)
from domain.method.evidence import (
    NoSuchSource as NoSuchSource,
    OpenEvidence as OpenEvidence,
    add_evidence as add_evidence,
    list_evidence as list_evidence,
)
from domain.method.file import open_file as open_file
from domain.method.files import (
    attach_to_profile as attach_to_profile,
    list_profile_files as list_profile_files,
    read_file as read_file,
    remove_file as remove_file,
)
from domain.method.findings import (
    INNER as INNER,
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
    TensionStep as TensionStep,
)
from domain.method.hers import (
    HerQuality as HerQuality,
    her_ideal as her_ideal,
    her_qualities as her_qualities,
    her_quality as her_quality,
    latest_anchor as latest_anchor,
    must_be_hers as must_be_hers,
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
    AwarenessStep as AwarenessStep,
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
from domain.method.profiles import (
    TALENT_PROFILE as TALENT_PROFILE,
    NoSuchTalent as NoSuchTalent,
    NoSuchTalentCatalogue as NoSuchTalentCatalogue,
    TalentProfile as TalentProfile,
    TalentProfileNotFound as TalentProfileNotFound,
    holds_only_talents as holds_only_talents,
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
from domain.method.reviews import (
    answer_review as answer_review,
    ask_about_session as ask_about_session,
    asked as asked,
    cancel_review as cancel_review,
    due_reviews as due_reviews,
    due_to_plan as due_to_plan,
    list_reviews as list_reviews,
    move_review as move_review,
    next_planning_at as next_planning_at,
    next_review_at as next_review_at,
    plan_reviews as plan_reviews,
    send_review as send_review,
    shared_reviews as shared_reviews,
)
from domain.method.talents import (
    EditionTaken as EditionTaken,
    NewCatalogue as NewCatalogue,
    RightToUseNotDeclared as RightToUseNotDeclared,
    Talent as Talent,
    TalentCatalogue as TalentCatalogue,
    TalentCatalogueNotFound as TalentCatalogueNotFound,
    demonstration_talents as demonstration_talents,
    get_talent_catalogue as get_talent_catalogue,
    import_talents as import_talents,
    list_talent_catalogues as list_talent_catalogues,
)
from domain.method.words import (
    AnchorKind as AnchorKind,
    Awareness as Awareness,
    Competency as Competency,
    Depth as Depth,
    DiscoveredVia as DiscoveredVia,
    ExperienceKind as ExperienceKind,
    ExperienceSource as ExperienceSource,
    ExternalKind as ExternalKind,
    FlowBlocker as FlowBlocker,
    IdealKind as IdealKind,
    InternalKind as InternalKind,
    Locus as Locus,
    NamedBy as NamedBy,
    Rung as Rung,
    SourceType as SourceType,
    TalentEnergy as TalentEnergy,
    TalentFacet as TalentFacet,
    TalentLevel as TalentLevel,
    TensionStatus as TensionStatus,
)
from domain.trajectories import Dimension as Dimension, Layer as Layer
