"""The outbox: messages to people, written in the transaction that caused them, sent after it, at least once."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from domain import audit
from domain.kit.errors import NotFound
from domain.kit.ids import MessageId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Word
from domain.kit.work import Work, find
from domain.messaging.channels import Attachment, Channel
from domain.messaging.events import announce
from domain.messaging.languages import Language, spoken_there


class MessageState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    PARKED = "parked"  # given up after the last attempt; a person may try again
    CANCELLED = "cancelled"


MOVES = {
    MessageState.QUEUED: frozenset({MessageState.SENT, MessageState.PARKED, MessageState.CANCELLED}),
    MessageState.PARKED: frozenset({MessageState.QUEUED, MessageState.CANCELLED}),
}


class MessageNotFound(NotFound):
    """No message with that id in this practice."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is for; the address is forgotten once it is sent."""

    id: UUID
    address: str | None  # none where the channel finds her by itself: her browsers
    language: Language
    country: str = ""  # where it is read: some say things in their own way

    def facts(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Those of a message, with how she says things where she is."""
        spoken = spoken_there(self.language, self.country)
        return audit.plain(facts if spoken is None else {"spoken": spoken, **facts})


class Message(Tenant, Table):
    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_due_idx", "due_at", postgresql_where=text("state = 'queued'")),
        Index(
            "messages_other_due_idx",
            "channel",
            "due_at",
            postgresql_where=text("state = 'queued' AND channel <> 'email'"),
        ),
        Index("messages_recipient_idx", "practice_id", "recipient_id", "id"),
        Index("messages_once_idx", "practice_id", "once", unique=True, postgresql_where=text("once IS NOT NULL")),
    )

    id: Mapped[MessageId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel] = mapped_column(
        Word(Channel, 16), default=Channel.EMAIL, server_default=text("'email'::character varying")
    )
    state: Mapped[MessageState] = mapped_column(Word(MessageState, 16), default=MessageState.QUEUED)
    recipient_id: Mapped[UUID]
    address: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    once: Mapped[str | None] = mapped_column(String(120))
    attached: Mapped[list[dict[str, str]] | None] = mapped_column(JSONB)  # forgotten with the address
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    charged_in: Mapped[date | None]  # the month in which its price was counted, once for all its attempts
    last_error: Mapped[str | None] = mapped_column(String(500))

    def sent(self, now: datetime) -> None:
        self.state = step(MOVES, self.state, MessageState.SENT)
        self.sent_at, self.address, self.leased_until, self.last_error = now, None, None, None
        self.attached = None

    def put_off(self, due_at: datetime, error: str) -> None:
        self.due_at, self.leased_until, self.last_error = due_at, None, error

    def park(self, error: str) -> None:
        self.state = step(MOVES, self.state, MessageState.PARKED)
        self.leased_until, self.last_error = None, error

    def cancel(self) -> None:
        self.state = step(MOVES, self.state, MessageState.CANCELLED)
        self.address, self.leased_until, self.attached = None, None, None

    @property
    def about(self) -> UUID | None:
        """The thing that its link opens."""
        try:
            return UUID(str(self.facts.get("link")).partition(":")[2])
        except ValueError:
            return None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        parts = self.attached or ()
        return tuple(Attachment(one["name"], one["type"], base64.b64decode(one["content"])) for one in parts)

    def outlived(self, now: datetime) -> bool:
        """Whether it would come too late to be of use: past its fact `good_until`."""
        good_until: str | None = self.facts.get("good_until")
        return good_until is not None and datetime.fromisoformat(good_until) <= now

    def queue_again(self, now: datetime) -> None:
        self.state = step(MOVES, self.state, MessageState.QUEUED)
        self.due_at, self.attempts, self.leased_until = now, 0, None


def post(
    work: Work,
    kind: str,
    recipient: Recipient,
    *,
    channel: Channel = Channel.EMAIL,
    due_at: datetime | None = None,
    **facts: object,
) -> None:
    """Queue a message of a kind that has wording in every language; `facts` fill that wording, so keep them neutral.

    A fact `link` of the form "check_in:<id>" or "agreement:<id>" becomes the address of that page, with its token, when
    the mail is sent; "me/digest" is a page of the recipient's own area. One that is not sent by a fact `good_until` (an
    instant) is cancelled: it would only confuse.
    """
    message = Message(
        practice_id=work.practice_id,
        kind=kind,
        channel=channel,
        recipient_id=recipient.id,
        address=recipient.address,
        language=recipient.language,
        facts=recipient.facts(facts),
        created_at=work.now,
        due_at=due_at or work.now,
    )
    work.session.add(message)


async def post_once(
    work: Work, once: str, kind: str, recipient: Recipient, attachments: Sequence[Attachment] = (), **facts: object
) -> None:
    """Queue a message unless one with that key ever was, sent or not: trying again adds none."""
    parts = [(one.name, one.media_type, base64.b64encode(one.content).decode()) for one in attachments]
    statement = insert(Message).values(
        practice_id=work.practice_id,
        id=new_id(),
        kind=kind,
        state=MessageState.QUEUED,
        recipient_id=recipient.id,
        address=recipient.address,
        language=recipient.language,
        facts=recipient.facts(facts),
        once=once,
        attached=[{"name": name, "type": media_type, "content": content} for name, media_type, content in parts]
        or None,
        created_at=work.now,
        due_at=work.now,
        attempts=0,
    )
    await work.session.execute(statement.on_conflict_do_nothing())


async def cancel_messages(
    work: Work,
    recipient_id: UUID,
    *,
    kind: str | None = None,
    once: str | None = None,
    channel: Channel | None = None,
) -> int:
    """Cancel what has not left yet for a recipient, or of that what has one kind, channel or beginning of its key."""
    query = select(Message).where(
        Message.practice_id == work.practice_id,
        Message.recipient_id == recipient_id,
        Message.state.in_([MessageState.QUEUED, MessageState.PARKED]),
    )
    if kind is not None:
        query = query.where(Message.kind == kind)
    if channel is not None:
        query = query.where(Message.channel == channel)
    if once is not None:
        query = query.where(Message.once.startswith(once, autoescape=True))
    messages = (await work.session.scalars(query.order_by(Message.id).with_for_update())).all()
    for message in messages:
        message.cancel()
        announce(work, "message_cancelled", message.id, mail=message.kind)
    return len(messages)


async def list_messages(work: Work, page: PageRequest, *, state: MessageState | None = None) -> Page[Message]:
    query = select(Message).where(Message.practice_id == work.practice_id)
    if state is not None:
        query = query.where(Message.state == state)
    return await fetch_page(work, query, page, list_name=f"messages:{state}", keys=[Message.id])


async def retry_message(work: Work, message_id: MessageId) -> Message:
    """Put a parked message back in the queue, due at once."""
    message = await find(work, Message, message_id, MessageNotFound, lock=True)
    message.queue_again(work.now)
    announce(work, "message_retried", message.id, mail=message.kind)
    return message
