"""What a coachee and her coach find on the way: her qualities, her ideals, and what stands between."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import (
    CheckInId,
    CoacheeId,
    CoacheeQualityId,
    EvidenceId,
    ExperienceId,
    IdealId,
    ObstacleId,
    SessionId,
    StaffId,
    new_id,
)
from domain.kit.tables import Table, Tenant, Word, within_practice
from domain.method.shape import InFile, Kept, QualityLink, Step, in_file, steps_of, within
from domain.method.words import (
    Awareness,
    Depth,
    DiscoveredVia,
    ExternalKind,
    IdealKind,
    InternalKind,
    Locus,
    NamedBy,
    Rung,
    SourceType,
)
from domain.trajectories import Dimension, Layer


class CoacheeQualityNotFound(NotFound):
    """No quality of a coachee with that id in this practice."""


class IdealNotFound(NotFound):
    """No ideal, desire or goal with that id in this practice."""


class ObstacleNotFound(NotFound):
    """No obstacle with that id in this practice."""


class QualityAlreadyNamed(Conflict):
    """This coachee has that quality of the catalogue already: move it on the ladder, or add evidence to it."""

    constraint = "coachee_qualities_catalogue_idx"


class CoacheeQuality(InFile):
    """A quality that was seen in a coachee: one of the catalogue, or one in her own words."""

    __tablename__ = "coachee_qualities"
    __table_args__ = in_file(
        "coachee_qualities",
        CheckConstraint("(catalogue_key IS NULL) <> (sealed_label IS NULL)", name="one_name"),
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
    catalogue_key: Mapped[str | None] = mapped_column(String(60))
    sealed_label: Mapped[bytes | None] = mapped_column(LargeBinary)
    named_by: Mapped[NamedBy] = mapped_column(Word(NamedBy, 16))
    discovered_via: Mapped[DiscoveredVia] = mapped_column(Word(DiscoveredVia, 32))
    dimension: Mapped[Dimension | None] = mapped_column(Word(Dimension, 16))
    status: Mapped[Rung] = mapped_column(Word(Rung, 24))


class LadderStep(Step):
    """That a quality came to stand on a rung of the ladder of awareness."""

    __tablename__ = "ladder_steps"
    __table_args__ = steps_of("ladder_steps", "quality_id", "coachee_qualities")

    quality_id: Mapped[CoacheeQualityId]
    status: Mapped[Rung] = mapped_column(Word(Rung, 24))


class Evidence(Tenant, Table):
    """Where a quality was seen at work. What it refers to belongs to the same coachee."""

    __tablename__ = "quality_evidence"
    __table_args__ = (
        within_practice("quality_id", "coachee_qualities"),
        within_practice("coachee_id", "coachees"),
        within_practice("session_id", "sessions"),
        within_practice("check_in_id", "check_ins"),
        within_practice("experience_id", "experiences"),
        within_practice("added_by", "staff"),
        CheckConstraint("(source_type = 'session') = (session_id IS NOT NULL)", name="session_named"),
        CheckConstraint("(source_type = 'check_in') = (check_in_id IS NOT NULL)", name="check_in_named"),
        CheckConstraint("source_type = 'experience' OR experience_id IS NULL", name="experience_named"),
        Index("quality_evidence_quality_idx", "practice_id", "quality_id", "id"),
        Index(
            "quality_evidence_experience_idx",
            "practice_id",
            "experience_id",
            postgresql_where=text("experience_id IS NOT NULL"),
        ),
    )

    id: Mapped[EvidenceId] = mapped_column(primary_key=True, default=new_id)
    quality_id: Mapped[CoacheeQualityId]
    coachee_id: Mapped[CoacheeId]
    source_type: Mapped[SourceType] = mapped_column(Word(SourceType, 16))
    session_id: Mapped[SessionId | None]
    check_in_id: Mapped[CheckInId | None]
    experience_id: Mapped[ExperienceId | None]
    named_by: Mapped[NamedBy] = mapped_column(Word(NamedBy, 16), default=NamedBy.COACH, server_default=NamedBy.COACH)
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_by: Mapped[StaffId]
    added_at: Mapped[datetime]

    @property
    def source_id(self) -> SessionId | CheckInId | ExperienceId | None:
        return self.session_id or self.check_in_id or self.experience_id


class Ideal(Kept):
    """What a coachee longs for. Between what it asks and what is real, stretch and realism are for her to judge."""

    __tablename__ = "ideals"
    __table_args__ = in_file(
        "ideals",
        within("confidence", 10),
        within("confidence_after", 10),
        within("stretch", 5, 1),
        within("realistic", 5, 1),
    )

    id: Mapped[IdealId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[IdealKind] = mapped_column(Word(IdealKind, 16))
    depth: Mapped[Depth] = mapped_column(Word(Depth, 16))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_larger_goal: Mapped[bytes | None] = mapped_column(LargeBinary)
    confidence: Mapped[int | None]
    confidence_after: Mapped[int | None]
    stretch: Mapped[int | None]
    realistic: Mapped[int | None]


class IdealQuality(QualityLink):
    """That an ideal asks for a quality: in a quality is a wish to use it."""

    __tablename__ = "ideal_qualities"
    __table_args__ = (within_practice("ideal_id", "ideals"), within_practice("quality_id", "coachee_qualities"))

    ideal_id: Mapped[IdealId] = mapped_column(primary_key=True)


class Obstacle(Kept):
    """What holds a coachee back, from within, from without or both, and what good it meant to do."""

    __tablename__ = "obstacles"
    __table_args__ = in_file(
        "obstacles",
        CheckConstraint("internal_kind IS NULL OR locus IN ('internal', 'both')", name="internal_kind_within"),
        CheckConstraint("external_kind IS NULL OR locus IN ('external', 'both')", name="external_kind_without"),
        CheckConstraint("triggered_by_id <> id", name="triggered_by_another"),
        triggered_by_id="obstacles",
    )

    id: Mapped[ObstacleId] = mapped_column(primary_key=True, default=new_id)
    locus: Mapped[Locus] = mapped_column(Word(Locus, 16))
    internal_kind: Mapped[InternalKind | None] = mapped_column(Word(InternalKind, 32))
    external_kind: Mapped[ExternalKind | None] = mapped_column(Word(ExternalKind, 32))
    triggered_by_id: Mapped[ObstacleId | None]
    layer: Mapped[Layer | None] = mapped_column(Word(Layer, 16))
    awareness: Mapped[Awareness] = mapped_column(Word(Awareness, 24))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_positive_intention: Mapped[bytes | None] = mapped_column(LargeBinary)


class AwarenessStep(Step):
    """How early a coachee came to notice an obstacle: the trend is what the coaching brings about."""

    __tablename__ = "awareness_steps"
    __table_args__ = steps_of("awareness_steps", "obstacle_id", "obstacles")

    obstacle_id: Mapped[ObstacleId]
    awareness: Mapped[Awareness] = mapped_column(Word(Awareness, 24))
