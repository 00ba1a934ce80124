"""Plans of instalments made, changed and cancelled; payments, reminders and reports follow the plan that holds."""

from collections.abc import Sequence

from sqlalchemy import func, select

from domain import invoicing
from domain.invoicing import Instalment, checked_instalments
from domain.kit.errors import named_in
from domain.kit.ids import InstalmentPlanId, InvoiceId, OpenItemId, new_id
from domain.kit.money import ZERO
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.payments.instalment_model import (
    InstalmentPart,
    InstalmentPlan,
    InstalmentPlanInForce,
    InstalmentPlanNotFound,
    InstalmentPlanOver,
    NothingToSpread,
)
from domain.payments.ledger import today
from domain.payments.model import OpenItem
from domain.payments.queries import debt_of_invoice
from domain.payments.refusals import NotPayable
from domain.payments.reminder_pauses import look_again


async def plan_instalments(
    work: Work, invoice_id: InvoiceId, instalments: Sequence[Instalment], reason: str
) -> InstalmentPlan:
    """Let what is left of an invoice be paid in parts; the reminders of it follow the part that is late."""
    debt = await _debt(work, invoice_id)
    if (held := await _in_force(work, invoice_id)) is not None:
        raise InstalmentPlanInForce(id=held.id)
    plan = await _make(work, debt, instalments, reason)
    announce(work, "instalments_planned", invoice_id, **_told(plan, instalments))
    return plan


async def change_instalments(
    work: Work, plan_id: InstalmentPlanId, instalments: Sequence[Instalment], reason: str
) -> InstalmentPlan:
    """Spread what is left anew. What was agreed before stays to be read, with why it holds no more."""
    before = await get_plan(work, plan_id)
    debt = await _debt(work, before.invoice_id)
    await _end(work, before, reason)
    plan = await _make(work, debt, instalments, reason)
    announce(work, "instalments_changed", plan.invoice_id, **_told(plan, instalments), before_id=before.id)
    return plan


async def cancel_instalments(work: Work, plan_id: InstalmentPlanId, reason: str) -> InstalmentPlan:
    """End a plan: all that is left is due as the invoice said."""
    plan = await get_plan(work, plan_id)
    await _debt(work, plan.invoice_id, paid_too=True)
    await _end(work, plan, reason)
    announce(work, "instalments_cancelled", plan.invoice_id, plan_id=plan.id, reason=reason)
    await look_again(work, OpenItem.id == plan.invoice_id)
    return plan


async def get_plan(work: Work, plan_id: InstalmentPlanId) -> InstalmentPlan:
    return await find(work, InstalmentPlan, plan_id, InstalmentPlanNotFound)


async def plans_of(work: Work, invoice_id: InvoiceId) -> list[tuple[InstalmentPlan, list[InstalmentPart]]]:
    """The plans of an invoice, the newest first, with what each had agreed."""
    await invoicing.get_invoice(work, invoice_id)
    query = select(InstalmentPlan).where(
        InstalmentPlan.practice_id == work.practice_id, InstalmentPlan.invoice_id == invoice_id
    )
    plans = (await work.session.scalars(query.order_by(InstalmentPlan.made_at.desc(), InstalmentPlan.id.desc()))).all()
    return [(plan, await parts_of_plan(work, plan)) for plan in plans]


async def parts_of_plan(work: Work, plan: InstalmentPlan) -> list[InstalmentPart]:
    query = select(InstalmentPart).where(
        InstalmentPart.practice_id == work.practice_id, InstalmentPart.plan_id == plan.id
    )
    return list(await work.session.scalars(query.order_by(InstalmentPart.position)))


async def _debt(work: Work, invoice_id: InvoiceId, *, paid_too: bool = False) -> OpenItem:
    """What is open of the invoice, held until the commit, so that no payment slips in between."""
    with named_in("invoice_id"):
        debt = await debt_of_invoice(work, invoice_id)
    if not debt.owes or debt.coach_id is not None or debt.due_on is None:
        raise NotPayable(field="invoice_id", kind=debt.kind)
    if debt.open == ZERO and not paid_too:
        raise NothingToSpread(invoice_id=invoice_id)
    return debt


async def _in_force(work: Work, invoice_id: InvoiceId) -> InstalmentPlan | None:
    query = select(InstalmentPlan).where(
        InstalmentPlan.practice_id == work.practice_id,
        InstalmentPlan.invoice_id == invoice_id,
        InstalmentPlan.ended_at.is_(None),
    )
    return await work.session.scalar(query)


async def _make(work: Work, debt: OpenItem, instalments: Sequence[Instalment], reason: str) -> InstalmentPlan:
    parts = checked_instalments(instalments, debt.open, await today(work))
    plan = InstalmentPlan(
        practice_id=work.practice_id,
        id=InstalmentPlanId(new_id()),
        invoice_id=InvoiceId(debt.id),
        total=debt.open,
        reason=reason,
        made_at=work.now,
    )
    await work.store(plan)
    await work.store(
        *(
            InstalmentPart(
                practice_id=work.practice_id,
                plan_id=plan.id,
                position=position,
                due_on=part.due_on,
                amount=part.amount,
            )
            for position, part in enumerate(parts, start=1)
        )
    )
    await work.session.execute(select(func.withdraw_reminders(work.practice_id, OpenItemId(debt.id))))
    await look_again(work, OpenItem.id == debt.id)
    return plan


async def _end(work: Work, plan: InstalmentPlan, reason: str) -> None:
    await work.session.refresh(plan)  # as it is now that its debt is held
    if plan.ended_at is not None:
        raise InstalmentPlanOver(ended_at=plan.ended_at)
    plan.ended_at, plan.end_reason = work.now, reason
    await work.session.flush()


def _told(plan: InstalmentPlan, instalments: Sequence[Instalment]) -> dict[str, object]:
    days = [one.due_on for one in instalments]
    return {
        "plan_id": plan.id,
        "cents": plan.total.cents,
        "instalments": len(days),
        "first_on": days[0],
        "last_on": days[-1],
        "reason": plan.reason,
    }
