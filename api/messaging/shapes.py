"""Events, audit lines and messages on the wire: what happened to which thing, never to which address."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from api.fields import Out
from domain.kit.ids import AuditId, EventId, MessageId
from domain.kit.work import ActorKind
from domain.messaging import Channel, Language, MessageState


class EventOut(Out, frozen=True, kw_only=True):
    id: EventId
    at: datetime
    kind: str
    subject_id: UUID
    facts: dict[str, Any]


class EventPage(msgspec.Struct, frozen=True):
    items: list[EventOut]
    next_cursor: str | None
    """Keep it: it leads on from here, also when nothing more has happened yet."""


class AuditEntryOut(Out, frozen=True, kw_only=True):
    id: AuditId
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    action: str
    subject_id: UUID
    facts: dict[str, Any]


class AuditPage(msgspec.Struct, frozen=True):
    items: list[AuditEntryOut]
    next_cursor: str | None


class MessageOut(Out, frozen=True, kw_only=True):
    id: MessageId
    kind: str
    channel: Channel
    state: MessageState
    recipient_id: UUID
    language: Language
    created_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    last_error: str | None


class MessagePage(msgspec.Struct, frozen=True):
    items: list[MessageOut]
    next_cursor: str | None
