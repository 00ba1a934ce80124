"""The catalogues of the method, to read."""

from typing import Self

import msgspec
from litestar import get
from litestar.di import NamedDependency

from api.method.fields import InLanguage
from domain import method
from domain.kit.work import Work
from domain.messaging import Language
from domain.method import Measure


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
