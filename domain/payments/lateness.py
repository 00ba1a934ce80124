"""What was late of an invoice by each day, as the ledger tells it, and the reminders that went out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, select
from sqlalchemy.orm import aliased

from domain.kit.money import Money
from domain.kit.work import Work
from domain.payments import late_rules
from domain.payments.instalments_due import parts_of
from domain.payments.late_rules import Overdue
from domain.payments.model import Allocation, ItemKind, LedgerEntry, LedgerTransaction, OpenItem
from domain.payments.reminder_model import Reminder

CREDIT = aliased(OpenItem)


async def lateness_of(work: Work, debt: OpenItem, known_until: date) -> list[Overdue]:
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


async def reminders_sent(work: Work, debt: OpenItem) -> Sequence[Reminder]:
    """The reminders that went out, the first one first."""
    query = select(Reminder).where(
        Reminder.practice_id == work.practice_id, Reminder.invoice_id == debt.id, ~Reminder.cancelled
    )
    return (await work.session.scalars(query.order_by(Reminder.made_at, Reminder.step))).all()
