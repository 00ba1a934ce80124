"""The kinds of value that requests carry, each with its bounds: no NUL, no endless text, no number beyond a column."""

from typing import Annotated, Self, TypeAlias

import msgspec
from litestar.params import QueryParameter
from msgspec import Meta

from domain.kit.paging import PageRequest

# One visible character at least, and no control characters; the look-ahead keeps the match linear.
# END, because Python's $ also matches before a last line break, and only Python knows \Z.
END = r"$(?!\n)"
LINE = r"^(?=\s*\S)[^\x00-\x1f\x7f]*" + END
PARAGRAPHS = r"^(?=\s*\S)[^\x00]*$"

Line: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]
ShortLine: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE)]
Reason: TypeAlias = Annotated[str, Meta(min_length=1, max_length=500, pattern=PARAGRAPHS)]
"""Why something is corrected."""
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=PARAGRAPHS)]
Email: TypeAlias = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=254,
        pattern=r"^[^\s@\x00-\x1f<>\"',;:\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?" + END,
        examples=["amir@example.org"],
    ),
]
Phone: TypeAlias = Annotated[
    str, Meta(min_length=3, max_length=32, pattern=r"^[0-9+ ./()-]+" + END, examples=["+32 9 123 45 67"])
]
Zone: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9_+/-]+" + END,
        description="IANA name",
        examples=["Europe/Brussels"],
    ),
]
Country: TypeAlias = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}" + END, max_length=2, description="ISO 3166-1 alpha-2", examples=["BE"])
]
PostalCode: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9 -]+" + END, examples=["9000"])
]
Number: TypeAlias = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9 ./-]+" + END)]
PeppolEndpoint: TypeAlias = Annotated[
    str,
    Meta(min_length=6, max_length=60, pattern=r"^[0-9]{4}:[A-Za-z0-9 ._~:/-]+" + END, examples=["0208:0403019261"]),
]
Cents: TypeAlias = Annotated[int, Meta(ge=0, le=10**12, description="Euro cents")]
WallTime: TypeAlias = Annotated[
    str,
    Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5, description="HH:MM", examples=["09:30"]),
]
TypeKey: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*" + END, examples=["guidance"])
]
Minutes: TypeAlias = Annotated[int, Meta(ge=1, le=60_000)]

# What a list takes from the query.
PageLimit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=100, description="How many rows at the most")]
PageCursor: TypeAlias = Annotated[
    str | None,
    QueryParameter(max_length=500, pattern=r"^[A-Za-z0-9_-]*" + END, description="`next_cursor` of the page before"),
]


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """An answer whose fields stand under the same names on the thing that it shows."""

    @classmethod
    def of(cls, thing: object) -> Self:
        return cls(**{name: getattr(thing, name) for name in cls.__struct_fields__})


class In(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body: a field that it does not know is refused."""


class Patch(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change (RFC 7396): an absent field stays as it is, null empties one that may be empty."""

    def changes(self) -> dict[str, object]:
        """The fields that were sent, by name."""
        sent = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: value for name, value in sent if value is not msgspec.UNSET}


def page_request(limit: int, cursor: str | None) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor)
