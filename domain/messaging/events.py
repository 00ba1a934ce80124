"""Events: every change of state, for integrators to follow; thin facts that name things, never people or text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, literal_column, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain import audit
from domain.kit.bulk import insert_many
from domain.kit.ids import EventId, new_id
from domain.kit.paging import Page, PageRequest, decode_cursor, encode_cursor
from domain.kit.tables import Table, Tenant
from domain.kit.work import Work

# A transaction that began earlier may commit later: its events would slip in behind a reader's cursor. So events are
# read in the order of their transactions, and only up to the oldest transaction that is still open.
SETTLED = "transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class Event(Tenant, Table):
    __tablename__ = "events"
    __table_args__ = (Index("events_order_idx", "practice_id", "transaction_id", "id"),)

    id: Mapped[EventId] = mapped_column(primary_key=True, default=new_id)
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=text("pg_current_xact_id()::text::bigint"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)


def announce(work: Work, kind: str, subject_id: UUID, **facts: object) -> None:
    """Tell of a change of state: an event for integrators, and a line in the audit trail."""
    event = Event(practice_id=work.practice_id, at=work.now, kind=kind, subject_id=subject_id, facts=audit.plain(facts))
    work.session.add(event)
    audit.record(work, kind, subject_id, **facts)


@dataclass(frozen=True, slots=True)
class News:
    """A change of state that is told together with others."""

    kind: str
    subject_id: UUID
    facts: Mapping[str, object]


async def announce_many(work: Work, news: Sequence[News]) -> None:
    """Tell of many changes at once, in their order, as `announce` does of one."""
    told = [(one.kind, one.subject_id, audit.plain(one.facts)) for one in news]
    rows = [
        {
            "practice_id": work.practice_id,
            "id": new_id(),
            "at": work.now,
            "kind": kind,
            "subject_id": subject_id,
            "facts": facts,
        }
        for kind, subject_id, facts in told
    ]
    await insert_many(work, Event, rows)
    await audit.record_many(work, told)


async def list_events(work: Work, page: PageRequest, *, kind: str | None = None) -> Page[Event]:
    """What happened after the cursor, in an order that never changes; at the end, `next_cursor` still leads on."""
    query = select(Event).where(Event.practice_id == work.practice_id, text(SETTLED))
    if kind is not None:
        query = query.where(Event.kind == kind)
    list_name = f"events:{kind}"
    if page.cursor is not None:
        transaction_id, event_id = decode_cursor(work.vault, list_name, page.cursor)
        query = query.where(tuple_(Event.transaction_id, Event.id) > tuple_(int(transaction_id), UUID(event_id)))
    query = query.order_by(Event.transaction_id, Event.id).limit(literal_column(str(page.limit)))
    events = list((await work.session.scalars(query)).all())
    if not events:
        return Page(cast("list[Event]", []), page.cursor)
    marks = [str(events[-1].transaction_id), str(events[-1].id)]
    return Page(events, encode_cursor(work.vault, list_name, marks))
