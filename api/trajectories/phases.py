"""The phases that may be named, and a practice's own, as a file in and out."""

from typing import Any

import msgspec
from litestar import Request, Response, get, put
from litestar.di import NamedDependency

from api.fields import Out
from api.files import file_response
from api.method.entry_files import FILE_REFUSALS, EntryFile, InEdition, TakenOver
from api.method.quality_files import JsonForm
from api.method.talent_catalogues import LARGEST_CATALOGUE
from api.problems import refuses
from api.requests import TAKES_FILE
from domain import catalogues, trajectories
from domain.catalogues import FileForm, NoSuchEdition
from domain.kit.work import Work
from domain.trajectories import Phases


class TemplateOut(Out, frozen=True, kw_only=True):
    key: str
    version: int
    title: dict[str, str]


class PhaseOut(Out, frozen=True, kw_only=True):
    key: str
    template: str | None
    """null: the practice's own."""
    share: int | None
    """How much of a conversation it usually takes, in percent."""
    name: dict[str, str]
    question: dict[str, str]
    hidden: bool


class PhaseList(msgspec.Struct, frozen=True):
    edition: int
    """How often the practice changed them: 0 is never."""
    templates: list[TemplateOut]
    items: list[PhaseOut]

    @classmethod
    def of(cls, known: Phases) -> "PhaseList":
        templates = [TemplateOut.of(template) for template in known.templates]
        return cls(known.edition, templates, [PhaseOut.of(phase) for phase in known.phases])


@get("/phases", scope="trajectories:read", responses=refuses(NoSuchEdition))
async def list_phases(work: NamedDependency[Work], edition: InEdition = None) -> PhaseList:
    """List the phases of core reflection (as far as they could be reconstructed), of ALACT, and the practice's own.

    They are optional tags, never a procedure.
    """
    return PhaseList.of(await trajectories.practice_phases(work, edition))


@get("/phases/file", scope="practice:read", media_type="application/octet-stream", responses=refuses(NoSuchEdition))
async def export_phases(
    work: NamedDependency[Work], form: JsonForm = None, edition: InEdition = None
) -> Response[bytes]:
    """Take out what the practice made of the phases, as a file that `PUT /v1/phases/file` takes."""
    own = EntryFile.of(await trajectories.own_phases(work, edition))
    return file_response(catalogues.write_file(own, form or FileForm.JSON, "phases"))


@put(
    "/phases/file",
    scope="practice:write",
    request_max_body_size=LARGEST_CATALOGUE,
    opt={TAKES_FILE: True},
    responses=refuses(*FILE_REFUSALS),
)
async def import_phases(
    work: NamedDependency[Work], request: Request[Any, Any, Any], form: JsonForm = None
) -> TakenOver:
    """Put in phases of the practice's own, and word, hide or move those that come with the product.

    The body is the file itself, of at most 1 MB, taken over whole or not at all: a new edition. What it does not name
    stays as it comes with the product.
    """
    told = catalogues.read_file(await request.body(), form or FileForm.JSON, EntryFile)
    own = await trajectories.set_phases(work, told.entries())
    return TakenOver.of(own, {one.key for one in (await trajectories.practice_phases(work)).phases if one.template})


HANDLERS = (list_phases, export_phases, import_phases)
