"""Dispatches: the way of one issued document over Peppol, from the queue to the receiver's door."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict
from domain.kit.ids import InvoiceId
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Word, within_practice
from domain.peppol.access_points import Progress, Standing

LONGEST_REASON = 300


class DispatchState(StrEnum):
    """`failed` is given up after the last attempt; `not_on_peppol` was mailed, where there is an address."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    NOT_ON_PEPPOL = "not_on_peppol"
    FAILED = "failed"


MOVES = {
    DispatchState.QUEUED: frozenset(set(DispatchState) - {DispatchState.QUEUED}),
    DispatchState.SENT: frozenset({DispatchState.DELIVERED, DispatchState.REJECTED, DispatchState.NOT_ON_PEPPOL}),
    DispatchState.REJECTED: frozenset({DispatchState.QUEUED}),
    DispatchState.NOT_ON_PEPPOL: frozenset({DispatchState.QUEUED}),
    DispatchState.FAILED: frozenset({DispatchState.QUEUED}),
}
REACHED = {
    Standing.SENT: DispatchState.SENT,
    Standing.DELIVERED: DispatchState.DELIVERED,
    Standing.REJECTED: DispatchState.REJECTED,
    Standing.NOT_ON_PEPPOL: DispatchState.NOT_ON_PEPPOL,
}


class NotForPeppol(Conflict):
    """That document does not go over Peppol: it is for a consumer, or of a practice that is exempt under art. 44."""


class Dispatch(Tenant, Table):
    """The database itself queues it with the e-invoice, in the transaction of the issue.

    A round is one try to have it delivered: all its attempts bear one key, so an access point takes it once.
    """

    __tablename__ = "peppol_dispatches"
    __table_args__ = (
        within_practice("invoice_id", "invoices"),
        CheckConstraint(
            "state IN ('queued', 'sent', 'delivered', 'rejected', 'not_on_peppol', 'failed')", name="state_known"
        ),
        CheckConstraint("state <> 'queued' OR due_at IS NOT NULL", name="queued_is_due"),
        CheckConstraint("state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL", name="sent_at_known"),
        Index("peppol_dispatches_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("peppol_dispatches_state_idx", "practice_id", "state", "invoice_id"),
    )

    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    state: Mapped[DispatchState] = mapped_column(Word(DispatchState, 16), default=DispatchState.QUEUED)
    receiver: Mapped[str] = mapped_column(String(64))
    round: Mapped[int] = mapped_column(SmallInteger, default=1)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_at: Mapped[datetime | None]  # when to send it, or to ask how it stands
    leased_until: Mapped[datetime | None]
    via: Mapped[str | None] = mapped_column(String(16))
    remote_id: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    rejected_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    @property
    def key(self) -> str:
        """The same for every attempt of a round."""
        return f"{self.invoice_id}-{self.round}"

    def reach(self, progress: Progress, now: datetime, *, look_at: datetime | None) -> bool:
        """Note how it stands; whether that is news. `look_at` is when to ask again while it is under way."""
        self.leased_until, self.remote_id = None, progress.remote_id or self.remote_id
        self.reason = None if progress.reason is None else progress.reason[:LONGEST_REASON]
        reached = REACHED[progress.standing]
        news = reached is not self.state
        if news:
            self.state = step(MOVES, self.state, reached)
            self._stamp(now)
        self.due_at = look_at if reached is DispatchState.SENT else None
        return news

    def _stamp(self, now: datetime) -> None:
        self.attempts = 0
        match self.state:
            case DispatchState.SENT:
                self.sent_at = now
            case DispatchState.DELIVERED:
                self.sent_at, self.delivered_at = self.sent_at or now, now
            case DispatchState.REJECTED:
                self.rejected_at = now
            case _:
                pass

    def put_off(self, due_at: datetime | None, reason: str) -> None:
        self.due_at, self.leased_until, self.reason = due_at, None, reason

    def give_up(self, reason: str) -> None:
        self.state = step(MOVES, self.state, DispatchState.FAILED)
        self.put_off(None, reason)

    def queue_again(self, now: datetime) -> None:
        """A new round where the last one came to an end; where it was never known to, the same, so that it is not
        delivered twice."""
        ended = self.state is not DispatchState.FAILED
        self.state = step(MOVES, self.state, DispatchState.QUEUED)
        self.round += int(ended)
        self.remote_id = None if ended else self.remote_id
        self.due_at, self.attempts, self.leased_until, self.reason = now, 0, None, None
        self.sent_at = self.delivered_at = self.rejected_at = None
