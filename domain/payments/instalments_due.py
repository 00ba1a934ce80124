"""What is left of each instalment: payments cover the oldest first, so the last ones are what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, cast, func, select, type_coerce

from domain.invoicing import added
from domain.kit.ids import OpenItemId
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.payments.instalment_model import InstalmentPart, InstalmentPlan
from domain.payments.model import OpenItem


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment of an open item, and what is left of it."""

    item_id: OpenItemId
    position: int
    due_on: date
    amount: Money
    left: Money


@dataclass(frozen=True, slots=True)
class Due:
    """An amount that a customer owes on a day: an instalment, or an item as a whole."""

    item: OpenItem
    on: date
    left: Money


def left_query(work: Work, *columns: Any) -> Any:
    """Each instalment of the plans in force with what is left of it, and the columns of its item that are named."""
    amount: Any = type_coerce(InstalmentPart.amount, BigInteger)
    open_: Any = type_coerce(OpenItem.open, BigInteger)
    following = (
        func.sum(amount).over(partition_by=InstalmentPart.plan_id, order_by=InstalmentPart.position.desc()) - amount
    )
    left = cast(func.greatest(0, func.least(amount, open_ - following)), BigInteger).label("left")
    return (
        select(InstalmentPart.position, InstalmentPart.due_on, amount.label("amount"), left, *columns)
        .join(
            InstalmentPlan,
            (InstalmentPlan.practice_id == InstalmentPart.practice_id) & (InstalmentPlan.id == InstalmentPart.plan_id),
        )
        .join(
            OpenItem,
            (OpenItem.practice_id == InstalmentPlan.practice_id) & (OpenItem.id == InstalmentPlan.invoice_id),
        )
        .where(InstalmentPlan.practice_id == work.practice_id, InstalmentPlan.ended_at.is_(None))
    )


async def parts_of(work: Work, items: Sequence[OpenItem]) -> dict[OpenItemId, list[Part]]:
    """The instalments of those items that are paid by them, in order."""
    found: dict[OpenItemId, list[Part]] = {}
    if not items:
        return found
    query = left_query(work, OpenItem.id).where(OpenItem.id.in_([item.id for item in items]))
    for row in await work.session.execute(query.order_by(InstalmentPart.position)):
        part = Part(row.id, row.position, row.due_on, Money(row.amount), Money(row.left))
        found.setdefault(part.item_id, []).append(part)
    return found


def due_parts(item: OpenItem, parts: Sequence[Part]) -> list[Due]:
    """What is open of an item by day. What is more than its instalments come to falls due with the item itself."""
    whole = item.due_on or item.booked_on
    beyond = item.open - added(part.left for part in parts)
    own = [Due(item, part.due_on, part.left) for part in parts if part.left > ZERO]
    return sorted([Due(item, whole, beyond), *own] if beyond > ZERO else own, key=lambda due: due.on)


async def dues_of(work: Work, items: Sequence[OpenItem]) -> dict[OpenItemId, list[Due]]:
    """What is open of each, by day: the earliest first."""
    parts = await parts_of(work, items)
    return {item.id: due_parts(item, parts.get(item.id, [])) for item in items}
