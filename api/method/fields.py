"""The kinds of value that the method takes."""

from typing import Annotated, TypeAlias

from litestar.params import QueryParameter
from msgspec import Meta

from api.fields import END, PARAGRAPHS
from domain.kit.ids import CoacheeQualityId
from domain.messaging import Language

Words: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=PARAGRAPHS)]
CatalogueKey: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*" + END, examples=["patient"])
]
Ten: TypeAlias = Annotated[int, Meta(ge=0, le=10)]
OneToFive: TypeAlias = Annotated[int, Meta(ge=1, le=5)]
QualityIds: TypeAlias = Annotated[tuple[CoacheeQualityId, ...], Meta(max_length=50)]
InLanguage: TypeAlias = Annotated[Language | None, QueryParameter(description="The language of the labels")]
