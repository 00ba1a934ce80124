"""Allocations: what a payment or credit note pays, set and taken back. They post themselves in the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from domain.kit.bulk import insert_many
from domain.kit.errors import named_in
from domain.kit.ids import LedgerTransactionId, OpenItemId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.messaging import News, announce, announce_many
from domain.payments.ledger import reread, sane_amount, today
from domain.payments.model import Allocation, ItemKind, OpenItem
from domain.payments.queries import hold_items
from domain.payments.refusals import AllocationExceeds, NotAllocated, NotToAllocate

DOCUMENTS = {ItemKind.INVOICE, ItemKind.DEPOSIT}


@dataclass(frozen=True, slots=True)
class Match:
    """A part of the credit that pays the debt, from that day on; both are locked."""

    credit_id: OpenItemId
    debt: OpenItem
    amount: Money
    booked_on: date


async def allocate(work: Work, credit_id: OpenItemId, debit_id: OpenItemId, amount: Money | None) -> Allocation:
    """Set a payment or credit note against what the same customer owes: that much, or as much as there is."""
    credit, debt = await _hold(work, credit_id, debit_id)
    if credit.owes or not debt.owes or credit.customer != debt.customer:
        raise NotToAllocate(field="debit_id", credit=credit.kind, debit=debt.kind)
    most = min(credit.left, debt.left)
    wanted = most if amount is None else sane_amount(amount)
    if wanted > most or wanted == ZERO:
        raise AllocationExceeds(field="amount_cents", credit_cents=credit.left.cents, debit_cents=debt.left.cents)
    [made] = await allocate_matches(work, [Match(credit_id, debt, wanted, await today(work))])
    return Allocation(**made)


async def allocate_matches(work: Work, matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Allocate what is known to fit, of items that are locked; tell which invoices are paid by it."""
    made = [_row(work, match) for match in matches]
    await insert_many(work, Allocation, made)
    await announce_many(work, list(_told(matches)))
    return made


def _row(work: Work, match: Match) -> dict[str, Any]:
    return {
        "practice_id": work.practice_id,
        "id": LedgerTransactionId(new_id()),
        "credit_id": match.credit_id,
        "debit_id": match.debt.id,
        "amount": match.amount,
        "booked_on": match.booked_on,
        "made_at": work.now,
    }


def _told(matches: Sequence[Match]) -> Iterator[News]:
    left = {match.debt.id: match.debt.left for match in matches}
    for match in matches:
        yield News("payment_allocated", match.credit_id, {"debit_id": match.debt.id, "cents": match.amount.cents})
        left[match.debt.id] -= match.amount
        if left[match.debt.id] == ZERO and match.debt.kind in DOCUMENTS:
            facts = {"number": match.debt.reference, "paid_on": match.booked_on}
            yield News("invoice_paid", match.debt.id, facts)


async def take_back(work: Work, credit_id: OpenItemId, debit_id: OpenItemId, amount: Money, reason: str) -> Allocation:
    """Correct an allocation: that much of it did not pay that. The debt is open again, and so is the credit."""
    credit, debt = await _hold(work, credit_id, debit_id)
    given = await allocated_between(work, credit_id, debit_id)
    if sane_amount(amount) > given:
        raise NotAllocated(field="amount_cents", allocated_cents=given.cents)
    taken = Allocation(
        practice_id=work.practice_id,
        id=LedgerTransactionId(new_id()),
        credit_id=credit_id,
        debit_id=debit_id,
        amount=-amount,
        booked_on=await today(work),
        reason=reason,
        made_at=work.now,
    )
    await work.store(taken)
    announce(work, "allocation_taken_back", credit_id, debit_id=debit_id, cents=amount.cents, reason=reason)
    await reread(work, credit, debt)
    return taken


async def allocated_between(work: Work, credit_id: OpenItemId, debit_id: OpenItemId) -> Money:
    query = select(func.sum(Allocation.amount)).where(
        Allocation.practice_id == work.practice_id,
        Allocation.credit_id == credit_id,
        Allocation.debit_id == debit_id,
    )
    total = await work.session.scalar(query)
    return Money(int(total.cents)) if total else ZERO


async def _hold(work: Work, credit_id: OpenItemId, debit_id: OpenItemId) -> tuple[OpenItem, OpenItem]:
    found = await hold_items(work, [credit_id, debit_id])
    named = (("credit_id", credit_id), ("debit_id", debit_id))
    for field, item_id in named:
        with named_in(field):
            found.must_have(item_id)
    return found[credit_id], found[debit_id]
