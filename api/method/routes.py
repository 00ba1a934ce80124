"""The method: the catalogue of core qualities, and a coachee's own qualities with the evidence of them."""

import msgspec
from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.method import catalogues, findings, longings, moments, quality_files, reviews, talent_catalogues, talents
from api.method.fields import InLanguage
from api.method.shapes import (
    CoacheeQualityIn,
    CoacheeQualityOut,
    CoacheeQualityPage,
    CoacheeQualityPatch,
    EvidenceIn,
    EvidenceOut,
    EvidencePage,
    LadderStepOut,
    LadderStepPage,
    OpenEvidenceOut,
    OpenQualityOut,
    QualityCatalogue,
)
from api.problems import refuses
from domain import method
from domain.kit.ids import CoacheeId, CoacheeQualityId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.method import (
    CoacheeQualityNotFound,
    KeyOrLabel,
    LabelOfCatalogue,
    NewQuality,
    NoSuchQuality,
    NoSuchSource,
    QualityAlreadyNamed,
)
from domain.people import CoacheeArchived, CoacheeNotFound, TextDestroyed
from domain.trajectories import NotYourCoachee

SHELVES = (*longings.SHELVES, *findings.SHELVES, *moments.SHELVES, *talents.SHELVES)


@get("/method/qualities", scope="method:read")
async def list_catalogue_qualities(work: NamedDependency[Work], language: InLanguage = None) -> QualityCatalogue:
    """Read the catalogue of core qualities as the practice shows it; where no language is named, in its own."""
    spoken = await method.label_language(work, language)
    return QualityCatalogue.of(await method.practice_qualities(work), spoken)


@post(
    "/coachees/{coachee_id:uuid}/qualities",
    scope="method:write",
    responses=refuses(
        CoacheeNotFound,
        NotYourCoachee,
        CoacheeArchived,
        TextDestroyed,
        KeyOrLabel,
        NoSuchQuality,
        QualityAlreadyNamed,
    ),
)
async def name_quality(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[CoacheeQualityIn]
) -> CoacheeQualityOut:
    """Name a quality of a coachee, as her own coach: one of the catalogue, or one in her own words."""
    new = NewQuality(**msgspec.structs.asdict(data))
    return CoacheeQualityOut.of(await method.name_quality(work, coachee_id, new))


@get(
    "/coachees/{coachee_id:uuid}/qualities",
    scope="method:read",
    responses=refuses(CoacheeNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_qualities(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], limit: PageLimit = 20, cursor: PageCursor = None
) -> CoacheeQualityPage:
    """Read a coachee's qualities, as her own coach. Every reading is kept in the audit trail."""
    page = await method.list_qualities(work, coachee_id, page_request(limit, cursor))
    return CoacheeQualityPage([OpenQualityOut.of(opened) for opened in page.items], page.next_cursor)


@get(
    "/coachee-qualities/{quality_id:uuid}",
    scope="method:read",
    responses=refuses(CoacheeQualityNotFound, NotYourCoachee, TextDestroyed),
)
async def read_quality(work: NamedDependency[Work], quality_id: FromPath[CoacheeQualityId]) -> OpenQualityOut:
    """Read one quality of a coachee, as her own coach. Every reading is kept in the audit trail."""
    return OpenQualityOut.of(await method.read_quality(work, quality_id))


@patch(
    "/coachee-qualities/{quality_id:uuid}",
    scope="method:write",
    needs_version=True,
    responses=refuses(CoacheeQualityNotFound, NotYourCoachee, TextDestroyed, LabelOfCatalogue, VersionChanged),
)
async def update_quality(
    work: NamedDependency[Work], quality_id: FromPath[CoacheeQualityId], data: JSONBody[CoacheeQualityPatch]
) -> CoacheeQualityOut:
    """Change a quality, or move it up or down the ladder of awareness: its history keeps every rung with its moment."""
    return CoacheeQualityOut.of(await method.update_quality(work, quality_id, data.changes()))


@get(
    "/coachee-qualities/{quality_id:uuid}/history",
    scope="method:read",
    responses=refuses(CoacheeQualityNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_ladder_steps(
    work: NamedDependency[Work],
    quality_id: FromPath[CoacheeQualityId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> LadderStepPage:
    """Read on which rungs of the ladder of awareness a quality has stood, oldest first."""
    page = await method.list_ladder_steps(work, quality_id, page_request(limit, cursor))
    return LadderStepPage([LadderStepOut.of(step) for step in page.items], page.next_cursor)


@post(
    "/coachee-qualities/{quality_id:uuid}/evidence",
    scope="method:write",
    responses=refuses(CoacheeQualityNotFound, NotYourCoachee, CoacheeArchived, TextDestroyed, NoSuchSource),
)
async def add_evidence(
    work: NamedDependency[Work], quality_id: FromPath[CoacheeQualityId], data: JSONBody[EvidenceIn]
) -> EvidenceOut:
    """Record where a quality was seen at work: in a session, in a check-in, or elsewhere."""
    evidence = await method.add_evidence(work, quality_id, data.source_type, data.source_id, data.note, data.named_by)
    return EvidenceOut.of(evidence)


@get(
    "/coachee-qualities/{quality_id:uuid}/evidence",
    scope="method:read",
    responses=refuses(CoacheeQualityNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_evidence(
    work: NamedDependency[Work],
    quality_id: FromPath[CoacheeQualityId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> EvidencePage:
    """Read the evidence of a quality, oldest first. Every reading is kept in the audit trail."""
    page = await method.list_evidence(work, quality_id, page_request(limit, cursor))
    return EvidencePage([OpenEvidenceOut.of(opened) for opened in page.items], page.next_cursor)


router = Router(
    "/",
    tags=["method"],
    route_handlers=[
        list_catalogue_qualities,
        name_quality,
        list_qualities,
        read_quality,
        update_quality,
        list_ladder_steps,
        add_evidence,
        list_evidence,
        *catalogues.HANDLERS,
        *quality_files.HANDLERS,
        *talent_catalogues.HANDLERS,
        *talents.HANDLERS,
        *reviews.HANDLERS,
        *(handler for shelf in SHELVES for handler in shelf.handlers()),
    ],
)
