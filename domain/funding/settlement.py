"""Money from funders: lump sums received, allocated to cheques n to m, beside what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.funding.model import Cheque
from domain.funding.payers import get_funder
from domain.funding.queries import WITH_SCHEME
from domain.funding.refusals import (
    AllocationsExceedReceipt,
    ChequeNotFound,
    CorrectionTooLarge,
    DifferenceUnnamed,
    NotToSettle,
    OtherFunder,
    ReceiptNotFound,
)
from domain.funding.rules import past_day
from domain.funding.states import SETTLING, ChequeState
from domain.kit.calendar import local_day
from domain.kit.errors import named_in
from domain.kit.ids import AllocationId, ChequeId, FunderId, ReceiptId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.tables import Table, Tenant, Versioned, within_practice
from domain.kit.work import Work, find
from domain.messaging import announce


class Receipt(Tenant, Versioned, Table):
    """One credit from a funder or its issuer; what is allocated of it never exceeds it."""

    __tablename__ = "settlement_receipts"
    __table_args__ = (
        within_practice("funder_id", "funders"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("allocated BETWEEN 0 AND amount", name="allocated_within_amount"),
    )

    id: Mapped[ReceiptId] = mapped_column(primary_key=True, default=new_id)
    funder_id: Mapped[FunderId]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(140))
    amount: Mapped[Money]
    allocated: Mapped[Money]
    created_at: Mapped[datetime]

    @property
    def unallocated(self) -> Money:
        return Money(self.amount.cents - self.allocated.cents)


class Allocation(Tenant, Table):
    """A part of a receipt that pays a cheque; a negative one takes a mistaken part back. Never changed."""

    __tablename__ = "settlement_allocations"
    __table_args__ = (
        within_practice("receipt_id", "settlement_receipts"),
        within_practice("cheque_id", "cheques"),
        CheckConstraint("amount > 0 OR (amount < 0 AND reason IS NOT NULL)", name="taken_back_with_reason"),
        Index("settlement_allocations_receipt_idx", "practice_id", "receipt_id", "id"),
        Index("settlement_allocations_cheque_idx", "practice_id", "cheque_id", "id"),
    )

    id: Mapped[AllocationId] = mapped_column(primary_key=True, default=new_id)
    receipt_id: Mapped[ReceiptId]
    cheque_id: Mapped[ChequeId]
    amount: Mapped[Money]
    reason: Mapped[str | None] = mapped_column(String(500))
    made_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    cheque_id: ChequeId
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceipt:
    funder_id: FunderId
    received_on: date
    reference: str
    amount: Money
    parts: Sequence[Part] = ()


async def record_receipt(work: Work, new: NewReceipt) -> Receipt:
    """Money came in; as far as is known already, for these cheques."""
    with named_in("funder_id"):
        funder = await get_funder(work, new.funder_id)
    zone = (await practice.get_practice(work)).zone
    receipt = Receipt(
        practice_id=work.practice_id,
        id=ReceiptId(new_id()),
        funder_id=funder.id,
        received_on=past_day(new.received_on, local_day(work.now, zone), field="received_on"),
        reference=new.reference,
        amount=new.amount,
        allocated=ZERO,
        created_at=work.now,
    )
    await work.store(receipt)
    announce(work, "settlement_received", receipt.id, funder_id=funder.id, cents=new.amount.cents)
    await _allocate(work, receipt, new.parts)
    return receipt


async def allocate_receipt(work: Work, receipt_id: ReceiptId, parts: Sequence[Part]) -> Receipt:
    """Say for which cheques the rest of it is: all of these parts, or none."""
    receipt = await get_receipt(work, receipt_id, lock=True)
    await _allocate(work, receipt, parts)
    return receipt


async def take_back(work: Work, receipt_id: ReceiptId, part: Part, reason: str) -> Receipt:
    """Correct an allocation: that much of the receipt was not for that cheque. A settled cheque opens again."""
    receipt = await get_receipt(work, receipt_id, lock=True)
    cheque = (await _hold(work, [part.cheque_id]))[part.cheque_id]
    given = await _given(work, receipt_id, part.cheque_id)
    if part.amount > given:
        raise CorrectionTooLarge(field="amount_cents", allocated_cents=given.cents)
    receipt.allocated = Money(receipt.allocated.cents - part.amount.cents)
    cheque.received = Money(cheque.received.cents - part.amount.cents)
    if cheque.state == ChequeState.SETTLED:
        cheque.move(ChequeState.CLOSED)
        cheque.settled_on, cheque.difference_reason = None, None
    await work.store(_line(work, receipt, Part(cheque_id=cheque.id, amount=Money(-part.amount.cents)), reason))
    facts = {"receipt_id": receipt.id, "cents": -part.amount.cents, "reason": reason}
    announce(work, "settlement_corrected", cheque.id, **facts)
    return receipt


async def settle_cheque(work: Work, cheque_id: ChequeId, reason: str | None) -> Cheque:
    """Nothing more will come. What differs from what was expected is named with its reason."""
    cheque = (await _hold(work, [cheque_id], field=None))[cheque_id]
    zone = (await practice.get_practice(work)).zone
    cheque.move(ChequeState.SETTLED)
    difference = cheque.difference
    if reason is None and (difference not in {None, ZERO} or cheque.received == ZERO):
        expected = cheque.expected_receipt
        raise DifferenceUnnamed(
            field="reason", expected_cents=expected and expected.cents, received_cents=cheque.received.cents
        )
    cheque.settled_on, cheque.difference_reason = local_day(work.now, zone), reason
    await work.session.flush()
    facts = {"received_cents": cheque.received.cents, "difference_cents": difference and difference.cents}
    announce(work, "cheque_settled", cheque.id, trajectory_id=cheque.trajectory_id, **facts, reason=reason)
    return cheque


async def get_receipt(work: Work, receipt_id: ReceiptId, *, lock: bool = False) -> Receipt:
    return await find(work, Receipt, receipt_id, ReceiptNotFound, lock=lock)


async def list_receipts(work: Work, page: PageRequest) -> Page[Receipt]:
    query = select(Receipt).where(Receipt.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="receipts", keys=[Receipt.id])


async def list_allocations(work: Work, receipt_id: ReceiptId, page: PageRequest) -> Page[Allocation]:
    await get_receipt(work, receipt_id)
    query = select(Allocation).where(Allocation.practice_id == work.practice_id, Allocation.receipt_id == receipt_id)
    return await fetch_page(work, query, page, list_name=f"allocations:{receipt_id}", keys=[Allocation.id])


async def _allocate(work: Work, receipt: Receipt, parts: Sequence[Part]) -> None:
    total = sum((part.amount for part in parts), ZERO)
    if total > receipt.unallocated:
        facts = {"unallocated_cents": receipt.unallocated.cents, "asked_cents": total.cents}
        raise AllocationsExceedReceipt(field="allocations", **facts)
    cheques = await _hold(work, [part.cheque_id for part in parts])
    for place, part in enumerate(parts):
        cheque, field = cheques[part.cheque_id], f"allocations/{place}/cheque_id"
        if cheque.state not in SETTLING:
            raise NotToSettle(field=field, state=cheque.state)
        if cheque.scheme.funder_id != receipt.funder_id:
            raise OtherFunder(field=field, funder_id=cheque.scheme.funder_id)
        cheque.received += part.amount
        announce(work, "settlement_allocated", cheque.id, receipt_id=receipt.id, cents=part.amount.cents)
    receipt.allocated += total
    await work.store(*(_line(work, receipt, part) for part in parts))


def _line(work: Work, receipt: Receipt, part: Part, reason: str | None = None) -> Allocation:
    return Allocation(
        practice_id=work.practice_id,
        id=AllocationId(new_id()),
        receipt_id=receipt.id,
        cheque_id=part.cheque_id,
        amount=part.amount,
        reason=reason,
        made_at=work.now,
    )


async def _given(work: Work, receipt_id: ReceiptId, cheque_id: ChequeId) -> Money:
    query = select(Allocation.amount).where(
        Allocation.practice_id == work.practice_id,
        Allocation.receipt_id == receipt_id,
        Allocation.cheque_id == cheque_id,
    )
    return sum(await work.session.scalars(query), ZERO)


async def _hold(work: Work, cheque_ids: Sequence[ChequeId], field: str | None = "cheque_id") -> dict[ChequeId, Cheque]:
    """The cheques, locked in one order, so that two receipts cannot wait for one another."""
    held: dict[ChequeId, Cheque] = {}
    for cheque_id in sorted(set(cheque_ids)):
        try:
            held[cheque_id] = await find(work, Cheque, cheque_id, ChequeNotFound, *WITH_SCHEME, lock=True)
        except ChequeNotFound as error:
            error.field = field
            raise
    return held
