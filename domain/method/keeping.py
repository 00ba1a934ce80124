"""What is done the same way with every kind of thing in a coachee's file: add, read, change, put away.

A `Kind` says what is particular about one: its table, its name in events, what it is linked to, what is checked.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import delete, select

from domain import audit
from domain.kit.calendar import sane_day
from domain.kit.errors import Invalid, NotFound
from domain.kit.ids import CoacheeId, CoacheeQualityId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.tables import Table
from domain.kit.work import Work
from domain.messaging import announce
from domain.method import file
from domain.method.model import CoacheeQuality, Ideal, Obstacle
from domain.method.moments import Experience
from domain.method.shape import Kept, Step
from domain.trajectories import Session

K = TypeVar("K", bound=Kept)

# What a field of that name leads to: always something of the same coachee.
LEADS_TO: dict[str, type[Any]] = {
    "ideal_id": Ideal,
    "obstacle_id": Obstacle,
    "triggered_by_id": Obstacle,
    "quality_id": CoacheeQuality,
    "experience_id": Experience,
    "session_id": Session,
}
QUALITIES = "quality_ids"


class NotInThisFile(Invalid):
    """What is linked belongs to the same coachee, and a thing is not linked to itself."""


@dataclass(frozen=True, slots=True)
class Links:
    """The qualities that a thing has to do with: the rows that say so, and how one is made."""

    rows: type[Any]
    column: str
    make: Callable[[Work, Any, CoacheeQualityId], Table]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A field whose every value is dated: rows of `steps`, each with the id of its thing in `column`."""

    field: str
    steps: type[Step]
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[K]):
    table: type[K]
    name: str
    missing: type[NotFound]
    links: Links | None = None
    tracked: Tracked | None = None
    check: Callable[[K], None] | None = None
    prepare: Callable[[Work, K, dict[str, Any]], Awaitable[None]] | None = None
    author_alone: bool = False

    @property
    def plural(self) -> str:
        return self.table.__tablename__

    @property
    def private(self) -> list[str]:
        """The fields that are kept sealed."""
        columns = self.table.__table__.columns.keys()
        return [name.removeprefix("sealed_") for name in columns if name.startswith("sealed_")]


@dataclass(frozen=True, slots=True)
class Opened(Generic[K]):
    """A thing, opened for a moment: with its private texts and, where it has those, the qualities it is linked to."""

    thing: K
    texts: dict[str, Any]


async def add(work: Work, kind: Kind[K], coachee_id: CoacheeId, values: dict[str, Any]) -> K:
    """Put a thing in the coachee's file."""
    coach_id = await file.open_file_to_add(work, coachee_id)
    thing = kind.table(
        practice_id=work.practice_id, id=new_id(), coachee_id=coachee_id, added_by=coach_id, added_at=work.now
    )
    if kind.prepare:
        await kind.prepare(work, thing, values)
    quality_ids = await _set(work, thing, values)
    if kind.check:
        kind.check(thing)
    await work.store(thing)
    await _link(work, kind, thing, quality_ids)
    _note_step(work, kind, thing)
    announce(work, f"{kind.name}_added", _id(thing), coachee_id=coachee_id)
    return thing


async def list_all(
    work: Work, kind: Kind[K], coachee_id: CoacheeId, page: PageRequest, *, archived: bool | None = None
) -> Page[Opened[K]]:
    """In the order in which they were added; that they were read is kept in the audit trail."""
    await file.open_file(work, coachee_id)
    table: Any = kind.table
    query = select(kind.table).where(table.practice_id == work.practice_id, table.coachee_id == coachee_id)
    if archived is not None:
        query = query.where(table.archived_at.is_not(None) if archived else table.archived_at.is_(None))
    if kind.author_alone:
        query = query.where(table.added_by == work.actor.id)
    name = f"{kind.plural}:{coachee_id}:{archived}"
    found = await fetch_page(work, query, page, list_name=name, keys=[table.id])
    opened = await _open(work, kind, found.items)
    audit.record(work, f"{kind.plural}_read", coachee_id, **{kind.plural: len(opened)})
    return Page(opened, found.next_cursor)


async def read(work: Work, kind: Kind[K], thing_id: UUID) -> Opened[K]:
    thing = await get(work, kind, thing_id)
    audit.record(work, f"{kind.name}_read", thing_id, coachee_id=thing.coachee_id)
    [opened] = await _open(work, kind, [thing])
    return opened


async def change(work: Work, kind: Kind[K], thing_id: UUID, changes: dict[str, Any]) -> K:
    """Word it anew, or change what is known of it by now."""
    thing = await get(work, kind, thing_id, lock=True)
    before = kind.tracked and getattr(thing, kind.tracked.field)
    values = dict(changes)
    if kind.prepare:
        await kind.prepare(work, thing, values)
    quality_ids = await _set(work, thing, values)
    if kind.check:
        kind.check(thing)
    if QUALITIES in changes:
        await _unlink(work, kind, thing)
        await _link(work, kind, thing, quality_ids)
    if kind.tracked and getattr(thing, kind.tracked.field) != before:
        _note_step(work, kind, thing)
    await work.session.flush()
    fields = ",".join(sorted(changes))
    announce(work, f"{kind.name}_changed", _id(thing), coachee_id=thing.coachee_id, fields=fields)
    return thing


async def archive(work: Work, kind: Kind[K], thing_id: UUID) -> K:
    """Put it away. Archiving again changes nothing."""
    thing = await get(work, kind, thing_id, lock=True)
    if thing.archived_at is None:
        thing.archived_at = work.now
        await work.session.flush()
        announce(work, f"{kind.name}_archived", _id(thing), coachee_id=thing.coachee_id)
    return thing


async def list_steps(work: Work, kind: Kind[K], thing_id: UUID, page: PageRequest) -> Page[Any]:
    """Where a thing has stood, from the first day on."""
    await get(work, kind, thing_id)
    if kind.tracked is None:
        return Page([], None)
    steps: Any = kind.tracked.steps
    query = select(steps).where(steps.practice_id == work.practice_id, getattr(steps, kind.tracked.column) == thing_id)
    found = await fetch_page(work, query, page, list_name=f"{steps.__tablename__}:{thing_id}", keys=[steps.id])
    audit.record(work, f"{kind.name}_history_read", thing_id, steps=len(found.items))
    return found


async def get(work: Work, kind: Kind[K], thing_id: UUID, *, lock: bool = False) -> K:
    return await file.find_thing(work, kind.table, thing_id, kind.missing, lock=lock, own_alone=kind.author_alone)


async def _set(work: Work, thing: Kept, values: dict[str, Any]) -> list[CoacheeQualityId]:
    """Set what is named; the qualities it is to be linked to come back, for they are rows of their own."""
    quality_ids = list(dict.fromkeys(values.pop(QUALITIES, ())))
    await _must_be_in_file(work, thing.coachee_id, QUALITIES, CoacheeQuality, quality_ids)
    for field, value in values.items():
        if isinstance(value, date):
            sane_day(value, field=field)
        elif value is not None and field in LEADS_TO:
            if value == _id(thing):
                raise NotInThisFile(field=field)
            await _must_be_in_file(work, thing.coachee_id, field, LEADS_TO[field], [value])
    await file.change(work, thing, values)
    return quality_ids


async def _must_be_in_file(
    work: Work, coachee_id: CoacheeId, field: str, table: type[Any], ids: Sequence[UUID]
) -> None:
    if not ids:
        return
    query = select(table.id).where(
        table.practice_id == work.practice_id, table.coachee_id == coachee_id, table.id.in_(ids)
    )
    if set(ids) - set(await work.session.scalars(query)):
        raise NotInThisFile(field=field)


async def _link(work: Work, kind: Kind[K], thing: K, quality_ids: list[CoacheeQualityId]) -> None:
    if kind.links is not None and quality_ids:
        await work.store(*(kind.links.make(work, thing, quality_id) for quality_id in quality_ids))


async def _unlink(work: Work, kind: Kind[K], thing: K) -> None:
    if kind.links is not None:
        rows = kind.links.rows
        mine = getattr(rows, kind.links.column) == _id(thing)
        await work.session.execute(delete(rows).where(rows.practice_id == work.practice_id, mine))


def _note_step(work: Work, kind: Kind[K], thing: K) -> None:
    if kind.tracked is None:
        return
    field = kind.tracked.field
    told = {kind.tracked.column: _id(thing), field: getattr(thing, field)}
    noted_by = work.actor.id or thing.added_by
    work.session.add(kind.tracked.steps(practice_id=work.practice_id, noted_by=noted_by, noted_at=work.now, **told))


async def _open(work: Work, kind: Kind[K], things: Sequence[K]) -> list[Opened[K]]:
    linked = await _linked(work, kind, things)
    return [
        Opened(thing, {field: await file.read_any(work, thing, field) for field in kind.private} | linked[_id(thing)])
        for thing in things
    ]


async def _linked(work: Work, kind: Kind[K], things: Sequence[K]) -> dict[UUID, dict[str, Any]]:
    """The qualities that each thing is linked to, in one query."""
    found: dict[UUID, dict[str, Any]] = {_id(thing): {QUALITIES: []} if kind.links else {} for thing in things}
    if kind.links is not None and found:
        rows, column = kind.links.rows, getattr(kind.links.rows, kind.links.column)
        query = select(column, rows.quality_id).where(rows.practice_id == work.practice_id, column.in_(list(found)))
        for thing_id, quality_id in await work.session.execute(query.order_by(rows.quality_id)):
            found[thing_id][QUALITIES].append(quality_id)
    return found


def _id(thing: Any) -> UUID:
    return thing.id
