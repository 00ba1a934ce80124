"""Charges for late payment as they are kept: the terms of a practice, who agreed to its clause, and what was booked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import CoacheeId, InvoiceId, OpenItemId
from domain.kit.money import Money
from domain.kit.tables import Table, Tenant, within_practice


class LateTermsChanged(Conflict):
    """Somebody has changed the terms of late payment since you read them: read them again."""

    constraint = "late_terms_pkey"


class LateTermsBeyondLaw(Invalid):
    """A clause may ask no more of a consumer than the law lets it; the facts name the most, its source and how certain
    it is."""


class LateRatesOutOfOrder(Invalid):
    """Rates of interest, and caps, stand in order: each begins after the one before it."""


class LateClauseNotFound(NotFound):
    """That coachee has agreed to no clause on late payment."""


class ClauseInFuture(Invalid):
    """A clause was agreed to on today or a day before."""


class NothingToCharge(Conflict):
    """Nothing can be charged for lateness now: `because` tells why, or all of it is booked already."""


class LateRateUnknown(Conflict):
    """The rate of interest is not known for all of its days; fill it in, or charge the costs alone."""


class LateTerms(Tenant, Table):
    """The terms of a practice as it set them, a row for each time. Never changed."""

    __tablename__ = "late_terms"

    version: Mapped[int] = mapped_column(primary_key=True)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_at: Mapped[datetime]


class LateClause(Tenant, Table):
    """That a coachee agreed to a clause on late payment, on which day, and where that stands."""

    __tablename__ = "late_clauses"
    __table_args__ = (within_practice("coachee_id", "coachees"),)

    coachee_id: Mapped[CoacheeId] = mapped_column(primary_key=True)
    agreed_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(140))
    made_at: Mapped[datetime]


class LateCharge(Tenant, Table):
    """What was booked for the lateness of an invoice, and how it was reckoned. Never changed: it is written off."""

    __tablename__ = "late_charges"
    __table_args__ = (
        within_practice("item_id", "open_items"),
        within_practice("invoice_id", "open_items"),
        CheckConstraint("interest >= 0 AND costs >= 0 AND interest + costs > 0", name="of_something"),
        Index("late_charges_invoice_idx", "practice_id", "invoice_id", "item_id"),
    )

    item_id: Mapped[OpenItemId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId]
    interest: Mapped[Money]
    costs: Mapped[Money]
    until: Mapped[date]  # the last day that its interest counts
    terms_version: Mapped[int]
    reckoning: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime]
