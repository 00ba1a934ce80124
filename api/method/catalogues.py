"""The catalogues of the method: to read, and of qualities to hide, add, move, take out as a file and put back."""

from collections.abc import Mapping
from typing import Annotated, Self, TypeAlias

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from api.fields import END, In, ShortLine
from api.method.fields import CatalogueKey, InLanguage
from api.problems import refuses
from domain import assignments, method, trajectories
from domain.catalogues import DuplicateKey, LabelMissing, UnknownLanguage
from domain.kit.work import Work
from domain.messaging import Language, unspoken_in
from domain.method import (
    CatalogueName,
    CatalogueQuality,
    LabelsOfShipped,
    Measure,
    QualityEntry,
    TooManyQualities,
)

LanguageCode: TypeAlias = Annotated[str, Meta(min_length=2, max_length=2, pattern=r"^[a-z]{2}" + END)]
Place: TypeAlias = Annotated[int, Meta(ge=1, le=10_000)]


class MeasureItemOut(msgspec.Struct, frozen=True):
    key: str
    text: str


class MeasureOut(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    version: int
    title: str
    items: list[MeasureItemOut]
    least: int
    most: int
    licence: str
    source: str
    translation_validated: bool
    """False: these items were not validated in this language; say so beside any result."""

    @classmethod
    def of(cls, measure: Measure, language: Language) -> Self:
        return cls(
            key=measure.key,
            version=measure.version,
            title=measure.titles[language],
            items=[MeasureItemOut(item.key, item.texts[language]) for item in measure.items],
            least=measure.least,
            most=measure.most,
            licence=measure.licence,
            source=measure.source,
            translation_validated=language in measure.validated,
        )


class MeasureCatalogue(msgspec.Struct, frozen=True):
    language: Language
    items: list[MeasureOut]


@get("/method/measures", scope="method:read")
async def list_measures(work: NamedDependency[Work], language: InLanguage = None) -> MeasureCatalogue:
    """Read the measures: their items, their scale, their licence, and whether the translation was validated."""
    spoken = await method.label_language(work, language)
    return MeasureCatalogue(spoken, [MeasureOut.of(measure, spoken) for measure in method.measures().values()])


class CatalogueEntryOut(msgspec.Struct, frozen=True):
    key: str
    label: str


class CatalogueOut(msgspec.Struct, frozen=True):
    name: CatalogueName
    version: int
    items: list[CatalogueEntryOut]

    @classmethod
    def of(cls, name: CatalogueName, language: Language) -> Self:
        version, rows = method.read_only_catalogue(name)
        return cls(name, version, [CatalogueEntryOut(key, rows[key][language]) for key in rows])


class MethodCatalogues(msgspec.Struct, frozen=True):
    language: Language
    items: list[CatalogueOut]


class LabelIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: LanguageCode
    label: ShortLine


class QualityEntryIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: CatalogueKey
    """Of a quality that comes with the product, or of one of the practice's own; it never changes."""
    labels: Annotated[tuple[LabelIn, ...], Meta(max_length=20)] = ()
    """By language (nl, fr, en, de), of a quality of one's own; where one is missing, another language stands in."""
    hidden: bool = False
    position: Place | None = None
    """Its place in the list; null: where it stands by itself."""

    def entry(self) -> QualityEntry:
        labels = {label.language: label.label for label in self.labels}
        return QualityEntry(key=self.key, labels=labels, hidden=self.hidden, position=self.position)


class QualityFileIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    items: Annotated[list[QualityEntryIn], Meta(max_length=1_000)]


class MissingTranslation(msgspec.Struct, frozen=True):
    catalogue: str
    """`qualities`, `exercises` or `phases`."""
    key: str
    languages: list[Language]


class MissingTranslations(msgspec.Struct, frozen=True):
    items: list[MissingTranslation]

    @classmethod
    def of(cls, qualities: list[CatalogueQuality]) -> Self:
        return cls([MissingTranslation("qualities", one.key, one.missing) for one in qualities if one.missing])


@get("/method/catalogues", scope="method:read")
async def list_catalogues(work: NamedDependency[Work], language: InLanguage = None) -> MethodCatalogues:
    """Read what the method itself is made of: layers, starting points, principles, and the words of its kinds."""
    spoken = await method.label_language(work, language)
    return MethodCatalogues(spoken, [CatalogueOut.of(name, spoken) for name in CatalogueName])


@put(
    "/method/qualities",
    scope="practice:write",
    responses=refuses(DuplicateKey, UnknownLanguage, LabelsOfShipped, LabelMissing, TooManyQualities),
)
async def import_qualities(work: NamedDependency[Work], data: JSONBody[QualityFileIn]) -> MissingTranslations:
    """Add qualities of the practice's own, hide, show or move any: all that is sent or, if anything is wrong, nothing.

    What is not named stays as it is. The answer tells what has no label in which language.
    """
    await method.set_qualities(work, [item.entry() for item in data.items])
    return MissingTranslations.of(await method.practice_qualities(work))


@get("/method/missing-translations", scope="practice:read")
async def list_missing_translations(work: NamedDependency[Work]) -> MissingTranslations:
    """Read which qualities, exercises and phases lack words in which language; another language stands in there."""
    qualities = MissingTranslations.of(await method.practice_qualities(work))
    exercises = (await assignments.practice_exercises(work)).exercises.values()
    phases = (await trajectories.practice_phases(work)).phases
    items = [
        *qualities.items,
        *(MissingTranslation("exercises", one.key, _lacking(one.name, one.task)) for one in exercises),
        *(MissingTranslation("phases", one.key, _lacking(one.name, one.question)) for one in phases),
    ]
    return MissingTranslations([item for item in items if item.languages])


def _lacking(*words: Mapping[Language, str]) -> list[Language]:
    """In which languages something is not said that is said in another."""
    missing = {language for said in words if said for language in unspoken_in(said)}
    return [language for language in Language if language in missing]


HANDLERS = (list_measures, list_catalogues, import_qualities, list_missing_translations)
