"""The exercises: those that come with the product, and a practice's own, as a file in and out."""

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
from domain import assignments, catalogues
from domain.assignments import Exercises
from domain.catalogues import FileForm, NoSuchEdition, WordingShipped
from domain.kit.work import Work
from domain.trajectories import Principle


class ExerciseOut(Out, frozen=True, kw_only=True):
    key: str
    name: dict[str, str]
    task: dict[str, str]
    principle: Principle | None
    """Of multi-level learning, where the practice says which one it works on."""
    own: bool
    """Of the practice, and not of the product."""
    hidden: bool


class ExerciseList(msgspec.Struct, frozen=True):
    version: int
    """Of those that come with the product."""
    edition: int
    """How often the practice changed them: 0 is never."""
    items: list[ExerciseOut]

    @classmethod
    def of(cls, known: Exercises) -> "ExerciseList":
        items = [ExerciseOut.of(exercise) for exercise in known.exercises.values()]
        return cls(known.version, known.edition, items)


@get("/exercises", scope="method:read", responses=refuses(NoSuchEdition))
async def list_exercises(work: NamedDependency[Work], edition: InEdition = None) -> ExerciseList:
    """List the seven ways to discover qualities, the questionnaire last, and the practice's own exercises."""
    return ExerciseList.of(await assignments.practice_exercises(work, edition))


@get("/exercises/file", scope="practice:read", media_type="application/octet-stream", responses=refuses(NoSuchEdition))
async def export_exercises(
    work: NamedDependency[Work], form: JsonForm = None, edition: InEdition = None
) -> Response[bytes]:
    """Take out what the practice made of the exercises, as a file that `PUT /v1/exercises/file` takes."""
    own = EntryFile.of(await assignments.own_exercises(work, edition))
    return file_response(catalogues.write_file(own, form or FileForm.JSON, "exercises"))


@put(
    "/exercises/file",
    scope="practice:write",
    request_max_body_size=LARGEST_CATALOGUE,
    opt={TAKES_FILE: True},
    responses=refuses(*FILE_REFUSALS, WordingShipped),
)
async def import_exercises(
    work: NamedDependency[Work], request: Request[Any, Any, Any], form: JsonForm = None
) -> TakenOver:
    """Put in exercises of the practice's own, and hide or move those that come with the product.

    The body is the file itself, of at most 1 MB, taken over whole or not at all: a new edition. An assignment keeps the
    words of the edition by which it was given.
    """
    told = catalogues.read_file(await request.body(), form or FileForm.JSON, EntryFile)
    own = await assignments.set_exercises(work, told.entries())
    known = (await assignments.practice_exercises(work)).exercises
    return TakenOver.of(own, {key for key, exercise in known.items() if not exercise.own})


HANDLERS = (list_exercises, export_exercises, import_exercises)
