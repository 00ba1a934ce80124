"""Bank lines that wait for a person: confirmed as what they are, set aside, or, matched wrongly, sent back."""

from dataclasses import dataclass

from sqlalchemy import select

from domain import funding
from domain.kit.ids import BankLineId, CoacheeId, FunderId, OpenItemId, PaymentId, SponsorId
from domain.kit.money import ZERO
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.states import step
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.payments.allocating import allocated_between, take_back
from domain.payments.bank_model import MOVES, BankLine, BankLineNotFound, BankLineState, OneMatch, ReceiptInBooks
from domain.payments.importing import receipt_of
from domain.payments.matching import Decision, Suggestion, suggest
from domain.payments.model import Method
from domain.payments.queries import allocations_of, get_item
from domain.payments.receiving import NewPayment, record_payment, reverse_payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a line is: the payment of an invoice (its open item), a customer's money, or a funder's."""

    item_id: OpenItemId | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    funder_id: FunderId | None = None


async def get_bank_line(work: Work, line_id: BankLineId, *, lock: bool = False) -> BankLine:
    return await find(work, BankLine, line_id, BankLineNotFound, lock=lock)


async def list_bank_lines(work: Work, page: PageRequest, *, state: BankLineState | None = None) -> Page[BankLine]:
    query = select(BankLine).where(BankLine.practice_id == work.practice_id)
    if state is not None:
        query = query.where(BankLine.state == state)
    return await fetch_page(work, query, page, list_name=f"bank-lines:{state}", keys=[BankLine.id])


async def suggestions_for(work: Work, line: BankLine) -> list[Suggestion]:
    """What a waiting line may pay, the likeliest first."""
    return await suggest(work, line.amount.cents, line.name) if line.state is BankLineState.WAITING else []


async def confirm_line(work: Work, line_id: BankLineId, wanted: Confirmation) -> BankLine:
    """Say what a waiting line is; then it is booked as that."""
    line = await get_bank_line(work, line_id, lock=True)
    state = step(MOVES, line.state, BankLineState.MATCHED)
    named = [wanted.item_id, wanted.coachee_id, wanted.sponsor_id, wanted.funder_id]
    if sum(one is not None for one in named) != 1:
        raise OneMatch(field="item_id")
    if wanted.funder_id is not None:
        receipt = await funding.record_receipt(work, receipt_of(line, Decision(funder_id=wanted.funder_id)))
        line.receipt_id = receipt.id
    else:
        line.item_id = await _payment(work, line, wanted)
    line.state, line.reason = state, None  # at last: a line that is matched is booked
    await work.session.flush()
    announce(work, "bank_line_confirmed", line.id, item_id=line.item_id, receipt_id=line.receipt_id)
    return line


async def ignore_line(work: Work, line_id: BankLineId, reason: str) -> BankLine:
    """Set a waiting line aside: it is no payment of a customer."""
    line = await get_bank_line(work, line_id, lock=True)
    line.move(BankLineState.IGNORED)
    line.reason = reason
    announce(work, "bank_line_ignored", line.id, reason=reason)
    await work.session.flush()
    return line


async def reject_match(work: Work, line_id: BankLineId, reason: str) -> BankLine:
    """Undo a match that was wrong: its payment is taken back and reversed, and the line waits again."""
    line = await get_bank_line(work, line_id, lock=True)
    if line.receipt_id is not None:
        raise ReceiptInBooks
    line.move(BankLineState.WAITING)
    if line.item_id is not None:
        with work.session.no_autoflush:
            payment = await get_item(work, line.item_id)
            debts = dict.fromkeys(one.debit_id for one in await allocations_of(work, payment))
            line.item_id = None
            for debit_id in debts:
                given = await allocated_between(work, payment.id, debit_id)
                if given > ZERO:
                    await take_back(work, payment.id, debit_id, given, reason)
            await reverse_payment(work, PaymentId(payment.id), reason)
    line.reason = reason
    await work.session.flush()
    announce(work, "bank_match_rejected", line.id, reason=reason)
    return line


async def _payment(work: Work, line: BankLine, wanted: Confirmation) -> OpenItemId:
    item = await get_item(work, wanted.item_id) if wanted.item_id is not None else None
    new = NewPayment(
        invoice_id=item.invoice_id if item is not None else None,
        coachee_id=wanted.coachee_id,
        sponsor_id=wanted.sponsor_id,
        amount=line.amount,
        received_on=line.booked_on,
        method=Method.BANK_TRANSFER,
        reference=line.bank_reference or None,
    )
    return (await record_payment(work, new)).id
