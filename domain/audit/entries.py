"""The audit trail: one line per thing done, append-only, without names or private text."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, literal_column, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.bulk import insert_many
from domain.kit.ids import AuditId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.tables import Table, Tenant, Word
from domain.kit.work import ActorKind, Work

# Whom a line is about, where it is about a person.
WHOSE = "COALESCE(facts ->> 'coachee_id', subject_id::text)"


class AuditEntry(Tenant, Table):
    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("audit_entries_subject_idx", "practice_id", "subject_id", "id"),
        Index(
            "audit_entries_reads_idx", "practice_id", text(WHOSE), "id", postgresql_where=text("action LIKE '%\\_read'")
        ),
    )

    id: Mapped[AuditId] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = mapped_column(Word(ActorKind, 16))
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)


def record(work: Work, action: str, subject_id: UUID, **facts: object) -> None:
    """Add a line; `facts` are ids, states and amounts, never names, addresses or text of people."""
    work.session.add(
        AuditEntry(
            practice_id=work.practice_id,
            at=work.now,
            actor_kind=work.actor.kind,
            actor_id=work.actor.id,
            action=action,
            subject_id=subject_id,
            facts=plain(facts),
        )
    )


async def record_many(work: Work, lines: Sequence[tuple[str, UUID, Mapping[str, Any]]]) -> None:
    """Add many lines at once: what was done, to what, and its facts, which are plain already."""
    rows = [
        {
            "practice_id": work.practice_id,
            "id": new_id(),
            "at": work.now,
            "actor_kind": work.actor.kind,
            "actor_id": work.actor.id,
            "action": action,
            "subject_id": subject_id,
            "facts": facts,
        }
        for action, subject_id, facts in lines
    ]
    await insert_many(work, AuditEntry, rows)


def plain(facts: Mapping[str, object]) -> dict[str, Any]:
    """Facts as JSON holds them: ids and dates as text."""
    return {name: value if isinstance(value, int | str | bool | None) else str(value) for name, value in facts.items()}


async def list_entries(work: Work, page: PageRequest, *, subject_id: UUID | None = None) -> Page[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.practice_id == work.practice_id)
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    return await fetch_page(work, query, page, list_name=f"audit:{subject_id}", keys=[AuditEntry.id])


async def list_reads(work: Work, coachee_id: UUID, limit: int) -> list[AuditEntry]:
    """Who opened what of a coachee's private text, the latest first: for herself."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.practice_id == work.practice_id,
            literal_column("action LIKE '%\\_read'"),
            literal_column(WHOSE) == str(coachee_id),
            AuditEntry.actor_kind == ActorKind.STAFF,
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return list((await work.session.scalars(query)).all())
