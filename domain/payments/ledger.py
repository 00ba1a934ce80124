"""Posting: one transaction with its entries. Documents, allocations and receipts post themselves in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain import practice
from domain.kit.bulk import insert_many
from domain.kit.calendar import local_day, sane_day
from domain.kit.ids import LedgerTransactionId, OpenItemId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.payments.model import Account, LedgerEntry, LedgerTransaction, OpenItem, TransactionKind
from domain.payments.refusals import AmountOutOfRange, ReceivedInFuture

LARGEST = Money(10**12)


@dataclass(frozen=True, slots=True)
class Side:
    """An amount on an account: debit above zero, credit below."""

    account: Account
    amount: Money
    item_id: OpenItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    kind: TransactionKind
    booked_on: date
    sides: Sequence[Side]
    id: LedgerTransactionId | None = None
    reference: str | None = None
    reason: str | None = None


async def post(work: Work, *postings: Posting) -> None:
    """Write transactions with their entries; the database refuses at the commit what does not balance."""
    named = [(LedgerTransactionId(posting.id or new_id()), posting) for posting in postings]
    await insert_many(work, LedgerTransaction, [_head(work, *one) for one in named])
    await insert_many(work, LedgerEntry, [row for one in named for row in _entries(work, *one)])


def _head(work: Work, transaction_id: LedgerTransactionId, posting: Posting) -> Mapping[str, object]:
    return {
        "practice_id": work.practice_id,
        "id": transaction_id,
        "kind": posting.kind,
        "booked_on": posting.booked_on,
        "posted_at": work.now,
        "entry_count": len(posting.sides),
        "reference": posting.reference,
        "reason": posting.reason,
    }


def _entries(work: Work, transaction_id: LedgerTransactionId, posting: Posting) -> Iterable[Mapping[str, object]]:
    for position, side in enumerate(posting.sides, start=1):
        yield {
            "practice_id": work.practice_id,
            "transaction_id": transaction_id,
            "position": position,
            "account": side.account,
            "amount": side.amount,
            "item_id": side.item_id,
        }


async def reread(work: Work, *items: OpenItem) -> None:
    """See what the entries have made of the items."""
    for item in items:
        await work.session.refresh(item)


async def today(work: Work) -> date:
    return local_day(work.now, (await practice.get_practice(work)).zone)


async def past_day(work: Work, day: date, *, field: str) -> date:
    """A day on which money can have moved."""
    now = await today(work)
    if sane_day(day, field=field) > now:
        raise ReceivedInFuture(field=field, today=now)
    return day


def sane_amount(amount: Money, *, field: str = "amount_cents") -> Money:
    if not ZERO < amount <= LARGEST:
        raise AmountOutOfRange(field=field)
    return amount
