"""What a practice changed about the catalogue of qualities, as a file in and out."""

from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.files import file_response
from api.method.catalogues import MissingTranslations, QualityFileIn
from api.method.talent_catalogues import LARGEST_CATALOGUE
from api.problems import refuses
from api.requests import TAKES_FILE
from domain import catalogues, method
from domain.catalogues import DuplicateKey, FileForm, FileNotRead, FileNotUnicode, LabelMissing, UnknownLanguage
from domain.kit.work import Work
from domain.messaging import Language
from domain.method import CatalogueQuality, LabelsOfShipped, TooManyQualities

JsonForm: TypeAlias = Annotated[FileForm | None, QueryParameter(description="The form of the file; else JSON")]


class LabelOut(msgspec.Struct, frozen=True):
    language: Language
    label: str


class QualityEntryOut(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    labels: list[LabelOut]
    hidden: bool
    position: int | None

    @classmethod
    def of(cls, quality: CatalogueQuality) -> "QualityEntryOut":
        labels = [LabelOut(language, label) for language, label in quality.labels.items() if quality.own]
        return cls(key=quality.key, labels=labels, hidden=quality.hidden, position=quality.position)


class QualityFile(msgspec.Struct, frozen=True):
    """What the practice changed about the catalogue: it can be put back as it is, here or in another practice."""

    items: list[QualityEntryOut]


@get("/method/qualities/file", scope="practice:read", media_type="application/octet-stream")
async def export_qualities(work: NamedDependency[Work], form: JsonForm = None) -> Response[bytes]:
    """Take out what the practice added, hid and moved, as a file that `PUT /v1/method/qualities/file` takes."""
    changed = [one for one in await method.practice_qualities(work) if one.own or one.hidden or one.position]
    file = QualityFile([QualityEntryOut.of(one) for one in changed])
    return file_response(catalogues.write_file(file, form or FileForm.JSON, "qualities"))


@put(
    "/method/qualities/file",
    scope="practice:write",
    request_max_body_size=LARGEST_CATALOGUE,
    opt={TAKES_FILE: True},
    responses=refuses(
        FileNotUnicode,
        FileNotRead,
        DuplicateKey,
        UnknownLanguage,
        LabelsOfShipped,
        LabelMissing,
        TooManyQualities,
    ),
)
async def import_quality_file(
    work: NamedDependency[Work], request: Request[Any, Any, Any], form: JsonForm = None
) -> MissingTranslations:
    """Put a file of qualities in: the body is the file itself, of at most 1 MB, taken over whole or not at all."""
    told = catalogues.read_file(await request.body(), form or FileForm.JSON, QualityFileIn)
    await method.set_qualities(work, [item.entry() for item in told.items])
    return MissingTranslations.of(await method.practice_qualities(work))


HANDLERS = (export_qualities, import_quality_file)
