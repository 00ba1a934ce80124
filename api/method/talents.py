"""Talent profiles on the wire, with the files of an analyst."""

from datetime import date
from typing import Annotated, Any, Self, TypeAlias

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, Meta, UnsetType

from api.fields import In, Line, PageCursor, PageLimit, Patch, page_request
from api.method.fields import CatalogueKey, Words
from api.method.kept import KeptOut, Shelf
from api.problems import refuses
from api.requests import TAKES_FILE
from api.trajectories.attachments import FILE_REFUSALS, AnyRequest, AttachmentOut, AttachmentPage, FileName
from domain import method
from domain.attachments import LARGEST_FILE
from domain.catalogues import DuplicateKey
from domain.kit.ids import SessionId, TalentCatalogueId, TalentProfileId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.method import (
    TALENT_PROFILE,
    NoSuchTalent,
    NoSuchTalentCatalogue,
    Opened,
    TalentEnergy,
    TalentFacet,
    TalentLevel,
    TalentProfileNotFound,
)
from domain.people import TextDestroyed
from domain.trajectories import NotYourCoachee


class TalentItem(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a talent of the catalogue shows, as the analyst found it."""

    key: CatalogueKey
    level: TalentLevel
    energy: TalentEnergy | None = None
    facets: Annotated[tuple[TalentFacet, ...], Meta(max_length=3)] = ()
    note: Words | None = None


class TalentCombination(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What some talents do together."""

    keys: Annotated[tuple[CatalogueKey, ...], Meta(min_length=2, max_length=10)]
    note: Words | None = None


Items: TypeAlias = Annotated[tuple[TalentItem, ...], Meta(min_length=1, max_length=100)]
Combinations: TypeAlias = Annotated[tuple[TalentCombination, ...], Meta(max_length=100)]


class TalentProfileIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    catalogue_id: TalentCatalogueId
    """The edition in whose words the analyst speaks; it stays."""
    session_id: SessionId | None = None
    """In which it was talked through."""
    analysed_on: date
    analyst: Line | None = None
    """Who made it. This and all that follows is sealed."""
    items: Items
    combinations: Combinations = ()
    note: Words | None = None


class TalentProfilePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    session_id: SessionId | UnsetType | None = UNSET
    analysed_on: date | UnsetType = UNSET
    analyst: Line | UnsetType | None = UNSET
    items: Items | UnsetType = UNSET
    combinations: Combinations | UnsetType = UNSET
    note: Words | UnsetType | None = UNSET


class TalentProfileOut(KeptOut, frozen=True, kw_only=True):
    """A talent profile, without what was found."""

    id: TalentProfileId
    catalogue_id: TalentCatalogueId
    session_id: SessionId | None
    analysed_on: date


class OpenTalentProfileOut(TalentProfileOut, frozen=True, kw_only=True):
    analyst: str | None
    items: list[TalentItem]
    combinations: list[TalentCombination]
    note: str | None

    @classmethod
    def opened(cls, opened: Opened[Any]) -> Self:
        """The lists were sealed as text."""
        lists = {
            "items": msgspec.json.decode(opened.texts["items"], type=list[TalentItem]),
            "combinations": msgspec.json.decode(opened.texts["combinations"], type=list[TalentCombination]),
        }
        return super().opened(Opened(opened.thing, opened.texts | lists))


class TalentProfilePage(msgspec.Struct, frozen=True):
    items: list[OpenTalentProfileOut]
    next_cursor: str | None


@post(
    "/talent-profiles/{profile_id:uuid}/attachments",
    scope="method:write",
    request_max_body_size=LARGEST_FILE,
    opt={TAKES_FILE: True},
    responses=refuses(TalentProfileNotFound, NotYourCoachee, TextDestroyed, *FILE_REFUSALS),
)
async def attach_to_talent_profile(
    work: NamedDependency[Work], request: AnyRequest, profile_id: FromPath[TalentProfileId], filename: FileName = None
) -> AttachmentOut:
    """Keep the analyst's own report with a talent profile: the body is the file itself, such as a PDF. It is sealed."""
    content = await request.body()
    return AttachmentOut.of(await method.attach_to_profile(work, profile_id, filename=filename, content=content))


@get(
    "/talent-profiles/{profile_id:uuid}/attachments",
    scope="method:read",
    responses=refuses(TalentProfileNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_talent_profile_attachments(
    work: NamedDependency[Work],
    profile_id: FromPath[TalentProfileId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> AttachmentPage:
    """List the files of a talent profile, oldest first; `GET /v1/attachments/{id}/content` has what is in one."""
    return AttachmentPage.of(await method.list_profile_files(work, profile_id, page_request(limit, cursor)))


SHELVES = (
    Shelf(
        kind=TALENT_PROFILE,
        noun="a talent profile",
        id=TalentProfileId,
        body=TalentProfileIn,
        patch=TalentProfilePatch,
        added=TalentProfileOut,
        page=TalentProfilePage,
        refusals=(NoSuchTalentCatalogue, NoSuchTalent, DuplicateKey),
    ),
)
HANDLERS = (attach_to_talent_profile, list_talent_profile_attachments)
