"""CODA, Febelfin's statement of fixed width: 128 characters a record, windows-1252 or UTF-8."""

from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Any

from domain.payments.bank_statements import (
    BankFileForeignCurrency,
    BankFileIncomplete,
    BankFileUnbalanced,
    BankFileUnreadable,
    BankStatement,
    StatementLine,
    found_ogm,
)

coda: Any = import_module("coda")  # it brings no types
RECORD = 128
RECORD_KINDS = frozenset("0123489")
ONE_PAYMENT = "3"  # the type of a movement whose details are what came in and what was charged for it
EURO = "EUR"
# What the library raises where a record is not as it should be.
MISREAD = (ValueError, IndexError, KeyError, AttributeError, TypeError, ArithmeticError)


def _hold(detail: Any, deeper: Any) -> None:
    detail.moves.append(deeper)


# The library gives the details of a detail (type 9) to their parent by a name that the parent lacks; without it a file
# that has them could not be read at all.
coda.Move.append = _hold


def read_coda(content: bytes) -> list[BankStatement]:
    """The statements of a file, or the refusal that says what is wrong with it."""
    records = _records(_text(content))
    try:
        statements = [_statement(one) for one in coda.CODA(records).statements]
    except AssertionError as error:  # its totals, balances and counts
        raise BankFileUnbalanced from error
    except MISREAD as error:
        raise BankFileUnreadable(fact=type(error).__name__) from error
    for statement in statements:
        statement.must_add_up()
    return statements


def _text(content: bytes) -> str:
    """Banks write windows-1252; some tools make UTF-8 of it. Latin-1 has a letter for every byte. A zero byte is a
    blank, for text that holds one cannot be kept."""
    content = content.replace(b"\x00", b" ")
    for encoding in ("utf-8-sig", "windows-1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _records(text: str) -> list[str]:
    records = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip("\x1a ")]
    if not records or records[0][0] != "0":
        raise BankFileUnreadable(fact="header")
    for number, record in enumerate(records, start=1):
        if record[0] not in RECORD_KINDS:
            raise BankFileUnreadable(record=number)
        if len(record) != RECORD:
            raise BankFileIncomplete(record=number, length=len(record))
    if records[-1][0] != "9":
        raise BankFileIncomplete(record=len(records))
    return records


def _statement(read: Any) -> BankStatement:
    if read.old_balance is None or read.new_balance is None:
        raise BankFileIncomplete(fact="balance")
    if read.account_currency != EURO:
        raise BankFileForeignCurrency(currency=read.account_currency)
    return BankStatement(
        account=read.account.replace(" ", ""),
        old_cents=_cents(read.old_balance),
        new_cents=_cents(read.new_balance),
        lines=[line for move in read.moves for line in _lines(read, move)],
    )


def _lines(read: Any, move: Any) -> list[StatementLine]:
    """A movement, or each payment of a sum where the bank told them apart and they come to it."""
    parts, whole = list(move.moves), _line(read, move)
    if not parts or sum(part.amount for part in parts) != move.amount:
        return [whole]
    told = [_line(read, part) for part in parts]
    if move.transaction_type == ONE_PAYMENT:
        told = [_as_said_of(whole, part) for part in told]
    return [
        replace(part, booked_on=whole.booked_on, reference=f"{whole.reference}/{place}")
        for place, part in enumerate(told, start=1)
    ]


def _as_said_of(whole: StatementLine, part: StatementLine) -> StatementLine:
    """Who paid and for what is told of the payment, not again of each part of it."""
    said = ("ogm", "text", "name", "account")
    return replace(part, **{name: getattr(part, name) or getattr(whole, name) for name in said})


def _line(read: Any, move: Any) -> StatementLine:
    told = (move.communication or "").strip()
    return StatementLine(
        booked_on=move.entry_date,
        cents=_cents(move.amount),
        reference=move.bank_reference.strip() or f"{read.old_sequence}/{move.sequence}",
        ogm=found_ogm(told),
        text=" ".join(told.split())[:500],
        name=(move.counterparty_name or "").strip(),
        account=(move.counterparty_account or "").split(" ")[0],
    )


def _cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_exact())
