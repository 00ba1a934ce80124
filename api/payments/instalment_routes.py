"""Instalments: what is left of an invoice, paid in parts, each on its day."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import In
from api.invoicing.instalments import InstalmentsIn, values_of
from api.payments.shapes import Reason
from api.problems import refuses
from domain import payments
from domain.invoicing import InstalmentsDoNotAddUp, InstalmentsOutOfOrder, InvoiceNotFound
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import InstalmentPlanId, InvoiceId
from domain.kit.work import Work
from domain.payments import (
    InstalmentPart,
    InstalmentPlan,
    InstalmentPlanInForce,
    InstalmentPlanNotFound,
    InstalmentPlanOver,
    NothingToSpread,
    NotPayable,
)

PARTS = (InstalmentsDoNotAddUp, InstalmentsOutOfOrder, NothingToSpread, NotPayable, DayOutOfRange)


class InstalmentsPlanIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    instalments: InstalmentsIn
    """They come to exactly what is open of the invoice."""
    reason: Reason


class PlanEndIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Reason


class InstalmentOut(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    due_on: date
    amount_cents: int

    @classmethod
    def of(cls, part: InstalmentPart) -> "InstalmentOut":
        return cls(position=part.position, due_on=part.due_on, amount_cents=part.amount.cents)


class InstalmentPlanOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed. What is left of each instalment stands with the open item."""

    id: InstalmentPlanId
    invoice_id: InvoiceId
    total_cents: int
    """What was open of the invoice when the plan was made."""
    reason: str | None
    """Null where the invoice itself was issued with these instalments."""
    made_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    instalments: list[InstalmentOut]

    @classmethod
    def of(cls, plan: InstalmentPlan, parts: Sequence[InstalmentPart]) -> "InstalmentPlanOut":
        return cls(
            id=plan.id,
            invoice_id=plan.invoice_id,
            total_cents=plan.total.cents,
            reason=plan.reason,
            made_at=plan.made_at,
            ended_at=plan.ended_at,
            end_reason=plan.end_reason,
            instalments=[InstalmentOut.of(part) for part in parts],
        )

    @classmethod
    async def read(cls, work: Work, plan: InstalmentPlan) -> "InstalmentPlanOut":
        return cls.of(plan, await payments.parts_of_plan(work, plan))


class InstalmentPlans(msgspec.Struct, frozen=True):
    items: list[InstalmentPlanOut]


@post(
    "/invoices/{invoice_id:uuid}/instalment-plans",
    scope="invoices:write",
    responses=refuses(InvoiceNotFound, InstalmentPlanInForce, *PARTS),
)
async def plan_instalments(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[InstalmentsPlanIn]
) -> InstalmentPlanOut:
    """Let what is left of an invoice be paid in instalments, with the reason. Payments cover the oldest first, and
    reminders follow the instalment that is late."""
    plan = await payments.plan_instalments(work, invoice_id, values_of(data.instalments), data.reason)
    return await InstalmentPlanOut.read(work, plan)


@get("/invoices/{invoice_id:uuid}/instalment-plans", scope="invoices:read", responses=refuses(InvoiceNotFound))
async def list_instalment_plans(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> InstalmentPlans:
    """List the plans of an invoice, the newest first; the one without an end holds."""
    found = await payments.plans_of(work, invoice_id)
    return InstalmentPlans([InstalmentPlanOut.of(plan, parts) for plan, parts in found])


@post(
    "/instalment-plans/{plan_id:uuid}/change",
    status_code=200,
    scope="invoices:write",
    responses=refuses(InstalmentPlanNotFound, InstalmentPlanOver, *PARTS),
)
async def change_instalments(
    work: NamedDependency[Work], plan_id: FromPath[InstalmentPlanId], data: JSONBody[InstalmentsPlanIn]
) -> InstalmentPlanOut:
    """Spread what is left anew, with the reason: a new plan takes the place of this one, which stays to be read."""
    plan = await payments.change_instalments(work, plan_id, values_of(data.instalments), data.reason)
    return await InstalmentPlanOut.read(work, plan)


@post(
    "/instalment-plans/{plan_id:uuid}/cancel",
    status_code=200,
    scope="invoices:write",
    responses=refuses(InstalmentPlanNotFound, InstalmentPlanOver, NotPayable),
)
async def cancel_instalments(
    work: NamedDependency[Work], plan_id: FromPath[InstalmentPlanId], data: JSONBody[PlanEndIn]
) -> InstalmentPlanOut:
    """End a plan, with the reason: all that is left is due again as the invoice said."""
    return await InstalmentPlanOut.read(work, await payments.cancel_instalments(work, plan_id, data.reason))


router = Router(
    "/",
    tags=["payments"],
    route_handlers=[plan_instalments, list_instalment_plans, change_instalments, cancel_instalments],
)
