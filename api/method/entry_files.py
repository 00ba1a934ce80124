"""A file of what a practice makes of a catalogue: entries of its own, and shipped ones hidden, moved or reworded."""

from collections.abc import Collection
from typing import Annotated, TypeAlias

import msgspec
from litestar.params import QueryParameter
from msgspec import UNSET, Meta, UnsetType

from api.fields import In, TypeKey
from api.method.catalogues import LabelIn, LanguageCode, Place
from api.method.talent_catalogues import Source
from domain.catalogues import (
    CatalogueChanged,
    DuplicateKey,
    Entry,
    FileNotRead,
    FileNotUnicode,
    KeyGone,
    LabelMissing,
    Own,
    TooManyEntries,
    UnknownLanguage,
)
from domain.messaging import Language, unspoken_in
from domain.trajectories import Principle

FILE_REFUSALS = (
    FileNotUnicode,
    FileNotRead,
    DuplicateKey,
    UnknownLanguage,
    LabelMissing,
    KeyGone,
    TooManyEntries,
    CatalogueChanged,
)
InEdition: TypeAlias = Annotated[
    int | None, QueryParameter(ge=1, le=100_000, description="As it was in that edition; else as it is now")
]


class TextIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: LanguageCode
    text: Source


class EntryIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: TypeKey
    """It never changes, and stays in every later file: hide an entry rather than leave it out."""
    labels: Annotated[tuple[LabelIn, ...], Meta(max_length=20)] = ()
    """What it is called, by language; where one is missing, another language stands in."""
    texts: Annotated[tuple[TextIn, ...], Meta(max_length=20)] = ()
    """What it asks, by language."""
    share: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET
    """Of a phase: how much of a conversation it usually takes, in percent."""
    principle: Principle | UnsetType = UNSET
    """Of an exercise: the principle of multi-level learning that it works on; see the catalogue `mll_principles`."""
    hidden: bool = False
    position: Place | None = None
    """Its place in the list; without one, where it stands by itself."""

    def entry(self) -> Entry:
        labels = {label.language: label.label for label in self.labels}
        texts = {text.language: text.text for text in self.texts}
        return Entry(
            key=self.key,
            labels=labels,
            texts=texts,
            share=None if self.share is UNSET else self.share,
            principle=None if self.principle is UNSET else self.principle,
            hidden=self.hidden,
            position=self.position,
        )

    @classmethod
    def of(cls, entry: Entry) -> "EntryIn":
        return cls(
            key=entry.key,
            labels=tuple(LabelIn(language=language, label=label) for language, label in entry.labels.items()),
            texts=tuple(TextIn(language=language, text=text) for language, text in entry.texts.items()),
            share=UNSET if entry.share is None else entry.share,
            principle=UNSET if entry.principle is None else Principle(entry.principle),
            hidden=entry.hidden,
            position=entry.position,
        )


class EntryFile(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the practice made of the catalogue: it can be put back as it is, here or in another practice."""

    items: Annotated[tuple[EntryIn, ...], Meta(max_length=1_000)]

    def entries(self) -> list[Entry]:
        return [item.entry() for item in self.items]

    @classmethod
    def of(cls, own: Own) -> "EntryFile":
        return cls(items=tuple(EntryIn.of(entry) for entry in own.entries))


class MissingWords(msgspec.Struct, frozen=True, kw_only=True):
    """Which words of an entry there are not in which language; another language stands in there."""

    key: str
    labels: list[Language]
    texts: list[Language]


class TakenOver(msgspec.Struct, frozen=True, kw_only=True):
    """The edition that the file became, and what has no words in which language."""

    edition: int
    missing: list[MissingWords]

    @classmethod
    def of(cls, own: Own, shipped: Collection[str]) -> "TakenOver":
        missing = [
            MissingWords(key=one.key, labels=unspoken_in(one.labels), texts=unspoken_in(one.texts))
            for one in own.entries
            if one.key not in shipped
        ]
        return cls(edition=own.edition, missing=[one for one in missing if one.labels or one.texts])
