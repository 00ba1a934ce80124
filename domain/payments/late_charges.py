"""Charges for late payment, reckoned at any time: whether they may be asked, and what they come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from domain.invoicing import added
from domain.kit.errors import named_in
from domain.kit.ids import InvoiceId
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.payments import late_rules
from domain.payments.late_clauses import clause_of
from domain.payments.late_model import LateCharge, LateClause
from domain.payments.late_rules import Paid, Reckoning
from domain.payments.late_terms import Terms, late_terms
from domain.payments.lateness import lateness_of, reminders_sent
from domain.payments.ledger import today
from domain.payments.model import OpenItem
from domain.payments.queries import debt_of_invoice
from domain.payments.refusals import NotPayable
from domain.payments.reminder_plan import is_disputed


class Because(StrEnum):
    """Why nothing is charged."""

    NOT_LATE = "not_late"
    DISPUTED = "disputed"
    NOT_ASKED = "not_asked"  # the terms of the practice ask for nothing
    NO_CLAUSE = "no_clause"
    CLAUSE_LATER = "clause_later"  # she agreed after the invoice was issued
    NOT_REMINDED = "not_reminded"
    IN_GRACE = "in_grace"  # of 14 days after the first reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCharges:
    """All that lateness comes to by a day, and what of it was booked."""

    invoice_id: InvoiceId
    consumer: bool
    clause_agreed_on: date | None
    because: Because | None
    reckoning: Reckoning
    terms: Terms
    booked: Sequence[LateCharge]

    @property
    def interest_left(self) -> Money | None:
        found = self.reckoning.interest
        return None if found is None else max(found - added(one.interest for one in self.booked), ZERO)

    @property
    def costs_left(self) -> Money:
        return max(self.reckoning.cost - added(one.costs for one in self.booked), ZERO)

    def asked_at(self, step: int) -> bool:
        """Whether the reminder of that step asks for them."""
        first = (self.terms.consumer if self.consumer else self.terms.business).from_step
        return self.because is None and first is not None and step >= first


async def late_charges(work: Work, invoice_id: InvoiceId) -> LateCharges:
    """What the lateness of an invoice comes to today, with how it is reckoned."""
    return await reckon(work, await late_debt(work, invoice_id))


async def reckon(work: Work, debt: OpenItem, writing: Paid | None = None) -> LateCharges:
    """`writing` is the reminder that is being written: it counts too."""
    terms = (await late_terms(work)).asked_on(await today(work))
    clause = await clause_of(work, debt.coachee_id)
    because, reckoning = await _reckoned(work, debt, terms, clause, writing)
    booked = select(LateCharge).where(LateCharge.practice_id == work.practice_id, LateCharge.invoice_id == debt.id)
    return LateCharges(
        invoice_id=InvoiceId(debt.id),
        consumer=debt.coachee_id is not None,
        clause_agreed_on=clause.agreed_on if clause is not None else None,
        because=because,
        reckoning=reckoning,
        terms=terms,
        booked=(await work.session.scalars(booked.order_by(LateCharge.made_at))).all(),
    )


async def _reckoned(
    work: Work, debt: OpenItem, terms: Terms, clause: LateClause | None, writing: Paid | None
) -> tuple[Because | None, Reckoning]:
    until = await today(work)
    nothing = Reckoning(until)
    asked = terms.consumer if debt.coachee_id is not None else terms.business
    if asked.from_step is None:
        return Because.NOT_ASKED, nothing
    if await is_disputed(work, debt):
        return Because.DISPUTED, nothing
    if debt.coachee_id is None:
        late = await lateness_of(work, debt, until)
        since = late_rules.first_late(late)
        if since is None or since > until:
            return Because.NOT_LATE, nothing
        return None, late_rules.of_business(terms.business, terms.rates, late, since, until)
    because = await _refused_to_consumer(work, debt, clause, until)
    if because is not None:
        return because, nothing
    return await _of_consumer(work, debt, terms, until, writing)


async def _refused_to_consumer(work: Work, debt: OpenItem, clause: LateClause | None, until: date) -> Because | None:
    late = late_rules.first_late(await lateness_of(work, debt, until))
    if late is None or late > until:
        return Because.NOT_LATE
    if clause is None:
        return Because.NO_CLAUSE
    return Because.CLAUSE_LATER if clause.agreed_on > debt.booked_on else None


async def _of_consumer(
    work: Work, debt: OpenItem, terms: Terms, until: date, writing: Paid | None
) -> tuple[Because | None, Reckoning]:
    sent = await reminders_sent(work, debt)
    if not sent:
        return Because.NOT_REMINDED, Reckoning(until)
    first = sent[0]
    since = late_rules.grace_over(first.made_on, mailed=first.mailed)
    if since > until:
        return Because.IN_GRACE, Reckoning(until)
    late = await lateness_of(work, debt, first.made_on)
    from_step = terms.consumer.from_step
    paid = [Paid(one.letter_left_on) for one in sent if from_step is not None and one.step >= from_step]
    paid += [] if writing is None else [writing]
    reckoning = late_rules.of_consumer(terms.consumer, terms.consumer_rates, late, since, until, paid)
    return (None, reckoning) if reckoning.rows or reckoning.costs else (Because.NOT_LATE, reckoning)


async def late_debt(work: Work, invoice_id: InvoiceId) -> OpenItem:
    with named_in("invoice_id"):
        debt = await debt_of_invoice(work, invoice_id)
    if not debt.owes or debt.coach_id is not None or debt.due_on is None:
        raise NotPayable(field="invoice_id", kind=debt.kind)
    return debt
