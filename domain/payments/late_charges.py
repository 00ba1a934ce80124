"""Charges for late payment: reckoned at any time, asked for in reminders, and booked only when the practice says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, select
from sqlalchemy.orm import aliased

from domain import people
from domain.invoicing import added
from domain.kit.calendar import sane_day
from domain.kit.errors import named_in
from domain.kit.ids import CoacheeId, InvoiceId, LedgerTransactionId, OpenItemId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.messaging import announce
from domain.payments import late_rules
from domain.payments.instalments_due import parts_of
from domain.payments.late_model import (
    ClauseInFuture,
    LateCharge,
    LateClause,
    LateClauseNotFound,
    LateRateUnknown,
    NothingToCharge,
)
from domain.payments.late_rules import Overdue, Reckoning
from domain.payments.late_terms import Terms, late_terms
from domain.payments.ledger import Posting, Side, post, reread, today
from domain.payments.model import (
    Account,
    Allocation,
    ItemKind,
    LedgerEntry,
    LedgerTransaction,
    OpenItem,
    TransactionKind,
)
from domain.payments.queries import debt_of_invoice
from domain.payments.refusals import NotPayable
from domain.payments.reminder_model import Reminder
from domain.payments.reminder_plan import is_disputed

CREDIT = aliased(OpenItem)


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
    return await reckon(work, await _late_debt(work, invoice_id))


async def book_late_charges(work: Work, invoice_id: InvoiceId, reason: str, *, interest: bool) -> OpenItem:
    """Ask for what lateness has come to and is not booked yet: an open item of its own, without VAT."""
    debt = await _late_debt(work, invoice_id)
    charges = await reckon(work, debt)
    if charges.because is not None:
        raise NothingToCharge(because=charges.because)
    owed = charges.interest_left if interest else ZERO
    if owed is None:
        unknown = next(row.first for row in charges.reckoning.rows if row.interest is None)
        raise LateRateUnknown(from_on=unknown)
    if owed + charges.costs_left == ZERO:
        raise NothingToCharge
    return await _book(work, debt, charges, owed, reason)


async def agree_late_clause(work: Work, coachee_id: CoacheeId, agreed_on: date, reference: str) -> LateClause:
    """Note that a coachee agreed to the clause on late payment, and where that stands."""
    await people.get_coachee(work, coachee_id)
    if sane_day(agreed_on, field="agreed_on") > (now := await today(work)):
        raise ClauseInFuture(field="agreed_on", today=now)
    clause = await _clause(work, coachee_id)
    if clause is None:
        clause = LateClause(practice_id=work.practice_id, coachee_id=coachee_id)
    clause.agreed_on, clause.reference, clause.made_at = agreed_on, reference, work.now
    await work.store(clause)
    announce(work, "late_clause_agreed", coachee_id, agreed_on=agreed_on)
    return clause


async def get_late_clause(work: Work, coachee_id: CoacheeId) -> LateClause:
    await people.get_coachee(work, coachee_id)
    clause = await _clause(work, coachee_id)
    if clause is None:
        raise LateClauseNotFound
    return clause


async def withdraw_late_clause(work: Work, coachee_id: CoacheeId) -> None:
    """Say that there is no such clause: from then on lateness costs her nothing."""
    await work.session.delete(await get_late_clause(work, coachee_id))
    await work.session.flush()
    announce(work, "late_clause_withdrawn", coachee_id)


async def reckon(work: Work, debt: OpenItem, *, reminding: bool = False) -> LateCharges:
    """`reminding` counts the reminder that is being written."""
    terms, clause = await late_terms(work), await _clause(work, debt.coachee_id)
    because, reckoning = await _reckoned(work, debt, terms, clause, reminding=reminding)
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
    work: Work, debt: OpenItem, terms: Terms, clause: LateClause | None, *, reminding: bool
) -> tuple[Because | None, Reckoning]:
    until = await today(work)
    nothing = Reckoning(until)
    asked = terms.consumer if debt.coachee_id is not None else terms.business
    if asked.from_step is None:
        return Because.NOT_ASKED, nothing
    if await is_disputed(work, debt):
        return Because.DISPUTED, nothing
    if debt.coachee_id is None:
        late = await _late(work, debt, until)
        since = late_rules.first_late(late)
        if since is None or since > until:
            return Because.NOT_LATE, nothing
        return None, late_rules.of_business(terms.business, terms.rates, late, since, until)
    because = await _refused_to_consumer(work, debt, clause, until)
    if because is not None:
        return because, nothing
    return await _of_consumer(work, debt, terms, until, reminding=reminding)


async def _refused_to_consumer(work: Work, debt: OpenItem, clause: LateClause | None, until: date) -> Because | None:
    late = late_rules.first_late(await _late(work, debt, until))
    if late is None or late > until:
        return Because.NOT_LATE
    if clause is None:
        return Because.NO_CLAUSE
    return Because.CLAUSE_LATER if clause.agreed_on > debt.booked_on else None


async def _of_consumer(
    work: Work, debt: OpenItem, terms: Terms, until: date, *, reminding: bool
) -> tuple[Because | None, Reckoning]:
    sent = await _sent(work, debt)
    if not sent:
        return Because.NOT_REMINDED, Reckoning(until)
    first = sent[0]
    since = late_rules.grace_over(first.made_on, mailed=first.mailed)
    if since > until:
        return Because.IN_GRACE, Reckoning(until)
    late = await _late(work, debt, first.made_on)
    paid_for = sum(one.step >= (terms.consumer.from_step or one.step + 1) for one in sent) + reminding
    reckoning = late_rules.of_consumer(terms.consumer, terms.rates, late, since, until, paid_for)
    return (None, reckoning) if reckoning.rows or reckoning.costs else (Because.NOT_LATE, reckoning)


async def _late(work: Work, debt: OpenItem, known_until: date) -> list[Overdue]:
    """From the ledger itself: what the item came to by each day, and in which parts it was to be paid."""
    amount: Any = cast(func.sum(LedgerEntry.amount), BigInteger)
    # What a credit note takes back was never owed. Money counts from the day on which it came in, for she who paid in
    # time is not late where it is set against her invoice weeks after.
    day: Any = case(
        (CREDIT.kind == ItemKind.CREDIT_NOTE, debt.booked_on),
        else_=func.coalesce(CREDIT.booked_on, LedgerTransaction.booked_on),
    ).label("day")
    query = (
        select(day, amount)
        .select_from(LedgerTransaction)
        .join(
            LedgerEntry,
            (LedgerEntry.practice_id == LedgerTransaction.practice_id)
            & (LedgerEntry.transaction_id == LedgerTransaction.id),
        )
        .outerjoin(
            Allocation,
            (Allocation.practice_id == LedgerTransaction.practice_id) & (Allocation.id == LedgerTransaction.id),
        )
        .outerjoin(CREDIT, (CREDIT.practice_id == Allocation.practice_id) & (CREDIT.id == Allocation.credit_id))
        .where(LedgerEntry.practice_id == work.practice_id, LedgerEntry.item_id == debt.id)
        .group_by(day)
        .order_by(day)
    )
    moved = [(day, Money(cents)) for day, cents in await work.session.execute(query)]
    parts = [(part.due_on, part.amount) for part in (await parts_of(work, [debt])).get(debt.id, [])]
    return late_rules.overdue_by_day(moved, debt.due_on or debt.booked_on, parts, known_until)


async def _sent(work: Work, debt: OpenItem) -> Sequence[Reminder]:
    """The reminders that went out, the first one first."""
    query = select(Reminder).where(
        Reminder.practice_id == work.practice_id, Reminder.invoice_id == debt.id, ~Reminder.cancelled
    )
    return (await work.session.scalars(query.order_by(Reminder.made_at, Reminder.step))).all()


async def _clause(work: Work, coachee_id: CoacheeId | None) -> LateClause | None:
    if coachee_id is None:
        return None
    return await work.session.get(LateClause, (work.practice_id, coachee_id), populate_existing=True)


async def _late_debt(work: Work, invoice_id: InvoiceId) -> OpenItem:
    with named_in("invoice_id"):
        debt = await debt_of_invoice(work, invoice_id)
    if not debt.owes or debt.coach_id is not None or debt.due_on is None:
        raise NotPayable(field="invoice_id", kind=debt.kind)
    return debt


async def _book(work: Work, debt: OpenItem, charges: LateCharges, interest: Money, reason: str) -> OpenItem:
    total, booked_on = interest + charges.costs_left, charges.reckoning.until
    item = OpenItem(
        practice_id=work.practice_id,
        id=OpenItemId(new_id()),
        kind=ItemKind.CHARGE,
        coachee_id=debt.coachee_id,
        sponsor_id=debt.sponsor_id,
        invoice_id=debt.id,
        reference=debt.reference,
        amount=total,
        booked_on=booked_on,
        due_on=booked_on,
        created_at=work.now,
    )
    kept = LateCharge(
        practice_id=work.practice_id,
        item_id=item.id,
        invoice_id=charges.invoice_id,
        interest=interest,
        costs=charges.costs_left,
        until=booked_on,
        terms_version=charges.terms.version,
        reckoning=as_kept(charges.reckoning),
        reason=reason,
        made_at=work.now,
    )
    posting = Posting(
        id=LedgerTransactionId(item.id),
        kind=TransactionKind.CHARGE,
        booked_on=booked_on,
        reference=debt.reference,
        reason=reason,
        sides=[Side(Account.RECEIVABLE, total, item.id), Side(Account.LATE_CHARGES, -total)],
    )
    await work.store(item)
    await post(work, posting)
    await work.store(kept)
    facts = {"interest_cents": interest.cents, "costs_cents": charges.costs_left.cents, "reason": reason}
    announce(work, "late_charges_booked", item.id, invoice_id=debt.id, **facts)
    await reread(work, item)
    return item


def as_kept(reckoning: Reckoning) -> dict[str, Any]:
    """How it was reckoned, as JSON."""
    return {
        "until": str(reckoning.until),
        "interest": [
            {
                "first": str(row.first),
                "last": str(row.last),
                "days": row.days,
                "overdue": row.overdue.cents,
                "percent": None if row.percent is None else str(row.percent),
                "interest": None if row.interest is None else row.interest.cents,
            }
            for row in reckoning.rows
        ],
        "costs": [{"kind": one.kind, "amount": one.amount.cents, "count": one.count} for one in reckoning.costs],
    }
