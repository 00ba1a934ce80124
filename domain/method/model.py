"""What a coachee and her coach find on the way: her qualities, her ideals, and what stands between."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import (
    CheckInId,
    CoacheeId,
    CoacheeQualityId,
    EvidenceId,
    IdealId,
    LadderStepId,
    ObstacleId,
    SessionId,
    StaffId,
    new_id,
)
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


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


class NamedBy(StrEnum):
    COACHEE = "coachee"
    COACH = "coach"
    OTHER = "other"


class DiscoveredVia(StrEnum):
    """The seven ways to discover a quality; a questionnaire never works as well as doing it oneself."""

    SELF_AND_OTHERS = "self_and_others"
    SUCCESS_EXPERIENCE = "success_experience"
    PERSONAL_CONTRIBUTION = "personal_contribution"
    INSPIRING_EXAMPLE = "inspiring_example"
    ROLE_MODEL = "role_model"
    VALUES = "values"
    QUESTIONNAIRE = "questionnaire"


class Rung(StrEnum):
    """The ladder of awareness of a quality. One may go up and down it, and skip a rung."""

    SUGGESTED = "suggested"
    RECOGNISED = "recognised"
    FELT = "felt"
    USED_CONSCIOUSLY = "used_consciously"


class SourceType(StrEnum):
    """Where a quality was seen at work."""

    SESSION = "session"
    CHECK_IN = "check_in"
    EXPERIENCE = "experience"
    OTHER = "other"


class IdealKind(StrEnum):
    IDEAL = "ideal"
    DESIRE = "desire"
    GOAL = "goal"


class Locus(StrEnum):
    """Where an obstacle comes from."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    BOTH = "both"


class InternalKind(StrEnum):
    FATALISTIC_THOUGHT = "fatalistic_thought"
    LIMITING_BELIEF = "limiting_belief"
    INEFFECTIVE_PATTERN = "ineffective_pattern"
    FEELING = "feeling"
    SELF_IMAGE = "self_image"
    OTHER = "other"


class ExternalKind(StrEnum):
    LACK_OF_SUPPORT = "lack_of_support"
    FINANCES = "finances"
    TIME = "time"
    WORKLOAD = "workload"
    RULES = "rules"
    RELATIONSHIP = "relationship"
    HEALTH = "health"
    OTHER = "other"


class Awareness(StrEnum):
    """How early the coachee notices that an obstacle is at work."""

    UNAWARE = "unaware"
    NOTICED_AFTER = "noticed_after"
    NOTICED_DURING = "noticed_during"
    CHOSEN_OTHERWISE = "chosen_otherwise"


class CoacheeQualityNotFound(NotFound):
    """No quality of a coachee with that id in this practice."""


class IdealNotFound(NotFound):
    """No ideal, desire or goal with that id in this practice."""


class ObstacleNotFound(NotFound):
    """No obstacle with that id in this practice."""


class QualityAlreadyNamed(Conflict):
    """This coachee has that quality of the catalogue already: move it on the ladder, or add evidence to it."""

    constraint = "coachee_qualities_catalogue_idx"


class CoacheeQuality(Tenant, Versioned, Table):
    """A quality that was seen in a coachee: one of the catalogue, or one in her own words."""

    __tablename__ = "coachee_qualities"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("added_by", "staff"),
        CheckConstraint("(catalogue_key IS NULL) <> (sealed_label IS NULL)", name="one_name"),
        Index("coachee_qualities_coachee_idx", "practice_id", "coachee_id", "id"),
        Index(
            "coachee_qualities_catalogue_idx",
            "practice_id",
            "coachee_id",
            "catalogue_key",
            unique=True,
            postgresql_where=text("catalogue_key IS NOT NULL"),
        ),
    )

    id: Mapped[CoacheeQualityId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    catalogue_key: Mapped[str | None] = mapped_column(String(60))
    sealed_label: Mapped[bytes | None] = mapped_column(LargeBinary)
    named_by: Mapped[NamedBy] = mapped_column(Word(NamedBy, 16))
    discovered_via: Mapped[DiscoveredVia] = mapped_column(Word(DiscoveredVia, 32))
    dimension: Mapped[Dimension | None] = mapped_column(Word(Dimension, 16))
    status: Mapped[Rung] = mapped_column(Word(Rung, 24))
    added_by: Mapped[StaffId]
    added_at: Mapped[datetime]


class LadderStep(Tenant, Table):
    """That a quality came to stand on a rung, and when: written once, never changed."""

    __tablename__ = "ladder_steps"
    __table_args__ = (
        within_practice("quality_id", "coachee_qualities"),
        within_practice("noted_by", "staff"),
        Index("ladder_steps_quality_idx", "practice_id", "quality_id", "id"),
    )

    id: Mapped[LadderStepId] = mapped_column(primary_key=True, default=new_id)
    quality_id: Mapped[CoacheeQualityId]
    status: Mapped[Rung] = mapped_column(Word(Rung, 24))
    noted_by: Mapped[StaffId]
    noted_at: Mapped[datetime]


class Evidence(Tenant, Table):
    """Where a quality was seen at work. What it refers to belongs to the same coachee."""

    __tablename__ = "quality_evidence"
    __table_args__ = (
        within_practice("quality_id", "coachee_qualities"),
        within_practice("coachee_id", "coachees"),
        within_practice("session_id", "sessions"),
        within_practice("check_in_id", "check_ins"),
        within_practice("added_by", "staff"),
        CheckConstraint("(source_type = 'session') = (session_id IS NOT NULL)", name="session_named"),
        CheckConstraint("(source_type = 'check_in') = (check_in_id IS NOT NULL)", name="check_in_named"),
        Index("quality_evidence_quality_idx", "practice_id", "quality_id", "id"),
    )

    id: Mapped[EvidenceId] = mapped_column(primary_key=True, default=new_id)
    quality_id: Mapped[CoacheeQualityId]
    coachee_id: Mapped[CoacheeId]
    source_type: Mapped[SourceType] = mapped_column(Word(SourceType, 16))
    session_id: Mapped[SessionId | None]
    check_in_id: Mapped[CheckInId | None]
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_by: Mapped[StaffId]
    added_at: Mapped[datetime]

    @property
    def source_id(self) -> SessionId | CheckInId | None:
        return self.session_id or self.check_in_id


class Ideal(Tenant, Versioned, Table):
    """What a coachee longs for. Between what it asks and what is real, stretch and realism are for her to judge."""

    __tablename__ = "ideals"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("added_by", "staff"),
        CheckConstraint("confidence BETWEEN 0 AND 10", name="confidence_in_range"),
        CheckConstraint("stretch BETWEEN 1 AND 5", name="stretch_in_range"),
        CheckConstraint("realistic BETWEEN 1 AND 5", name="realistic_in_range"),
        Index("ideals_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[IdealId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    kind: Mapped[IdealKind] = mapped_column(Word(IdealKind, 16))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    confidence: Mapped[int | None]
    stretch: Mapped[int | None]
    realistic: Mapped[int | None]
    added_by: Mapped[StaffId]
    added_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Obstacle(Tenant, Versioned, Table):
    """What holds a coachee back, from within, from without or both, and what good it meant to do."""

    __tablename__ = "obstacles"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("added_by", "staff"),
        CheckConstraint("internal_kind IS NULL OR locus IN ('internal', 'both')", name="internal_kind_within"),
        CheckConstraint("external_kind IS NULL OR locus IN ('external', 'both')", name="external_kind_without"),
        Index("obstacles_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[ObstacleId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    locus: Mapped[Locus] = mapped_column(Word(Locus, 16))
    internal_kind: Mapped[InternalKind | None] = mapped_column(Word(InternalKind, 32))
    external_kind: Mapped[ExternalKind | None] = mapped_column(Word(ExternalKind, 32))
    layer: Mapped[Layer | None] = mapped_column(Word(Layer, 16))
    awareness: Mapped[Awareness] = mapped_column(Word(Awareness, 24))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_positive_intention: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_by: Mapped[StaffId]
    added_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
