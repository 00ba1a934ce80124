"""Bank files taken over: all of a file or nothing, each line once, whatever file it comes in again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select

from domain import funding, practice
from domain.funding import NewReceipt
from domain.kit.bulk import among, insert_many, row_of
from domain.kit.ids import BankFileId, BankLineId, OpenItemId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.messaging import News, announce, announce_many
from domain.payments.allocating import Match, allocate_matches
from domain.payments.bank_model import BankAccountNotYours, BankFile, BankLine, BankLineState
from domain.payments.bank_statements import BankFileUnreadable, BankFormat, BankStatement, StatementLine, keyed
from domain.payments.camt_files import read_camt
from domain.payments.coda_files import read_coda
from domain.payments.ledger import post
from domain.payments.matching import Decision, decide
from domain.payments.model import OpenItem
from domain.payments.receiving import NewPayment, new_payment, payment_posting

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
    await work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"bank:{work.practice_id}", 0))))
    query = select(BankFile).where(BankFile.practice_id == work.practice_id, BankFile.sha256 == read.sha256)
    if (before := await work.session.scalar(query)) is not None:
        return before, False
    fresh = await _fresh(work, read)
    decisions = await _decisions(work, fresh)
    file = _file(work, read, fresh, decisions)
    await work.store(file)
    lines = [_line(work, file, key, line) for key, line in fresh]
    await _book(work, lines, decisions)
    await insert_many(work, BankLine, [row_of(line) for line in lines])
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


async def _book(work: Work, lines: Sequence[BankLine], decisions: Sequence[Decision]) -> None:
    """Payments and what they pay in a few statements for each thousand; the receipts of funders one by one."""
    payments: list[OpenItem] = []
    matches: list[Match] = []
    left: dict[OpenItemId, Money] = {}
    for line, decision in zip(lines, decisions, strict=True):
        if decision.debt is not None:
            payment = payment_of(work, line, decision.debt)
            payments.append(payment)
            line.item_id, line.state = payment.id, BankLineState.MATCHED
            matches += _spread(payment, line.amount, [decision.debt, *decision.charges], left)
        elif decision.funder_id is not None:
            line.receipt_id = (await funding.record_receipt(work, receipt_of(line, decision))).id
            line.state = BankLineState.MATCHED
    await insert_many(work, OpenItem, [row_of(payment) for payment in payments])
    await post(work, *(payment_posting(payment, -payment.amount) for payment in payments))
    await announce_many(work, [_recorded(payment) for payment in payments])
    await allocate_matches(work, matches, max((one.booked_on for one in payments), default=work.now.date()))


def _recorded(payment: OpenItem) -> News:
    return News("payment_recorded", payment.id, {"cents": -payment.amount.cents, "method": payment.method})


def _spread(
    payment: OpenItem, amount: Money, debts: Sequence[OpenItem], left: dict[OpenItemId, Money]
) -> Iterator[Match]:
    """One after the other, as far as it goes; `left` is what earlier lines left of each."""
    for debt in debts:
        part = min(amount, left.get(debt.id, debt.left))
        if part > ZERO:
            left[debt.id] = left.get(debt.id, debt.left) - part
            amount -= part
            yield Match(payment, debt, part)


def payment_of(work: Work, line: BankLine, debt: OpenItem) -> OpenItem:
    """The payment that a line is, of the customer of what it pays."""
    new = NewPayment(amount=line.amount, received_on=line.booked_on, reference=line.bank_reference or None)
    return new_payment(work, new, debt, line.booked_on)


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


def _line(work: Work, file: BankFile, key: str, line: StatementLine) -> BankLine:
    return BankLine(
        practice_id=work.practice_id,
        id=BankLineId(new_id()),
        file_id=file.id,
        line_key=key,
        state=BankLineState.WAITING if line.cents > 0 else BankLineState.OUTGOING,
        booked_on=line.booked_on,
        amount=Money(line.cents),
        bank_reference=line.reference,
        ogm=line.ogm,
        text=line.text.replace("\x00", ""),
        name=line.name.replace("\x00", "")[:140],
        account=line.account[:40],
    )
