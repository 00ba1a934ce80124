"""Catalogues of talents, as files in and out."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from api.fields import END, In, Line, Out, PageCursor, PageLimit, ShortLine, page_request
from api.files import file_response
from api.method.catalogues import LabelIn
from api.method.fields import CatalogueKey
from api.problems import refuses
from api.requests import TAKES_FILE
from domain import catalogues, method
from domain.catalogues import (
    DuplicateKey,
    FileForm,
    FileNotRead,
    FileNotUnicode,
    KeyGone,
    LabelMissing,
    UnknownLanguage,
)
from domain.kit.ids import StaffId, TalentCatalogueId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.method import (
    EditionTaken,
    NewCatalogue,
    RightToUseNotDeclared,
    Talent,
    TalentCatalogue,
    TalentCatalogueNotFound,
)

LARGEST_CATALOGUE = 1_000_000  # bytes
Form: TypeAlias = Annotated[FileForm | None, QueryParameter(description="The form of the file; else TOML")]
Licence: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=r"^(?=\s*\S)[^\x00]*" + END)]
Source: TypeAlias = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^(?=\s*\S)[^\x00-\x1f\x7f]*" + END)]


class TalentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: CatalogueKey
    """It never changes, and stays in every later edition."""
    labels: Annotated[tuple[LabelIn, ...], Meta(max_length=20)] = ()
    description: Source | None = None
    group: ShortLine | None = None
    hidden: bool = False

    def talent(self) -> Talent:
        labels = {label.language: label.label for label in self.labels}
        return Talent(key=self.key, labels=labels, description=self.description, group=self.group, hidden=self.hidden)


class TalentFile(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in the file of a catalogue. One that was taken out declares nothing: whoever puts it in does."""

    key: CatalogueKey
    edition: Annotated[int, Meta(ge=1, le=10_000)]
    name: Line
    source: Source
    licence: Licence | None = None
    i_have_the_right_to_use_this_catalogue: bool = False
    items: Annotated[tuple[TalentIn, ...], Meta(min_length=1, max_length=500)]

    def catalogue(self) -> NewCatalogue:
        return NewCatalogue(
            key=self.key,
            edition=self.edition,
            name=self.name,
            source=self.source,
            licence=self.licence,
            declared=self.i_have_the_right_to_use_this_catalogue,
            talents=[item.talent() for item in self.items],
        )

    @classmethod
    def of(cls, catalogue: TalentCatalogue) -> "TalentFile":
        told = {name: getattr(catalogue, name) for name in ("key", "edition", "name", "source", "licence")}
        return cls(**told, items=tuple(_as_in_file(talent) for talent in catalogue.talents))


class TalentCatalogueOut(Out, frozen=True, kw_only=True):
    """An edition of a catalogue, and who declared when that the practice has the right to use it."""

    id: TalentCatalogueId
    key: str
    edition: int
    name: str
    source: str
    licence: str
    declared_by: StaffId
    declared_at: datetime


class TalentCataloguePage(msgspec.Struct, frozen=True):
    items: list[TalentCatalogueOut]
    next_cursor: str | None


def _as_in_file(talent: dict[str, Any]) -> TalentIn:
    labels: Any = tuple(LabelIn(language=language, label=label) for language, label in talent["labels"].items())
    return TalentIn(**{**talent, "labels": labels})


@post(
    "/method/talent-catalogues",
    scope="practice:write",
    request_max_body_size=LARGEST_CATALOGUE,
    opt={TAKES_FILE: True},
    responses=refuses(
        FileNotUnicode,
        FileNotRead,
        RightToUseNotDeclared,
        DuplicateKey,
        UnknownLanguage,
        LabelMissing,
        KeyGone,
        EditionTaken,
    ),
)
async def import_talent_catalogue(
    work: NamedDependency[Work], request: Request[Any, Any, Any], form: Form = None
) -> TalentCatalogueOut:
    """Take over a catalogue of talents: the body is the file itself, of at most 1 MB, taken over whole or not at all.

    It declares `i_have_the_right_to_use_this_catalogue = true` and has the licence's text; who declared it and when is
    kept. `GET /v1/method/talent-catalogues/demonstration` has an invented one to see the form.
    """
    told = catalogues.read_file(await request.body(), form or FileForm.TOML, TalentFile)
    return TalentCatalogueOut.of(await method.import_talents(work, told.catalogue()))


@get("/method/talent-catalogues", scope="practice:read", responses=refuses(InvalidCursor))
async def list_talent_catalogues(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> TalentCataloguePage:
    """List the catalogues of talents that the practice brought, every edition, oldest first."""
    page = await method.list_talent_catalogues(work, page_request(limit, cursor))
    return TalentCataloguePage([TalentCatalogueOut.of(one) for one in page.items], page.next_cursor)


@get("/method/talent-catalogues/demonstration", scope="practice:read", media_type="application/octet-stream")
async def read_demonstration_talents(work: NamedDependency[Work], form: Form = None) -> Response[bytes]:  # noqa: ARG001
    """Download a catalogue of invented examples, as a file to import."""
    told = catalogues.read_file(method.demonstration_talents(), FileForm.TOML, TalentFile)
    return file_response(catalogues.write_file(told, form or FileForm.TOML, "talents-demonstration"))


@get(
    "/method/talent-catalogues/{catalogue_id:uuid}/file",
    scope="practice:read",
    media_type="application/octet-stream",
    responses=refuses(TalentCatalogueNotFound),
)
async def export_talent_catalogue(
    work: NamedDependency[Work], catalogue_id: FromPath[TalentCatalogueId], form: Form = None
) -> Response[bytes]:
    """Take a catalogue out as a file, without the declaration: whoever puts it in declares anew."""
    catalogue = await method.get_talent_catalogue(work, catalogue_id)
    name = f"talents-{catalogue.key}-{catalogue.edition}"
    return file_response(catalogues.write_file(TalentFile.of(catalogue), form or FileForm.TOML, name))


HANDLERS = (
    import_talent_catalogue,
    list_talent_catalogues,
    read_demonstration_talents,
    export_talent_catalogue,
)
