"""Payments and open items on the wire: amounts in cents, what a customer owes above zero."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from api.fields import LINE, In, Reason
from domain import payments
from domain.kit.ids import CoacheeId, FunderId, InvoiceId, LedgerTransactionId, OpenItemId, SponsorId, StaffId
from domain.kit.money import Money
from domain.kit.work import Work
from domain.payments import (
    Account,
    Allocation,
    Balance,
    ItemKind,
    ItemState,
    LedgerEntry,
    LedgerTransaction,
    Method,
    NewPayment,
    OpenItem,
    Part,
    Refund,
    TransactionKind,
)

# Wider than what is allowed, so that what is beyond is refused by its name.
Amount: TypeAlias = Annotated[
    int, Meta(ge=-(10**18), le=10**18, description="Euro cents, 1 to 1,000,000,000,000", examples=[12100])
]
Reference: TypeAlias = Annotated[str, Meta(min_length=1, max_length=140, pattern=LINE, examples=["Bank, line 12"])]


class PaymentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of one customer: name the invoice that is paid, or a coachee, or a sponsor."""

    invoice_id: InvoiceId | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    amount_cents: Amount
    received_on: date
    method: Method = Method.BANK_TRANSFER
    reference: Reference | None = None
    oldest_first: bool = False
    """Without an invoice: pay what the customer owes, the longest due first; else all of it waits for allocation."""

    def value(self) -> NewPayment:
        return NewPayment(
            invoice_id=self.invoice_id,
            coachee_id=self.coachee_id,
            sponsor_id=self.sponsor_id,
            amount=Money(self.amount_cents),
            received_on=self.received_on,
            method=self.method,
            reference=self.reference,
            oldest_first=self.oldest_first,
        )


class AllocateIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    credit_id: OpenItemId
    """The payment or credit note that is used."""
    debit_id: OpenItemId
    """The invoice or charge that it pays; both are of one customer."""
    amount_cents: Amount | None = None
    """As much as fits, when left out."""


class TakeBackIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    credit_id: OpenItemId
    debit_id: OpenItemId
    amount_cents: Amount
    reason: Reason


class RefundIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    amount_cents: Amount
    paid_on: date
    method: Method = Method.BANK_TRANSFER
    reason: Reason
    reference: Reference | None = None

    def value(self) -> Refund:
        return Refund(
            amount=Money(self.amount_cents),
            paid_on=self.paid_on,
            method=self.method,
            reason=self.reason,
            reference=self.reference,
        )


class WriteOffIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    amount_cents: Amount
    reason: Reason
    rounding: bool = False
    """A difference of rounding, 99 cents at most, on an account of its own."""


class ReversalIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Reason


class OpenItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document, payment or charge, and what is open of it."""

    id: OpenItemId
    version: int
    kind: ItemKind
    state: ItemState
    coachee_id: CoacheeId | None
    sponsor_id: SponsorId | None
    coach_id: StaffId | None
    """The coach who is paid by self-billing."""
    invoice_id: InvoiceId | None
    reference: str | None
    method: Method | None
    amount_cents: int
    """Above zero: owed to you. Below zero: a payment, a credit note, or what you owe a coach."""
    open_cents: int
    credited_cents: int
    """How much of it credit notes took back."""
    booked_on: date
    due_on: date | None
    created_at: datetime

    @classmethod
    def of(cls, item: OpenItem) -> "OpenItemRow":
        same: dict[str, Any] = {name: getattr(item, name, None) for name in cls.__struct_fields__}
        amounts = {"amount": item.amount, "open": item.open, "credited": item.credited}
        same |= {f"{name}_cents": amount.cents for name, amount in amounts.items()}
        return cls(**same)


class OpenItemPage(msgspec.Struct, frozen=True):
    items: list[OpenItemRow]
    next_cursor: str | None


class AllocationRow(msgspec.Struct, frozen=True, kw_only=True):
    id: LedgerTransactionId
    credit_id: OpenItemId
    debit_id: OpenItemId
    amount_cents: int
    """Below zero where it takes back a part."""
    booked_on: date
    reason: str | None
    made_at: datetime

    @classmethod
    def of(cls, made: Allocation) -> "AllocationRow":
        same = {name: getattr(made, name) for name in cls.__struct_fields__ if name != "amount_cents"}
        return cls(**same, amount_cents=made.amount.cents)


class InstalmentLeft(msgspec.Struct, frozen=True, kw_only=True):
    """An instalment of an item, and what payments have left of it: they cover the oldest first."""

    item_id: OpenItemId
    position: int
    due_on: date
    amount_cents: int
    left_cents: int

    @classmethod
    def of(cls, part: Part) -> "InstalmentLeft":
        return cls(
            item_id=part.item_id,
            position=part.position,
            due_on=part.due_on,
            amount_cents=part.amount.cents,
            left_cents=part.left.cents,
        )


class OpenItemOut(msgspec.Struct, frozen=True, kw_only=True):
    item: OpenItemRow
    allocations: list[AllocationRow]
    instalments: list[InstalmentLeft]
    """Those of the plan that holds; none where it is paid as a whole."""

    @classmethod
    async def read(cls, work: Work, item: OpenItem) -> "OpenItemOut":
        allocations = await payments.allocations_of(work, item)
        parts = (await payments.parts_of(work, [item])).get(item.id, [])
        return cls(
            item=OpenItemRow.of(item),
            allocations=[AllocationRow.of(one) for one in allocations],
            instalments=[InstalmentLeft.of(part) for part in parts],
        )


class EntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a transaction: debit above zero, credit below."""

    account: Account
    amount_cents: int
    item_id: OpenItemId | None
    funder_id: FunderId | None
    vat_rate: str | None

    @classmethod
    def of(cls, entry: LedgerEntry) -> "EntryOut":
        return cls(
            account=entry.account,
            amount_cents=entry.amount.cents,
            item_id=entry.item_id,
            funder_id=entry.funder_id,
            vat_rate=None if entry.vat_rate is None else f"{entry.vat_rate:.2f}",
        )


class TransactionOut(msgspec.Struct, frozen=True, kw_only=True):
    id: LedgerTransactionId
    kind: TransactionKind
    booked_on: date
    posted_at: datetime
    reference: str | None
    reason: str | None
    entries: list[EntryOut]

    @classmethod
    def of(cls, one: LedgerTransaction, entries: Sequence[LedgerEntry]) -> "TransactionOut":
        same = {name: getattr(one, name) for name in cls.__struct_fields__ if name != "entries"}
        return cls(**same, entries=[EntryOut.of(entry) for entry in entries])


class TransactionPage(msgspec.Struct, frozen=True):
    items: list[TransactionOut]
    next_cursor: str | None


class BalanceOut(msgspec.Struct, frozen=True, kw_only=True):
    account: Account
    amount_cents: int

    @classmethod
    def of(cls, balance: Balance) -> "BalanceOut":
        return cls(account=balance.account, amount_cents=balance.amount.cents)


class TrialBalance(msgspec.Struct, frozen=True):
    """Together they come to nothing."""

    items: list[BalanceOut]
