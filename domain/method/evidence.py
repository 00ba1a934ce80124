"""Evidence of a quality: where it was seen at work, in a session, in a check-in or elsewhere."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from domain import audit
from domain.kit.errors import Invalid
from domain.kit.ids import CheckInId, CoacheeId, CoacheeQualityId, EvidenceId, ExperienceId, SessionId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.method import file
from domain.method.model import Evidence
from domain.method.qualities import get_quality
from domain.method.words import NamedBy, SourceType

OF_COACHEE = "practice_id = :practice_id AND coachee_id = :coachee_id AND id = :source_id"
# Check-ins stand a storey higher, so they are asked for by name. One that is not answered may still be unmade.
SEEN_IN = {
    SourceType.SESSION: f"SELECT EXISTS (SELECT FROM sessions WHERE {OF_COACHEE} AND state <> 'on_hold')",  # noqa: S608
    SourceType.CHECK_IN: f"SELECT EXISTS (SELECT FROM check_ins WHERE {OF_COACHEE} AND state = 'answered')",  # noqa: S608
    SourceType.EXPERIENCE: f"SELECT EXISTS (SELECT FROM experiences WHERE {OF_COACHEE})",  # noqa: S608
}


class NoSuchSource(Invalid):
    """Evidence names a session, an answered check-in or an experience of this coachee, as its `source_type` says."""


@dataclass(frozen=True, slots=True)
class OpenEvidence:
    """A piece of evidence with its note, opened for a moment."""

    evidence: Evidence
    note: str | None


async def add_evidence(
    work: Work,
    quality_id: CoacheeQualityId,
    source_type: SourceType,
    source_id: UUID | None,
    note: str | None,
    named_by: NamedBy | None = None,
) -> Evidence:
    """Record where a quality was seen at work, and by whom: of what she wrote in a check-in that is herself, else her
    coach, unless told otherwise. It is never changed: a second sight is a second piece.
    """
    quality = await get_quality(work, quality_id)
    coach_id = await file.open_file_to_add(work, quality.coachee_id)
    await _must_exist(work, quality.coachee_id, source_type, source_id)
    evidence = Evidence(
        practice_id=work.practice_id,
        id=EvidenceId(new_id()),
        quality_id=quality.id,
        coachee_id=quality.coachee_id,
        source_type=source_type,
        named_by=named_by or (NamedBy.COACHEE if source_type is SourceType.CHECK_IN else NamedBy.COACH),
        added_by=coach_id,
        added_at=work.now,
    )
    match source_type:
        case SourceType.SESSION:
            evidence.session_id = SessionId(source_id) if source_id else None
        case SourceType.CHECK_IN:
            evidence.check_in_id = CheckInId(source_id) if source_id else None
        case SourceType.EXPERIENCE:
            evidence.experience_id = ExperienceId(source_id) if source_id else None
        case SourceType.OTHER:
            pass
    await file.write(work, evidence, "note", note)
    await work.store(evidence)
    announce(work, "quality_evidence_added", quality.id, coachee_id=quality.coachee_id, evidence_id=evidence.id)
    return evidence


async def list_evidence(work: Work, quality_id: CoacheeQualityId, page: PageRequest) -> Page[OpenEvidence]:
    """In the order in which it was added; that it was read is kept in the audit trail."""
    await get_quality(work, quality_id)
    query = select(Evidence).where(Evidence.practice_id == work.practice_id, Evidence.quality_id == quality_id)
    found = await fetch_page(work, query, page, list_name=f"evidence:{quality_id}", keys=[Evidence.id])
    opened = [OpenEvidence(evidence, await file.read_any(work, evidence, "note")) for evidence in found.items]
    audit.record(work, "quality_evidence_read", quality_id, evidence=len(opened))
    return Page(opened, found.next_cursor)


async def _must_exist(work: Work, coachee_id: CoacheeId, source_type: SourceType, source_id: UUID | None) -> None:
    if source_type in SEEN_IN and (source_id or source_type is not SourceType.EXPERIENCE):
        of_coachee = {"practice_id": work.practice_id, "coachee_id": coachee_id, "source_id": source_id}
        known = await work.session.scalar(text(SEEN_IN[source_type]), of_coachee)
    else:
        known = source_id is None
    if not known:
        raise NoSuchSource(field="source_id")
