"""Whom coachees can call, the published words, and who is asked when a coach does not take up an alert."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter
from msgspec import Meta

from api.fields import END, Country, In, Out, ShortLine
from api.problems import refuses
from domain import practice, support
from domain.kit.calendar import local_day
from domain.kit.ids import StaffId
from domain.kit.work import Work
from domain.messaging import Language
from domain.practice import StaffNotFound
from domain.support import (
    BackupNotAppointed,
    HelpLine,
    KeptBy,
    KeptLine,
    LineLanguageTwice,
    SupportResourceNotFound,
    VerifiedInFuture,
)

Dialled = Annotated[str, Meta(min_length=2, max_length=32, pattern=r"^[0-9+][0-9 ]*" + END, examples=["088 0767 000"])]
Address = Annotated[
    str,
    Meta(
        min_length=10,
        max_length=200,
        pattern=r"^https://[^\s\x00-\x1f<>\"]+" + END,
        examples=["https://www.deluisterlijn.nl"],
    ),
]
LineKey = Annotated[
    str, PathParameter(pattern=r"^[a-z0-9_]{1,40}" + END, max_length=40, description="The key of the line")
]


class SupportResourceIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    country: Country
    languages: Annotated[list[Language], Meta(min_length=1, max_length=4)]
    """To whom it is shown, by the language that they read."""
    name: ShortLine
    number: Dialled
    url: Address | None = None
    day_and_night: bool = False
    hours: ShortLine | None = None
    """When somebody answers, where that is not always."""
    free: bool = False
    verified_on: date
    """The day on which you compared it with the line itself."""
    review_after: date

    def line(self) -> KeptLine:
        values: dict[str, Any] = {name: getattr(self, name) for name in KeptLine.__dataclass_fields__}
        values["languages"] = tuple(self.languages)
        return KeptLine(**values)


class SupportNameOut(msgspec.Struct, frozen=True):
    language: Language
    name: str


class SupportResourceOut(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    kept_by: KeptBy
    """Whether it ships with Krachtlijn, or the practice put it there."""
    country: str
    names: list[SupportNameOut]
    number: str
    url: str | None
    day_and_night: bool
    hours: str | None
    free: bool
    verified_on: date
    review_after: date
    stale: bool
    """True where it was verified more than 180 days ago, or its day of review has passed: compare it anew."""
    source: str | None
    """Of what ships: the page that the number was compared with."""

    @classmethod
    def of(cls, line: HelpLine, today: date) -> "SupportResourceOut":
        plain = ("key", "kept_by", "country", "number", "url", "day_and_night", "hours", "free", "verified_on")
        return cls(
            **{name: getattr(line, name) for name in plain},
            names=[SupportNameOut(language, line.names[language]) for language in line.languages],
            review_after=line.review_after,
            stale=line.is_stale(today),
            source=line.source,
        )


class SupportResourceList(msgspec.Struct, frozen=True):
    items: list[SupportResourceOut]
    stale: int
    """How many of them are to be verified anew."""


class SupportWordsOut(msgspec.Struct, frozen=True):
    language: Language
    words: list[str]


class SupportWordList(msgspec.Struct, frozen=True):
    items: list[SupportWordsOut]


class SupportBackupIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    staff_id: StaffId


class SupportBackupOut(Out, frozen=True, kw_only=True):
    staff_id: StaffId
    appointed_on: date


async def _today(work: Work) -> date:
    return local_day(work.now, (await practice.get_practice(work)).zone)


@get("/support-resources", scope="practice:read")
async def list_support_resources(work: NamedDependency[Work]) -> SupportResourceList:
    """List whom coachees of this practice can call, as their pages show it by country and language. What was
    verified more than 180 days ago is marked as stale.
    """
    today = await _today(work)
    items = [SupportResourceOut.of(line, today) for line in await support.list_lines(work)]
    return SupportResourceList(items, sum(one.stale for one in items))


@put(
    "/support-resources/{key:str}",
    scope="practice:write",
    responses=refuses(VerifiedInFuture, LineLanguageTwice),
)
async def keep_support_resource(
    work: NamedDependency[Work], key: FromPath[LineKey], data: JSONBody[SupportResourceIn]
) -> SupportResourceOut:
    """Keep a help line of your own: under the key of one that ships it takes its place, under another it comes beside
    them. Repeating it changes nothing.
    """
    return SupportResourceOut.of(await support.keep_line(work, key, data.line()), await _today(work))


@delete("/support-resources/{key:str}", scope="practice:write", responses=refuses(SupportResourceNotFound))
async def drop_support_resource(work: NamedDependency[Work], key: FromPath[LineKey]) -> None:
    """Keep a line of your own no more: what ships under that key is shown again."""
    await support.drop_line(work, key)


@get("/support-words", scope="practice:read")
async def list_support_words(work: NamedDependency[Work]) -> SupportWordList:
    """List the words at which help lines are shown to the coachee who wrote them. They are matched on this server,
    letter for letter; they decide nothing, and that one was found is forgotten after 30 days.
    """
    del work
    return SupportWordList([SupportWordsOut(language, list(support.words(language))) for language in Language])


@get("/support-backup", scope="practice:read", responses=refuses(BackupNotAppointed))
async def read_support_backup(work: NamedDependency[Work]) -> SupportBackupOut:
    """Read whom the practice appointed as backup for support alerts."""
    return SupportBackupOut.of(await support.get_backup(work))


@put("/support-backup", scope="practice:write", responses=refuses(StaffNotFound))
async def appoint_support_backup(work: NamedDependency[Work], data: JSONBody[SupportBackupIn]) -> SupportBackupOut:
    """Appoint who is asked to get in touch where a coach does not acknowledge an alert within a working day, or has
    left. It is passed on only for coachees who consent to that (`support_backup`).
    """
    return SupportBackupOut.of(await support.appoint_backup(work, data.staff_id))


@delete("/support-backup", scope="practice:write", responses=refuses(BackupNotAppointed))
async def dismiss_support_backup(work: NamedDependency[Work]) -> None:
    """From now on an alert goes to nobody but the coach."""
    await support.dismiss_backup(work)


router = Router(
    "/",
    tags=["support"],
    route_handlers=[
        list_support_resources,
        keep_support_resource,
        drop_support_resource,
        list_support_words,
        read_support_backup,
        appoint_support_backup,
        dismiss_support_backup,
    ],
)
