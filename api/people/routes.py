"""Coachees and sponsors."""

from typing import Annotated

import msgspec
from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.people import consents
from api.people.shapes import (
    CoacheeIn,
    CoacheeOut,
    CoacheePage,
    CoacheePatch,
    DestroyedTextOut,
    SponsorIn,
    SponsorOut,
    SponsorPage,
    SponsorPatch,
)
from api.problems import refuses
from domain import people, relocation
from domain.kit.calendar import DayOutOfRange, UnknownZone
from domain.kit.ids import CoacheeId, SponsorId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.people import (
    AgeContradicted,
    BornToCome,
    CoacheeArchived,
    CoacheeEmailTaken,
    CoacheeNotFound,
    InvalidPeppolEndpoint,
    InvalidVatNumber,
    NewCoachee,
    NewSponsor,
    NoSuchCoach,
    NotYourCoacheeToGive,
    SponsorNotFound,
)
from domain.practice import InvalidEnterpriseNumber

Archived = Annotated[bool | None, QueryParameter(description="Only archived files, or only open ones")]


@post(
    "/coachees",
    scope="coachees:write",
    responses=refuses(
        CoacheeEmailTaken,
        UnknownZone,
        NoSuchCoach,
        NotYourCoacheeToGive,
        DayOutOfRange,
        BornToCome,
        AgeContradicted,
    ),
)
async def create_coachee(work: NamedDependency[Work], data: JSONBody[CoacheeIn]) -> CoacheeOut:
    """Open a file for a coachee. Nothing is sent to her yet."""
    return CoacheeOut.of(await people.create_coachee(work, NewCoachee(**msgspec.structs.asdict(data))))


@get("/coachees", scope="coachees:read", responses=refuses(InvalidCursor))
async def list_coachees(
    work: NamedDependency[Work], archived: Archived = None, limit: PageLimit = 20, cursor: PageCursor = None
) -> CoacheePage:
    """List the coachees, in the order in which their files were opened; to a coach, her own."""
    page = await people.list_coachees(work, page_request(limit, cursor), archived=archived)
    return CoacheePage([CoacheeOut.of(coachee) for coachee in page.items], page.next_cursor)


@get("/coachees/{coachee_id:uuid}", scope="coachees:read", responses=refuses(CoacheeNotFound))
async def read_coachee(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId]) -> CoacheeOut:
    """Read one coachee's contact data."""
    return CoacheeOut.of(await people.get_coachee(work, coachee_id))


@patch(
    "/coachees/{coachee_id:uuid}",
    scope="coachees:write",
    responses=refuses(
        CoacheeNotFound,
        CoacheeEmailTaken,
        UnknownZone,
        NoSuchCoach,
        NotYourCoacheeToGive,
        DayOutOfRange,
        BornToCome,
        AgeContradicted,
        VersionChanged,
    ),
)
async def update_coachee(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[CoacheePatch]
) -> CoacheeOut:
    """Change a coachee's name, contact data, language or time zone; as the office, who is responsible for her. With the
    zone, check-ins of plans that follow her go by her new clock from tomorrow on, and today as far as still to come.
    """
    return CoacheeOut.of(await relocation.update_coachee(work, coachee_id, data.changes()))


@post(
    "/coachees/{coachee_id:uuid}/invite",
    status_code=200,
    scope="coachees:write",
    responses=refuses(CoacheeNotFound, CoacheeArchived, VersionChanged),
)
async def invite_coachee(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId]) -> CoacheeOut:
    """Send the coachee a mail of welcome. It leaves within a minute; inviting again sends it again."""
    return CoacheeOut.of(await people.invite_coachee(work, coachee_id))


@post(
    "/coachees/{coachee_id:uuid}/archive",
    status_code=200,
    scope="coachees:write",
    responses=refuses(CoacheeNotFound, VersionChanged),
)
async def archive_coachee(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId]) -> CoacheeOut:
    """Put a file away. Nothing is deleted, and nothing new begins in it."""
    return CoacheeOut.of(await people.archive_coachee(work, coachee_id))


@post(
    "/coachees/{coachee_id:uuid}/destroy-private-text",
    status_code=200,
    scope="coachees:erase",
    responses=refuses(CoacheeNotFound),
)
async def destroy_private_text(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId]) -> DestroyedTextOut:
    """Make all notes, answers and key questions of a coachee unreadable for good. It cannot be undone."""
    return DestroyedTextOut.of(await people.destroy_text(work, coachee_id))


@post(
    "/sponsors",
    scope="sponsors:write",
    responses=refuses(InvalidEnterpriseNumber, InvalidVatNumber, InvalidPeppolEndpoint),
)
async def create_sponsor(work: NamedDependency[Work], data: JSONBody[SponsorIn]) -> SponsorOut:
    """Add an employer or public body that pays for coaching. It never sees what the coaching is about."""
    return SponsorOut.of(await people.create_sponsor(work, NewSponsor(**msgspec.structs.asdict(data))))


@get("/sponsors", scope="sponsors:read", responses=refuses(InvalidCursor))
async def list_sponsors(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> SponsorPage:
    """List the sponsors, in the order in which they were added."""
    page = await people.list_sponsors(work, page_request(limit, cursor))
    return SponsorPage([SponsorOut.of(sponsor) for sponsor in page.items], page.next_cursor)


@get("/sponsors/{sponsor_id:uuid}", scope="sponsors:read", responses=refuses(SponsorNotFound))
async def read_sponsor(work: NamedDependency[Work], sponsor_id: FromPath[SponsorId]) -> SponsorOut:
    """Read one sponsor."""
    return SponsorOut.of(await people.get_sponsor(work, sponsor_id))


@patch(
    "/sponsors/{sponsor_id:uuid}",
    scope="sponsors:write",
    responses=refuses(
        SponsorNotFound, InvalidEnterpriseNumber, InvalidVatNumber, InvalidPeppolEndpoint, VersionChanged
    ),
)
async def update_sponsor(
    work: NamedDependency[Work], sponsor_id: FromPath[SponsorId], data: JSONBody[SponsorPatch]
) -> SponsorOut:
    """Change a sponsor. Issued invoices keep what they showed."""
    return SponsorOut.of(await people.update_sponsor(work, sponsor_id, data.changes()))


router = Router(
    "/",
    tags=["people"],
    route_handlers=[
        create_coachee,
        list_coachees,
        read_coachee,
        update_coachee,
        invite_coachee,
        archive_coachee,
        destroy_private_text,
        create_sponsor,
        list_sponsors,
        read_sponsor,
        update_sponsor,
        *consents.HANDLERS,
    ],
)
