"""What comes to light between coach and coachee: tensions, anchors, insights, and what the coach keeps to herself."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import (
    AnchorId,
    CoacheeQualityId,
    CoachReflectionId,
    IdealId,
    InsightId,
    LayerReflectionId,
    ObstacleId,
    SessionId,
    TensionId,
    new_id,
)
from domain.kit.tables import Word, within_practice
from domain.method.shape import Kept, QualityLink, Step, in_file, steps_of
from domain.method.words import AnchorKind, Competency, TensionStatus
from domain.trajectories import Layer

INNER = frozenset({Layer.IDENTITY, Layer.MISSION, Layer.CORE})


class TensionNotFound(NotFound):
    """No field of tension with that id in this practice."""


class AnchorNotFound(NotFound):
    """No anchor with that id in this practice."""


class InsightNotFound(NotFound):
    """No insight with that id in this practice."""


class LayerReflectionNotFound(NotFound):
    """No reflection on a layer with that id in this practice."""


class CoachReflectionNotFound(NotFound):
    """You wrote no reflection with that id."""


class Tension(Kept):
    """The field of tension between what a coachee has in her and what holds her back."""

    __tablename__ = "tensions"
    __table_args__ = in_file("tensions", ideal_id="ideals", obstacle_id="obstacles")

    id: Mapped[TensionId] = mapped_column(primary_key=True, default=new_id)
    obstacle_id: Mapped[ObstacleId]
    ideal_id: Mapped[IdealId | None]
    status: Mapped[TensionStatus] = mapped_column(Word(TensionStatus, 16))
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)


class TensionStep(Step):
    """That a tension came to be felt, worked with, overcome, or came back."""

    __tablename__ = "tension_steps"
    __table_args__ = steps_of("tension_steps", "tension_id", "tensions")

    tension_id: Mapped[TensionId]
    status: Mapped[TensionStatus] = mapped_column(Word(TensionStatus, 16))


class TensionQuality(QualityLink):
    """That a quality stands on the side of the potential in a tension."""

    __tablename__ = "tension_qualities"
    __table_args__ = (within_practice("tension_id", "tensions"), within_practice("quality_id", "coachee_qualities"))

    tension_id: Mapped[TensionId] = mapped_column(primary_key=True)


class Anchor(Kept):
    """What brings a strength back that was felt once: a gesture, a word, an image, a place or music."""

    __tablename__ = "anchors"
    __table_args__ = in_file("anchors", quality_id="coachee_qualities")

    id: Mapped[AnchorId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[AnchorKind] = mapped_column(Word(AnchorKind, 16))
    quality_id: Mapped[CoacheeQualityId | None]
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)


class Insight(Kept):
    """A change of perspective, with how she saw it before and how she sees it since."""

    __tablename__ = "insights"
    __table_args__ = in_file("insights", session_id="sessions")

    id: Mapped[InsightId] = mapped_column(primary_key=True, default=new_id)
    layer: Mapped[Layer | None] = mapped_column(Word(Layer, 16))
    session_id: Mapped[SessionId | None]
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_before: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_after: Mapped[bytes | None] = mapped_column(LargeBinary)


class LayerReflection(Kept):
    """What came up on one layer of the onion model."""

    __tablename__ = "layer_reflections"
    __table_args__ = in_file("layer_reflections", obstacle_id="obstacles", session_id="sessions")

    id: Mapped[LayerReflectionId] = mapped_column(primary_key=True, default=new_id)
    layer: Mapped[Layer] = mapped_column(Word(Layer, 16))
    obstacle_id: Mapped[ObstacleId | None]
    session_id: Mapped[SessionId | None]
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def is_core_reflection(self) -> bool:
        """Reflection becomes core reflection where identity, mission or core take part."""
        return self.layer in INNER


class CoachReflection(Kept):
    """What a coach saw of herself with a coachee. Nobody but who wrote it ever reads it."""

    __tablename__ = "coach_reflections"
    __table_args__ = in_file("coach_reflections", session_id="sessions")

    id: Mapped[CoachReflectionId] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[SessionId | None]
    competency: Mapped[Competency | None] = mapped_column(Word(Competency, 32))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_own_quality: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_own_obstacle: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_felt: Mapped[bytes | None] = mapped_column(LargeBinary)
