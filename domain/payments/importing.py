"""Bank files taken over: all of a file or nothing, each line once, whatever file it comes in again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from domain import funding, practice
from domain.funding import NewReceipt
from domain.kit.bulk import among, insert_many
from domain.kit.ids import BankFileId, BankLineId, OpenItemId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work, queue
from domain.messaging import News, announce, announce_many
from domain.payments.allocating import Match, allocate_matches
from domain.payments.bank_model import BankAccountNotYours, BankFile, BankLine, BankLineState
from domain.payments.bank_statements import BankFileUnreadable, BankFormat, BankStatement, StatementLine, keyed
from domain.payments.camt_files import read_camt
from domain.payments.coda_files import read_coda
from domain.payments.ledger import Posting, post
from domain.payments.matching import Decision, decide
from domain.payments.model import ItemKind, Method, OpenItem
from domain.payments.receiving import payment_posting

Row = dict[str, Any]
NATIONAL = slice(4, None)  # an account without its country and check digits


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a line of a file would become, by its place in the file."""

    line: StatementLine
    decision: Decision


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, read and checked, with its lines by their keys."""

    sha256: str
    format: BankFormat
    account: str
    lines: dict[str, StatementLine]


async def try_bank_file(work: Work, content: bytes) -> tuple[Reading, list[Proposal]]:
    """Say what a file would bring, and change nothing."""
    read = await read_bank_file(work, content)
    fresh = await _fresh(work, read)
    return read, [
        Proposal(line, decision) for (_, line), decision in zip(fresh, await _decisions(work, fresh), strict=True)
    ]


async def import_bank_file(work: Work, content: bytes) -> tuple[BankFile, bool]:
    """Take over a file, and tell whether it is new; one that came before is given back as it was then.

    Two imports of a practice wait for one another, so that each line is taken over once.
    """
    read = await read_bank_file(work, content)
    await queue(work, f"bank:{work.practice_id}")
    query = select(BankFile).where(BankFile.practice_id == work.practice_id, BankFile.sha256 == read.sha256)
    if (before := await work.session.scalar(query)) is not None:
        return before, False
    fresh = await _fresh(work, read)
    decisions = await _decisions(work, fresh)
    file = _file(work, read, fresh, decisions)
    await work.store(file)
    rows = [_row(work, file, key, line) for key, line in fresh]
    await _book(work, rows, decisions)
    await insert_many(work, BankLine, rows)
    facts = {"lines": file.lines, "known": file.known, "matched": file.matched, "waiting": file.waiting}
    announce(work, "bank_file_imported", file.id, **facts)
    return file, True


async def read_bank_file(work: Work, content: bytes) -> Reading:
    """What the file says, of the practice's own account."""
    if not content.strip():
        raise BankFileUnreadable(fact="empty")
    format_ = BankFormat.CAMT_053 if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else BankFormat.CODA
    statements = (read_camt if format_ is BankFormat.CAMT_053 else read_coda)(content)
    own = (await practice.get_practice(work)).iban or ""
    for statement in statements:
        if not own or statement.account not in {own, own[NATIONAL]}:
            raise BankAccountNotYours(account=statement.account[:34])
    return Reading(sha256(content).hexdigest(), format_, own, _lines(statements))


def _lines(statements: Sequence[BankStatement]) -> dict[str, StatementLine]:
    return {key: line for statement in statements for key, line in keyed(statement)}


async def _fresh(work: Work, read: Reading) -> list[tuple[str, StatementLine]]:
    """The lines that no earlier file brought."""
    query = select(BankLine.line_key).where(
        BankLine.practice_id == work.practice_id, among(BankLine.line_key, read.lines)
    )
    known = set(await work.session.scalars(query))
    return [(key, line) for key, line in read.lines.items() if key not in known]


async def _decisions(work: Work, fresh: Sequence[tuple[str, StatementLine]]) -> list[Decision]:
    return await decide(work, [line for _, line in fresh])


async def _book(work: Work, rows: Sequence[Row], decisions: Sequence[Decision]) -> None:
    """Payments and what they pay in a few statements for each thousand; the receipts of funders one by one."""
    payments: list[Row] = []
    matches: list[Match] = []
    left: dict[OpenItemId, Money] = {}
    for row, decision in zip(rows, decisions, strict=True):
        if decision.debt is not None:
            payment = _payment(work, row, decision.debt)
            payments.append(payment)
            row["item_id"], row["state"] = payment["id"], BankLineState.MATCHED
            matches += _spread(payment, [decision.debt, *decision.charges], left)
        elif decision.funder_id is not None:
            new = receipt_of(BankLine(**row), decision)
            row["receipt_id"], row["state"] = (await funding.record_receipt(work, new)).id, BankLineState.MATCHED
    await insert_many(work, OpenItem, payments)
    await post(work, *map(_posting, payments))
    await announce_many(work, [_recorded(payment) for payment in payments])
    await allocate_matches(work, matches)


def _recorded(payment: Row) -> News:
    return News("payment_recorded", payment["id"], {"cents": -payment["amount"].cents, "method": payment["method"]})


def _posting(payment: Row) -> Posting:
    amount = -payment["amount"]
    return payment_posting(payment["id"], amount, payment["booked_on"], payment["method"], payment["reference"])


def _spread(payment: Row, debts: Sequence[OpenItem], left: dict[OpenItemId, Money]) -> Iterator[Match]:
    """One after the other, as far as it goes; `left` is what earlier lines left of each."""
    amount = -payment["amount"]
    for debt in debts:
        before = left.get(debt.id)
        open_ = debt.left if before is None else before
        part = min(amount, open_)
        if part > ZERO:
            left[debt.id] = open_ - part
            amount -= part
            yield Match(payment["id"], debt, part, payment["booked_on"])


def _payment(work: Work, row: Row, debt: OpenItem) -> Row:
    """The payment that a line is, of the customer of what it pays; the database opens it for its amount."""
    return {
        "practice_id": work.practice_id,
        "id": OpenItemId(new_id()),
        "kind": ItemKind.PAYMENT,
        "coachee_id": debt.coachee_id,
        "sponsor_id": debt.sponsor_id,
        "reference": row["bank_reference"] or None,
        "method": Method.BANK_TRANSFER,
        "amount": -row["amount"],
        "open": ZERO,
        "credited": ZERO,
        "booked_on": row["booked_on"],
        "created_at": work.now,
        "version": 1,
    }


def receipt_of(line: BankLine, decision: Decision) -> NewReceipt:
    assert decision.funder_id is not None  # noqa: S101
    told = line.text or line.ogm or line.bank_reference
    return NewReceipt(
        funder_id=decision.funder_id, received_on=line.booked_on, reference=told[:140] or "-", amount=line.amount
    )


def _file(
    work: Work, read: Reading, fresh: Sequence[tuple[str, StatementLine]], decisions: Sequence[Decision]
) -> BankFile:
    incoming = sum(line.cents > 0 for _, line in fresh)
    matched = sum(one.debt is not None or one.funder_id is not None for one in decisions)
    return BankFile(
        practice_id=work.practice_id,
        id=BankFileId(new_id()),
        sha256=read.sha256,
        format=read.format,
        account=read.account,
        lines=len(read.lines),
        known=len(read.lines) - len(fresh),
        matched=matched,
        waiting=incoming - matched,
        imported_at=work.now,
    )


def _row(work: Work, file: BankFile, key: str, line: StatementLine) -> Row:
    return {
        "practice_id": work.practice_id,
        "id": BankLineId(new_id()),
        "file_id": file.id,
        "line_key": key,
        "state": BankLineState.WAITING if line.cents > 0 else BankLineState.OUTGOING,
        "booked_on": line.booked_on,
        "amount": Money(line.cents),
        "bank_reference": line.reference,
        "ogm": line.ogm,
        "text": line.text.replace("\x00", ""),
        "name": line.name.replace("\x00", "")[:140],
        "account": line.account[:40],
        "item_id": None,
        "receipt_id": None,
        "version": 1,
    }
