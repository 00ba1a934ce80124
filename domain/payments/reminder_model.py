"""Reminders: which invoices are watched, what went out for each, and why some wait."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import CoacheeId, InvoiceId, ReminderPauseId, SponsorId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.tables import Table, Tenant, within_practice


class NotReminded(Conflict):
    """No reminder of that invoice, or of that step, was made yet."""


class PostedOutOfTime(Invalid):
    """A letter was posted on the day on which it was made or later, and on no day that has yet to come."""


class ReminderPauseNotFound(NotFound):
    """No pause of reminders with that id in this practice."""


class PauseOver(Conflict):
    """That pause was ended already."""


class PauseEndsInPast(Invalid):
    """A pause lasts until today or a later day."""


class ReminderTooSoon(Invalid):
    """A consumer has 14 calendar days after a reminder: let 15 days or more pass before the next one."""


class ReminderRulesChanged(Conflict):
    """Somebody has changed the steps since you read them: read them again."""

    constraint = "reminder_rules_pkey"


class ReminderRules(Tenant, Table):
    """The steps of a practice as it set them, a row for each time. Never changed."""

    __tablename__ = "reminder_rules"

    version: Mapped[int] = mapped_column(primary_key=True)
    steps: Mapped[dict[str, list[dict[str, Any]]]] = mapped_column(JSONB)
    made_at: Mapped[datetime]


class ReminderCase(Tenant, Table):
    """An invoice that is watched. The database opens it with the debt and lays it to rest with the payment."""

    __tablename__ = "reminder_cases"
    __table_args__ = (
        within_practice("invoice_id", "open_items"),
        Index("reminder_cases_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]  # when to look at it again, at the latest when a reminder is due


class Reminder(Tenant, Table):
    """One reminder of what was due on a day, with its letter as it went out; `cancelled` where it was called off before
    its mail had left."""

    __tablename__ = "reminders"
    __table_args__ = (
        within_practice("invoice_id", "open_items"),
        Index(
            "reminders_once_idx",
            "practice_id",
            "invoice_id",
            "due_on",
            "step",
            unique=True,
            postgresql_where=text("NOT cancelled"),
        ),
    )

    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    attempt: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    rules_version: Mapped[int]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    open: Mapped[Money]  # what was asked for: of instalments, those that were due
    due_on: Mapped[date]
    charges: Mapped[Money] = mapped_column(default=ZERO)  # what it asked for lateness, booked or not
    mailed: Mapped[bool]  # False where there is no address: the letter is for the post
    posted_on: Mapped[date | None]  # when somebody sent the letter by post too
    cancelled: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(60))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))

    @property
    def letter_left_on(self) -> date | None:
        """The day on which it went by post, if it did."""
        return self.posted_on or (None if self.mailed else self.made_on)


class ReminderPause(Tenant, Table):
    """Why an invoice, or all of a customer's, wait: up to a day, or as long as it is disputed."""

    __tablename__ = "reminder_pauses"
    __table_args__ = (
        within_practice("invoice_id", "open_items"),
        within_practice("coachee_id", "coachees"),
        within_practice("sponsor_id", "sponsors"),
        CheckConstraint("num_nonnulls(invoice_id, coachee_id, sponsor_id) = 1", name="of_one"),
        CheckConstraint("disputed = (until IS NULL)", name="ends_or_disputed"),
        CheckConstraint("NOT disputed OR invoice_id IS NOT NULL", name="dispute_of_invoice"),
        Index("reminder_pauses_in_force_idx", "practice_id", "id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[ReminderPauseId] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[InvoiceId | None]
    coachee_id: Mapped[CoacheeId | None]
    sponsor_id: Mapped[SponsorId | None]
    disputed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500))
    until: Mapped[date | None]  # the last day on which nothing goes out
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
