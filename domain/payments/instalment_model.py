"""Plans of instalments: in which parts, and on which days, what is left of an invoice is paid."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import InstalmentPlanId, InvoiceId, new_id
from domain.kit.money import Money
from domain.kit.tables import Table, Tenant, within_practice


class InstalmentPlanNotFound(NotFound):
    """No plan of instalments with that id in this practice."""


class InstalmentPlanInForce(Conflict):
    """That invoice is paid by instalments already; change that plan, or cancel it first."""

    constraint = "instalment_plans_in_force_idx"


class InstalmentPlanOver(Conflict):
    """That plan was changed or cancelled, and holds no more."""


class NothingToSpread(Conflict):
    """Nothing is left to pay of that invoice."""


class InstalmentPlan(Tenant, Table):
    """What was open when it was made, in parts. One of an invoice holds at a time; those before it stay to be read."""

    __tablename__ = "instalment_plans"
    __table_args__ = (
        within_practice("invoice_id", "open_items"),
        CheckConstraint("total > 0", name="total_something"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_with_reason"),
        Index(
            "instalment_plans_in_force_idx",
            "practice_id",
            "invoice_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[InstalmentPlanId] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[InvoiceId]
    total: Mapped[Money]
    reason: Mapped[str | None] = mapped_column(String(500))  # none where the invoice itself was issued with it
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(500))


class InstalmentPart(Tenant, Table):
    """One instalment of a plan. Never changed: a plan that changes is a new one."""

    __tablename__ = "instalments"
    __table_args__ = (
        within_practice("plan_id", "instalment_plans"),
        CheckConstraint("amount > 0", name="amount_something"),
    )

    plan_id: Mapped[InstalmentPlanId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    due_on: Mapped[date]
    amount: Mapped[Money]
