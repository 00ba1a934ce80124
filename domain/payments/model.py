"""The books: open items, and the double-entry ledger behind them, which the database itself keeps in balance.

An open item is a document or a sum of money of one customer: what she owes stands above zero, what she is owed below.
Its `open` part follows the ledger's entries and is written by nobody. Allocations match the two sides.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.ids import (
    CoacheeId,
    FunderId,
    InvoiceId,
    LedgerTransactionId,
    OpenItemId,
    SponsorId,
    StaffId,
    new_id,
)
from domain.kit.money import ZERO, Money
from domain.kit.tables import Table, Tenant, Word, within_practice


class ItemKind(StrEnum):
    INVOICE = "invoice"
    DEPOSIT = "deposit"
    CREDIT_NOTE = "credit_note"
    SELF_BILLED = "self_billed"
    PAYMENT = "payment"
    CHARGE = "charge"  # costs and interest of a late invoice


class ItemState(StrEnum):
    """`credited` is what credit notes took back in whole; a payment or credit note of which something is left for the
    customer is open or partly paid out."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CREDITED = "credited"


class Method(StrEnum):
    BANK_TRANSFER = "bank_transfer"
    CASH = "cash"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"


class Account(StrEnum):
    RECEIVABLE = "receivable"  # of customers, by item
    PAYABLE = "payable"  # of coaches who are paid by self-billing, by item
    REVENUE = "revenue"  # by VAT rate
    COST = "cost"
    VAT_PAYABLE = "vat_payable"
    VAT_DEDUCTIBLE = "vat_deductible"
    BANK = "bank"
    CASH = "cash"
    CHEQUE_RECEIVABLE = "cheque_receivable"  # by funder
    CHEQUE_REVENUE = "cheque_revenue"
    WRITE_OFF = "write_off"
    ROUNDING = "rounding"
    LATE_CHARGES = "late_charges"


class TransactionKind(StrEnum):
    ISSUED = "issued"
    PAYMENT = "payment"
    ALLOCATION = "allocation"
    REFUND = "refund"
    REVERSAL = "reversal"
    WRITE_OFF = "write_off"
    CHARGE = "charge"
    RECEIPT = "receipt"  # of a funder
    SETTLEMENT = "settlement"  # of a cheque, out of a receipt


MONEY_IN = {Method.CASH: Account.CASH}  # all others reach the bank


class OpenItem(Tenant, Table):
    __tablename__ = "open_items"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("sponsor_id", "sponsors"),
        within_practice("coach_id", "staff"),
        within_practice("invoice_id", "invoices"),
        CheckConstraint(
            "kind IN ('invoice', 'deposit', 'credit_note', 'self_billed', 'payment', 'charge')", name="kind_known"
        ),
        CheckConstraint("num_nonnulls(coachee_id, sponsor_id, coach_id) = 1", name="one_customer"),
        CheckConstraint("open BETWEEN least(amount, 0) AND greatest(amount, 0)", name="open_within_amount"),
        CheckConstraint("(kind = 'payment') = (method IS NOT NULL)", name="paid_somehow"),
        Index("open_items_coachee_idx", "practice_id", "coachee_id", "booked_on", "id"),
        Index("open_items_sponsor_idx", "practice_id", "sponsor_id", "booked_on", "id"),
        Index("open_items_invoice_idx", "practice_id", "invoice_id", "id"),
        Index("open_items_kind_idx", "practice_id", "kind", "id"),
        Index(
            "open_items_aged_idx",
            "practice_id",
            "coachee_id",
            "sponsor_id",
            postgresql_include=["booked_on", "due_on", "open"],
            postgresql_where=text("open <> 0 AND coach_id IS NULL"),
        ),
        Index("open_items_open_idx", "practice_id", "id", postgresql_where=text("open <> 0")),
        Index("open_items_due_idx", "practice_id", "due_on", "id", postgresql_where=text("open > 0")),
    )

    id: Mapped[OpenItemId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[ItemKind] = mapped_column(Word(ItemKind, 16))
    coachee_id: Mapped[CoacheeId | None]
    sponsor_id: Mapped[SponsorId | None]
    coach_id: Mapped[StaffId | None]  # of a self-billed invoice
    invoice_id: Mapped[InvoiceId | None]  # the document itself, or the late one that a charge is for
    reference: Mapped[str | None] = mapped_column(String(140))
    method: Mapped[Method | None] = mapped_column(Word(Method, 16))
    amount: Mapped[Money]
    open: Mapped[Money] = mapped_column(default=ZERO)
    credited: Mapped[Money] = mapped_column(default=ZERO)
    booked_on: Mapped[date]
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)  # counted by the database

    @property
    def state(self) -> ItemState:
        if self.open == self.amount and self.amount != ZERO:
            return ItemState.OPEN
        if self.open != ZERO:
            return ItemState.PARTLY_PAID
        return ItemState.CREDITED if self.credited == self.amount and self.amount != ZERO else ItemState.PAID

    @property
    def owes(self) -> bool:
        """Whether the customer owes it; else it is owed to her."""
        return self.amount > ZERO

    @property
    def left(self) -> Money:
        """What is open of it, without its sign."""
        return self.open if self.owes else -self.open

    @property
    def customer(self) -> tuple[CoacheeId | None, SponsorId | None, StaffId | None]:
        return self.coachee_id, self.sponsor_id, self.coach_id

    @property
    def account(self) -> Account:
        return Account.RECEIVABLE if self.coach_id is None else Account.PAYABLE


class LedgerTransaction(Tenant, Table):
    """One thing that happened to money, under the id of what it is about. Never changed."""

    __tablename__ = "ledger_transactions"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        Index("ledger_transactions_posted_idx", "practice_id", "posted_at", "id"),
    )

    id: Mapped[LedgerTransactionId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[TransactionKind] = mapped_column(Word(TransactionKind, 16))
    booked_on: Mapped[date]
    posted_at: Mapped[datetime]
    entry_count: Mapped[int] = mapped_column(SmallInteger)  # how many entries it has, so that none can be added later
    reference: Mapped[str | None] = mapped_column(String(140))
    reason: Mapped[str | None] = mapped_column(String(500))


class LedgerEntry(Tenant, Table):
    """Debit above zero, credit below; the entries of a transaction come to nothing."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        within_practice("transaction_id", "ledger_transactions"),
        within_practice("item_id", "open_items"),
        within_practice("funder_id", "funders"),
        CheckConstraint(f"account IN ({', '.join(repr(str(one)) for one in Account)})", name="account_known"),
        CheckConstraint("amount <> 0", name="amount_something"),
        CheckConstraint("(account IN ('receivable', 'payable')) = (item_id IS NOT NULL)", name="of_item"),
        Index(
            "ledger_entries_item_idx",
            "practice_id",
            "item_id",
            "transaction_id",
            postgresql_where=text("item_id IS NOT NULL"),
        ),
    )

    transaction_id: Mapped[LedgerTransactionId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account: Mapped[Account] = mapped_column(Word(Account, 24))
    amount: Mapped[Money]
    item_id: Mapped[OpenItemId | None]
    funder_id: Mapped[FunderId | None]
    vat_rate: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))


class Allocation(Tenant, Table):
    """A part of a payment or credit note (`credit_id`) set against what is owed (`debit_id`); below zero it takes a
    part back. The database posts it. Never changed."""

    __tablename__ = "allocations"
    __table_args__ = (
        within_practice("credit_id", "open_items"),
        within_practice("debit_id", "open_items"),
        CheckConstraint("amount > 0 OR (amount < 0 AND reason IS NOT NULL)", name="taken_back_with_reason"),
        Index("allocations_credit_idx", "practice_id", "credit_id", "id"),
        Index("allocations_debit_idx", "practice_id", "debit_id", "id"),
    )

    id: Mapped[LedgerTransactionId] = mapped_column(primary_key=True, default=new_id)
    credit_id: Mapped[OpenItemId]
    debit_id: Mapped[OpenItemId]
    amount: Mapped[Money]
    booked_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(500))
    made_at: Mapped[datetime]
