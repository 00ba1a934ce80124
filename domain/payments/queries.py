"""The books read: open items, what was allocated, transactions and balances."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from domain import invoicing
from domain.kit.bulk import among
from domain.kit.ids import CoacheeId, InvoiceId, LedgerTransactionId, OpenItemId, PaymentId, SponsorId
from domain.kit.money import ZERO, Money
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.payments.model import (
    Account,
    Allocation,
    ItemKind,
    ItemState,
    LedgerEntry,
    LedgerTransaction,
    OpenItem,
)
from domain.payments.refusals import NotPayable, OpenItemNotFound, PaymentNotFound


class Held(dict[OpenItemId, OpenItem]):
    """Items that are locked, by id."""

    def must_have(self, item_id: OpenItemId) -> None:
        if item_id not in self:
            raise OpenItemNotFound(id=item_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items to list; None leaves it open."""

    state: ItemState | None = None
    kind: ItemKind | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    invoice_id: InvoiceId | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """What the entries on an account come to: debit above zero."""

    account: Account
    amount: Money


STATES: dict[ItemState, ColumnElement[bool]] = {
    ItemState.OPEN: (OpenItem.open != ZERO) & (OpenItem.open == OpenItem.amount),
    ItemState.PARTLY_PAID: (OpenItem.open != ZERO) & (OpenItem.open != OpenItem.amount),
    ItemState.PAID: (OpenItem.open == ZERO) & ((OpenItem.credited != OpenItem.amount) | (OpenItem.amount == ZERO)),
    ItemState.CREDITED: (OpenItem.open == ZERO) & (OpenItem.credited == OpenItem.amount) & (OpenItem.amount != ZERO),
}


async def get_item(work: Work, item_id: OpenItemId, *, lock: bool = False) -> OpenItem:
    return await find(work, OpenItem, item_id, OpenItemNotFound, lock=lock)


async def get_payment(work: Work, payment_id: PaymentId, *, lock: bool = False) -> OpenItem:
    only = OpenItem.kind == ItemKind.PAYMENT
    return await find(work, OpenItem, payment_id, PaymentNotFound, only=only, lock=lock)


async def debt_of_invoice(work: Work, invoice_id: InvoiceId) -> OpenItem:
    """What is open of an issued invoice, locked. A draft is nobody's debt yet."""
    held = await hold_items(work, [OpenItemId(invoice_id)])
    if not held:
        raise NotPayable(field="invoice_id", state=(await invoicing.get_invoice(work, invoice_id)).state)
    return held[OpenItemId(invoice_id)]


async def charges_of(work: Work, invoice_ids: Collection[OpenItemId]) -> dict[OpenItemId, list[OpenItemId]]:
    """What is open of the charges that were booked for the lateness of invoices, the oldest first; not locked."""
    found: dict[OpenItemId, list[OpenItemId]] = {}
    if not invoice_ids:
        return found
    query = select(OpenItem.invoice_id, OpenItem.id).where(
        OpenItem.practice_id == work.practice_id,
        among(OpenItem.invoice_id, invoice_ids),
        OpenItem.kind == ItemKind.CHARGE,
        OpenItem.open > ZERO,
    )
    for invoice_id, item_id in await work.session.execute(query.order_by(OpenItem.id)):
        if invoice_id is not None:
            found.setdefault(OpenItemId(invoice_id), []).append(item_id)
    return found


async def customers_debts(work: Work, coachee_id: CoacheeId | None, sponsor_id: SponsorId | None) -> list[OpenItem]:
    """What a customer owes, locked, the longest due first."""
    whose = OpenItem.coachee_id == coachee_id if coachee_id is not None else OpenItem.sponsor_id == sponsor_id
    query = select(OpenItem.id).where(OpenItem.practice_id == work.practice_id, whose, OpenItem.open > ZERO)
    held = await hold_items(work, (await work.session.scalars(query)).all())
    owed = [item for item in held.values() if item.open > ZERO]
    return sorted(owed, key=lambda item: (item.due_on or item.booked_on, item.id))


async def hold_items(work: Work, item_ids: Iterable[OpenItemId]) -> Held:
    """Items, locked in one order, so that two who hold several never wait for one another."""
    query = (
        select(OpenItem)
        .where(OpenItem.practice_id == work.practice_id, among(OpenItem.id, set(item_ids)))
        .order_by(OpenItem.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return Held({item.id: item for item in await work.session.scalars(query)})


async def list_items(work: Work, page: PageRequest, wanted: ItemFilter) -> Page[OpenItem]:
    query = select(OpenItem).where(OpenItem.practice_id == work.practice_id)
    conditions = {
        OpenItem.kind: wanted.kind,
        OpenItem.coachee_id: wanted.coachee_id,
        OpenItem.sponsor_id: wanted.sponsor_id,
        OpenItem.invoice_id: wanted.invoice_id,
    }
    for column, value in conditions.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.state is not None:
        query = query.where(STATES[wanted.state])
    return await fetch_page(work, query, page, list_name=f"open-items:{wanted}", keys=[OpenItem.id])


async def allocations_of(work: Work, item: OpenItem) -> Sequence[Allocation]:
    """What an item was set against, corrections among them, in order."""
    side = Allocation.debit_id if item.owes else Allocation.credit_id
    query = select(Allocation).where(Allocation.practice_id == work.practice_id, side == item.id)
    return (await work.session.scalars(query.order_by(Allocation.made_at, Allocation.id))).all()


async def list_transactions(
    work: Work, page: PageRequest, *, item_id: OpenItemId | None = None
) -> Page[LedgerTransaction]:
    query = select(LedgerTransaction).where(LedgerTransaction.practice_id == work.practice_id)
    if item_id is not None:
        of_item = select(LedgerEntry.transaction_id).where(
            LedgerEntry.practice_id == work.practice_id, LedgerEntry.item_id == item_id
        )
        query = query.where(LedgerTransaction.id.in_(of_item))
    keys = [LedgerTransaction.posted_at, LedgerTransaction.id]
    return await fetch_page(work, query, page, list_name=f"ledger:{item_id}", keys=keys)


async def entries_of(
    work: Work, transactions: Sequence[LedgerTransaction]
) -> dict[LedgerTransactionId, list[LedgerEntry]]:
    query = select(LedgerEntry).where(
        LedgerEntry.practice_id == work.practice_id, LedgerEntry.transaction_id.in_([one.id for one in transactions])
    )
    found: dict[LedgerTransactionId, list[LedgerEntry]] = {one.id: [] for one in transactions}
    for entry in await work.session.scalars(query.order_by(LedgerEntry.position)):
        found[entry.transaction_id].append(entry)
    return found


async def balances(work: Work) -> list[Balance]:
    """The trial balance: every account that was ever used; together they come to nothing."""
    query = (
        select(LedgerEntry.account, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.practice_id == work.practice_id)
        .group_by(LedgerEntry.account)
        .order_by(LedgerEntry.account)
    )
    return [Balance(account, Money(int(total.cents))) for account, total in await work.session.execute(query)]
