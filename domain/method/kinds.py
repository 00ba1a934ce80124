"""The kinds of thing in a coachee's file, and what is particular about each."""

from typing import Any

from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeQualityId, EvidenceId, new_id
from domain.kit.work import Work
from domain.messaging import announce
from domain.method.findings import (
    Anchor,
    AnchorNotFound,
    CoachReflection,
    CoachReflectionNotFound,
    Insight,
    InsightNotFound,
    LayerReflection,
    LayerReflectionNotFound,
    Tension,
    TensionNotFound,
    TensionQuality,
    TensionStep,
)
from domain.method.keeping import Kind, Links, Tracked
from domain.method.measures import AnswersDoNotFit, NoSuchMeasure, measures
from domain.method.model import (
    AwarenessStep,
    Evidence,
    Ideal,
    IdealNotFound,
    IdealQuality,
    Obstacle,
    ObstacleNotFound,
)
from domain.method.moments import (
    AlignmentScan,
    AlignmentScanNotFound,
    Experience,
    ExperienceNotFound,
    FlowMoment,
    FlowMomentNotFound,
    MeasureResult,
    MeasureResultNotFound,
)
from domain.method.words import ExperienceSource, Locus, NamedBy, SourceType


class KindBesideLocus(Invalid):
    """An obstacle from within alone has no external kind, and one from without alone no internal kind."""


class NothingTold(Invalid):
    """An experience tells at least one thing besides its kind: a text, or a tap."""


class SessionOfSource(Invalid):
    """An experience names a session only where it was told in one."""


def check_kinds(thing: Obstacle | Experience) -> None:
    """The kind of an obstacle goes with where it comes from."""
    within, without = (Locus.INTERNAL, Locus.BOTH), (Locus.EXTERNAL, Locus.BOTH)
    if thing.internal_kind is not None and thing.locus not in within:
        raise KindBesideLocus(field="internal_kind")
    if thing.external_kind is not None and thing.locus not in without:
        raise KindBesideLocus(field="external_kind")


def _check_experience(experience: Experience) -> None:
    check_kinds(experience)
    if experience.session_id is not None and experience.source is not ExperienceSource.SESSION:
        raise SessionOfSource(field="session_id")
    taps = ("intensity", "valence", "energy", "locus", "layer", "awareness", "ideal_id")
    told = [f"sealed_{field}" for field in EXPERIENCE.private]
    if all(getattr(experience, field) is None for field in (*told, *taps)):
        raise NothingTold(field="situation")


def _check_answers(result: MeasureResult) -> None:
    """The answers fit the measure of the day on which they were written down; its version stays with them."""
    measure = measures().get(result.measure_key)
    if measure is None:
        raise NoSuchMeasure(field="measure_key")
    beyond = [answer for answer in result.answers if not measure.least <= answer <= measure.most]
    if beyond or len(result.answers) != len(measure.items):
        raise AnswersDoNotFit(field="answers", items=len(measure.items), least=measure.least, most=measure.most)
    result.measure_version = result.measure_version or measure.version


def _see_evidence(work: Work, experience: Experience, quality_id: CoacheeQualityId) -> Evidence:
    """A quality that an experience shows has that experience as its evidence."""
    evidence = Evidence(
        practice_id=work.practice_id,
        id=EvidenceId(new_id()),
        quality_id=quality_id,
        coachee_id=experience.coachee_id,
        source_type=SourceType.EXPERIENCE,
        experience_id=experience.id,
        named_by=NamedBy.COACHEE if experience.source is ExperienceSource.SELF else NamedBy.COACH,
        added_by=work.actor.id,
        added_at=work.now,
    )
    facts = {"coachee_id": experience.coachee_id, "evidence_id": evidence.id}
    announce(work, "quality_evidence_added", quality_id, **facts)
    return evidence


def _link_ideal(work: Work, ideal: Any, quality_id: CoacheeQualityId) -> IdealQuality:
    return IdealQuality(practice_id=work.practice_id, ideal_id=ideal.id, quality_id=quality_id)


def _link_tension(work: Work, tension: Any, quality_id: CoacheeQualityId) -> TensionQuality:
    return TensionQuality(practice_id=work.practice_id, tension_id=tension.id, quality_id=quality_id)


IDEAL = Kind(table=Ideal, name="ideal", missing=IdealNotFound, links=Links(IdealQuality, "ideal_id", _link_ideal))
OBSTACLE = Kind(
    table=Obstacle,
    name="obstacle",
    missing=ObstacleNotFound,
    tracked=Tracked("awareness", AwarenessStep, "obstacle_id"),
    check=check_kinds,
)
TENSION = Kind(
    table=Tension,
    name="tension",
    missing=TensionNotFound,
    links=Links(TensionQuality, "tension_id", _link_tension),
    tracked=Tracked("status", TensionStep, "tension_id"),
)
EXPERIENCE = Kind(
    table=Experience,
    name="experience",
    missing=ExperienceNotFound,
    links=Links(Evidence, "experience_id", _see_evidence),
    check=_check_experience,
)
ANCHOR = Kind(table=Anchor, name="anchor", missing=AnchorNotFound)
FLOW_MOMENT = Kind(table=FlowMoment, name="flow_moment", missing=FlowMomentNotFound)
ALIGNMENT_SCAN = Kind(table=AlignmentScan, name="alignment_scan", missing=AlignmentScanNotFound)
INSIGHT = Kind(table=Insight, name="insight", missing=InsightNotFound)
LAYER_REFLECTION = Kind(table=LayerReflection, name="layer_reflection", missing=LayerReflectionNotFound)
MEASURE_RESULT = Kind(table=MeasureResult, name="measure_result", missing=MeasureResultNotFound, check=_check_answers)
COACH_REFLECTION = Kind(
    table=CoachReflection, name="coach_reflection", missing=CoachReflectionNotFound, author_alone=True
)
