"""What a coachee lived through and how it stood with her: experiences, flow, alignment, measures."""

from datetime import date

from sqlalchemy import ARRAY, CheckConstraint, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import (
    AlignmentScanId,
    ExperienceId,
    FlowMomentId,
    IdealId,
    MeasureResultId,
    SessionId,
    new_id,
)
from domain.kit.tables import Word
from domain.messaging import Language
from domain.method.findings import INNER
from domain.method.measures import translation_validated
from domain.method.shape import Kept, in_file, within
from domain.method.words import (
    Awareness,
    ExperienceKind,
    ExperienceSource,
    ExternalKind,
    FlowBlocker,
    InternalKind,
    Locus,
)
from domain.trajectories import Dimension, Layer


class ExperienceNotFound(NotFound):
    """No experience with that id in this practice."""


class FlowMomentNotFound(NotFound):
    """No flow moment with that id in this practice."""


class AlignmentScanNotFound(NotFound):
    """No alignment scan with that id in this practice."""


class MeasureResultNotFound(NotFound):
    """No result of a measure with that id in this practice."""


class Experience(Kept):
    """Something that happened, told in a session or by herself; what it was to think, to feel and to want it."""

    __tablename__ = "experiences"
    __table_args__ = in_file(
        "experiences",
        CheckConstraint("session_id IS NULL OR source = 'session'", name="session_told"),
        CheckConstraint("internal_kind IS NULL OR locus IN ('internal', 'both')", name="internal_kind_within"),
        CheckConstraint("external_kind IS NULL OR locus IN ('external', 'both')", name="external_kind_without"),
        within("intensity", 5, 1),
        within("valence", 5, 1),
        within("energy", 5, 1),
        ideal_id="ideals",
        session_id="sessions",
    )

    id: Mapped[ExperienceId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[ExperienceKind] = mapped_column(Word(ExperienceKind, 24))
    source: Mapped[ExperienceSource] = mapped_column(Word(ExperienceSource, 16))
    session_id: Mapped[SessionId | None]
    ideal_id: Mapped[IdealId | None]
    occurred_on: Mapped[date | None]
    intensity: Mapped[int | None]
    valence: Mapped[int | None]
    energy: Mapped[int | None]
    locus: Mapped[Locus | None] = mapped_column(Word(Locus, 16))
    internal_kind: Mapped[InternalKind | None] = mapped_column(Word(InternalKind, 32))
    external_kind: Mapped[ExternalKind | None] = mapped_column(Word(ExternalKind, 32))
    layer: Mapped[Layer | None] = mapped_column(Word(Layer, 16))
    awareness: Mapped[Awareness | None] = mapped_column(Word(Awareness, 24))
    sealed_situation: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_went_well: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_thinking: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_feeling: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_wanting: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_ideal_text: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_positive_intention: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_small_step: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def dimension_coverage(self) -> int:
        """How many of thinking, feeling and wanting it has words for."""
        return sum(getattr(self, f"sealed_{dimension}") is not None for dimension in Dimension)

    @property
    def switch_reached(self) -> bool:
        """Whether it went from the problem to how she would have liked it to be."""
        return self.sealed_ideal_text is not None or self.ideal_id is not None

    @property
    def is_core_reflection(self) -> bool:
        return self.layer in INNER


class FlowMoment(Kept):
    """A moment of flow, or of none and what stood in its way."""

    __tablename__ = "flow_moments"
    __table_args__ = in_file(
        "flow_moments",
        within("intensity", 10),
        within("challenge", 5, 1),
        within("capacity", 5, 1),
        within("energy", 5, 1),
        within("presence", 5, 1),
        experience_id="experiences",
    )

    id: Mapped[FlowMomentId] = mapped_column(primary_key=True, default=new_id)
    occurred_on: Mapped[date]
    intensity: Mapped[int]
    challenge: Mapped[int | None]
    capacity: Mapped[int | None]
    energy: Mapped[int | None]
    presence: Mapped[int | None]
    blocker: Mapped[FlowBlocker | None] = mapped_column(Word(FlowBlocker, 24))
    experience_id: Mapped[ExperienceId | None]
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)


class AlignmentScan(Kept):
    """How far the core flows outward, layer by layer, and where it is held up."""

    __tablename__ = "alignment_scans"
    __table_args__ = in_file("alignment_scans", *(within(layer, 10) for layer in Layer), session_id="sessions")

    id: Mapped[AlignmentScanId] = mapped_column(primary_key=True, default=new_id)
    scanned_on: Mapped[date]
    session_id: Mapped[SessionId | None]
    environment: Mapped[int]
    behaviour: Mapped[int]
    skills: Mapped[int]
    beliefs: Mapped[int]
    identity: Mapped[int]
    mission: Mapped[int]
    core: Mapped[int]
    blocked_at: Mapped[Layer | None] = mapped_column(Word(Layer, 16))
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)


class MeasureResult(Kept):
    """What a coachee answered to the items of a measure, in the language in which she read them."""

    __tablename__ = "measure_results"
    __table_args__ = in_file("measure_results", ideal_id="ideals")

    id: Mapped[MeasureResultId] = mapped_column(primary_key=True, default=new_id)
    measure_key: Mapped[str] = mapped_column(String(60))
    measure_version: Mapped[int]
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    taken_on: Mapped[date]
    ideal_id: Mapped[IdealId | None]
    answers: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def translation_validated(self) -> bool:
        """Whether its items were validated in the language in which she read them."""
        return translation_validated(self.measure_key, self.language)

    @property
    def score(self) -> float:
        """The mean of the answers: to set beside another of the same measure, never beside a norm."""
        return round(sum(self.answers) / len(self.answers), 2)
