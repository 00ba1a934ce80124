"""Money that goes back, and money that will not come: refunds and write-offs, each with its reason."""

from dataclasses import dataclass
from datetime import date

from domain.kit.ids import OpenItemId
from domain.kit.money import Money
from domain.kit.work import Work
from domain.messaging import announce
from domain.payments.ledger import Posting, Side, past_day, post, reread, sane_amount, today
from domain.payments.model import MONEY_IN, Account, Method, OpenItem, TransactionKind
from domain.payments.queries import get_item
from domain.payments.refusals import AllocationExceeds, NothingToRefund, NotToWriteOff, RoundingTooLarge

LARGEST_ROUNDING = Money(99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    amount: Money
    paid_on: date
    method: Method
    reason: str
    reference: str | None = None


async def refund(work: Work, item_id: OpenItemId, wanted: Refund) -> OpenItem:
    """Pay out what is owed: the rest of a payment or credit note to a customer, a self-billed invoice to its coach."""
    item = await get_item(work, item_id, lock=True)
    if item.owes:
        raise NothingToRefund(kind=item.kind)
    amount = _within(item, wanted.amount)
    posting = Posting(
        kind=TransactionKind.REFUND,
        booked_on=await past_day(work, wanted.paid_on, field="paid_on"),
        reference=wanted.reference,
        reason=wanted.reason,
        sides=[
            Side(item.account, amount, item.id),
            Side(MONEY_IN.get(wanted.method, Account.BANK), -amount),
        ],
    )
    await post(work, posting)
    announce(work, "money_refunded", item.id, cents=amount.cents, method=wanted.method, reason=wanted.reason)
    await reread(work, item)
    return item


async def write_off(work: Work, item_id: OpenItemId, amount: Money, reason: str, *, rounding: bool) -> OpenItem:
    """Give up what a customer owes, or a difference of rounding; it stands in the books as what it is."""
    item = await get_item(work, item_id, lock=True)
    if not item.owes or item.coach_id is not None:
        raise NotToWriteOff(kind=item.kind)
    _within(item, amount)
    if rounding and amount > LARGEST_ROUNDING:
        raise RoundingTooLarge(field="amount_cents")
    posting = Posting(
        kind=TransactionKind.WRITE_OFF,
        booked_on=await today(work),
        reason=reason,
        sides=[
            Side(Account.ROUNDING if rounding else Account.WRITE_OFF, amount),
            Side(item.account, -amount, item.id),
        ],
    )
    await post(work, posting)
    announce(work, "debt_written_off", item.id, cents=amount.cents, reason=reason)
    await reread(work, item)
    return item


def _within(item: OpenItem, amount: Money) -> Money:
    if sane_amount(amount) > item.left:
        raise AllocationExceeds(field="amount_cents", open_cents=item.left.cents)
    return amount
