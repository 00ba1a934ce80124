"""Bank files and their lines as they were taken over, and what became of each line."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import BankFileId, BankLineId, OpenItemId, ReceiptId, new_id
from domain.kit.money import Money
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.payments.bank_statements import BankFormat


class BankLineNotFound(NotFound):
    """No line of a bank file with that id in this practice."""


class BankAccountNotYours(Invalid):
    """That file is of another account than the one of the practice; `account` names it."""


class OneMatch(Invalid):
    """A line is one thing: name an open item, a coachee, a sponsor or a funder, and one of them alone."""


class ReceiptInBooks(Conflict):
    """That line is a receipt of a funder; correct its allocations there."""


class BankLineState(StrEnum):
    """`outgoing` lines and those that a person set aside are no payments of customers."""

    WAITING = "waiting"
    MATCHED = "matched"
    IGNORED = "ignored"
    OUTGOING = "outgoing"


MOVES = {
    BankLineState.WAITING: frozenset({BankLineState.MATCHED, BankLineState.IGNORED}),
    BankLineState.MATCHED: frozenset({BankLineState.WAITING}),
    BankLineState.IGNORED: frozenset({BankLineState.MATCHED}),
}


class BankFile(Tenant, Table):
    __tablename__ = "bank_files"
    __table_args__ = (UniqueConstraint("practice_id", "sha256"),)

    id: Mapped[BankFileId] = mapped_column(primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[BankFormat] = mapped_column(Word(BankFormat, 16))
    account: Mapped[str] = mapped_column(String(34))
    lines: Mapped[int]
    known: Mapped[int]  # lines that an earlier file had brought
    matched: Mapped[int]
    waiting: Mapped[int]
    imported_at: Mapped[datetime]


class BankLine(Tenant, Versioned, Table):
    """A line, known by `line_key` in whatever file it comes again; a payment or a receipt once it is matched."""

    __tablename__ = "bank_lines"
    __table_args__ = (
        within_practice("file_id", "bank_files"),
        within_practice("item_id", "open_items"),
        within_practice("receipt_id", "settlement_receipts"),
        UniqueConstraint("practice_id", "line_key"),
        CheckConstraint("(state = 'matched') = (num_nonnulls(item_id, receipt_id) = 1)", name="matched_is_booked"),
        Index("bank_lines_state_idx", "practice_id", "state", "id"),
    )

    id: Mapped[BankLineId] = mapped_column(primary_key=True, default=new_id)
    file_id: Mapped[BankFileId]
    line_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[BankLineState] = mapped_column(Word(BankLineState, 16))
    booked_on: Mapped[date]
    amount: Mapped[Money]
    bank_reference: Mapped[str] = mapped_column(String(100))
    ogm: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(500))
    name: Mapped[str] = mapped_column(String(140))
    account: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[OpenItemId | None]  # the payment that it became
    receipt_id: Mapped[ReceiptId | None]
    reason: Mapped[str | None] = mapped_column(String(500))

    def move(self, state: BankLineState) -> None:
        self.state = step(MOVES, self.state, state)
