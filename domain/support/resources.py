"""Whom to call: the lines that ship with Krachtlijn, and those that a practice puts in their place or beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Invalid, NotFound
from domain.kit.tables import Table, Tenant
from domain.messaging import FALLBACK, Language, read_worded

FILE = Path(__file__).with_name("lines.toml")
STALE = timedelta(days=180)
HOME = "BE"  # whose lines are shown where a country has none


class KeptBy(StrEnum):
    KRACHTLIJN = "krachtlijn"
    PRACTICE = "practice"


class SupportResourceNotFound(NotFound):
    """This practice keeps no help line under that key."""


class VerifiedInFuture(Invalid):
    """A line cannot have been verified on a day to come."""


class LineLanguageTwice(Invalid):
    """Name each language of a line once."""


class SupportResource(Tenant, Table):
    """A help line that a practice keeps itself; under the key of one that ships, it takes its place."""

    __tablename__ = "support_resources"
    __table_args__ = (CheckConstraint("array_length(languages, 1) > 0", name="some_language"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(8)))
    name: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(32))
    url: Mapped[str | None] = mapped_column(String(200))
    day_and_night: Mapped[bool]
    hours: Mapped[str | None] = mapped_column(String(100))  # in the words of the line, where it is not always there
    free: Mapped[bool]
    verified_on: Mapped[date]
    review_after: Mapped[date]
    kept_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A line as it is shown, in every language that it is for."""

    key: str
    country: str
    languages: tuple[Language, ...]
    names: dict[Language, str]
    number: str
    url: str | None
    day_and_night: bool
    hours: str | None
    free: bool
    verified_on: date
    review_after: date
    source: str | None
    kept_by: KeptBy

    def is_stale(self, today: date) -> bool:
        """Whether it is time to compare it with the line itself."""
        return today > min(self.review_after, self.verified_on + STALE)

    @property
    def dialled(self) -> str:
        return self.number.replace(" ", "")


@cache
def shipped() -> tuple[HelpLine, ...]:
    rows: list[dict[str, Any]] = read_worded(FILE)["lines"]
    return tuple(
        HelpLine(
            key=row["key"],
            country=row["country"],
            languages=tuple(Language(one) for one in row["languages"]),
            names={Language(one): name for one, name in row["name"].items()},
            number=row["number"],
            url=row.get("url"),
            day_and_night=row["day_and_night"],
            hours=row.get("hours"),
            free=row["free"],
            verified_on=row["verified_on"],
            review_after=row["verified_on"] + STALE,
            source=row["source"],
            kept_by=KeptBy.KRACHTLIJN,
        )
        for row in rows
    )


def joined(kept: Sequence[SupportResource]) -> list[HelpLine]:
    """What ships, each in its place unless the practice put its own there; then what the practice adds."""
    own = {row.key: _own(row) for row in kept}
    places = [own.pop(line.key, line) for line in shipped()]
    return [*places, *own.values()]


def for_reader(lines: Sequence[HelpLine], language: Language, country: str) -> list[HelpLine]:
    """Those of her country and language; of another country those of home, so that nobody finds none."""
    spoken = language if any(language in line.languages for line in lines) else FALLBACK[0]
    there = [line for line in lines if line.country == country and spoken in line.languages]
    return there or [line for line in lines if line.country == HOME and spoken in line.languages]


def _own(row: SupportResource) -> HelpLine:
    languages = tuple(Language(one) for one in row.languages)
    return HelpLine(
        key=row.key,
        country=row.country,
        languages=languages,
        names=dict.fromkeys(languages, row.name),
        number=row.number,
        url=row.url,
        day_and_night=row.day_and_night,
        hours=row.hours,
        free=row.free,
        verified_on=row.verified_on,
        review_after=row.review_after,
        source=None,
        kept_by=KeptBy.PRACTICE,
    )
