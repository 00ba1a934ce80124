"""Charges for late payment, booked: only when the practice says so, and with how they were reckoned."""

from typing import Any

from domain.kit.ids import InvoiceId, LedgerTransactionId, OpenItemId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.messaging import announce
from domain.payments.late_charges import LateCharges, late_debt, reckon
from domain.payments.late_model import LateCharge, LateRateUnknown, NothingToCharge
from domain.payments.late_rules import Reckoning
from domain.payments.ledger import Posting, Side, post, reread
from domain.payments.model import Account, ItemKind, OpenItem, TransactionKind


async def book_late_charges(work: Work, invoice_id: InvoiceId, reason: str, *, interest: bool) -> OpenItem:
    """Ask for what lateness has come to and is not booked yet: an open item of its own, without VAT."""
    debt = await late_debt(work, invoice_id)
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
        reckoning=_as_kept(charges.reckoning),
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


def _as_kept(reckoning: Reckoning) -> dict[str, Any]:
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
