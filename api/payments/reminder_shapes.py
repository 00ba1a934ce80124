"""Reminders that were made, on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from api.fields import In
from domain.payments import Reminder


class PostedIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    step: Annotated[int, Meta(ge=1, le=20, examples=[2])]
    posted_on: date


class ReminderOut(msgspec.Struct, frozen=True, kw_only=True):
    step: int
    attempt: int
    made_on: date
    made_at: datetime
    open_cents: int
    due_on: date
    charges_cents: int
    """What it asked for lateness, whether or not that is booked."""
    mailed: bool
    """False where the customer has no address: the letter is for the post."""
    posted_on: date | None
    """When you sent its letter by post too."""
    cancelled: bool
    """Called off before its mail had left."""
    rules_version: int
    sha256: str

    @classmethod
    def of(cls, one: Reminder) -> "ReminderOut":
        return cls(
            step=one.step,
            attempt=one.attempt,
            made_on=one.made_on,
            made_at=one.made_at,
            open_cents=one.open.cents,
            due_on=one.due_on,
            charges_cents=one.charges.cents,
            mailed=one.mailed,
            posted_on=one.posted_on,
            cancelled=one.cancelled,
            rules_version=one.rules_version,
            sha256=one.sha256,
        )


class Reminders(msgspec.Struct, frozen=True):
    items: list[ReminderOut]
