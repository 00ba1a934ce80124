"""Payments: money that came in from a customer, and that what was recorded by mistake never came."""

from dataclasses import dataclass
from datetime import date

from domain import people
from domain.kit.errors import named_in
from domain.kit.ids import CoacheeId, InvoiceId, LedgerTransactionId, OpenItemId, PaymentId, SponsorId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.messaging import announce
from domain.payments.allocating import Match, allocate_matches
from domain.payments.instalments_due import Due, dues_of
from domain.payments.ledger import Posting, Side, past_day, post, reread, sane_amount, today
from domain.payments.model import MONEY_IN, Account, ItemKind, ItemState, Method, OpenItem, TransactionKind
from domain.payments.queries import charges_of, customers_debts, debt_of_invoice, get_payment, hold_items
from domain.payments.refusals import NotPayable, OneCustomer, PaymentInUse


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """`invoice_id` says what it pays, and after it the charges for its lateness; with a customer alone, what she owes
    longest is paid first if so asked."""

    invoice_id: InvoiceId | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    amount: Money
    received_on: date
    method: Method = Method.BANK_TRANSFER
    reference: str | None = None
    oldest_first: bool = False


async def record_payment(work: Work, new: NewPayment) -> OpenItem:
    """Book money that came in, and set it against what it pays; what is more than that stays the customer's."""
    amount = sane_amount(new.amount)
    received_on = await past_day(work, new.received_on, field="received_on")
    debts = await _debts(work, new)
    payment = _new_payment(work, new, debts[0] if new.invoice_id is not None else None, received_on)
    await work.store(payment)
    await post(work, payment_posting(payment.id, amount, received_on, new.method, new.reference))
    announce(work, "payment_recorded", payment.id, cents=amount.cents, method=new.method, received_on=received_on)
    await allocate_matches(work, spread(payment, amount, await _by_day(work, debts)))
    await reread(work, payment)
    return payment


def _new_payment(work: Work, new: NewPayment, debt: OpenItem | None, received_on: date) -> OpenItem:
    of = debt or new
    return OpenItem(
        practice_id=work.practice_id,
        id=OpenItemId(new_id()),
        kind=ItemKind.PAYMENT,
        coachee_id=of.coachee_id,
        sponsor_id=of.sponsor_id,
        reference=new.reference,
        method=new.method,
        amount=-new.amount,
        booked_on=received_on,
        created_at=work.now,
    )


def payment_posting(
    payment_id: OpenItemId, amount: Money, booked_on: date, method: Method, reference: str | None
) -> Posting:
    return Posting(
        id=LedgerTransactionId(payment_id),
        kind=TransactionKind.PAYMENT,
        booked_on=booked_on,
        reference=reference,
        sides=[
            Side(MONEY_IN.get(method, Account.BANK), amount),
            Side(Account.RECEIVABLE, -amount, payment_id),
        ],
    )


async def reverse_payment(work: Work, payment_id: PaymentId, reason: str) -> OpenItem:
    """Say that a payment was recorded by mistake: the money never came. Only what is not allocated can be undone."""
    payment = await get_payment(work, payment_id, lock=True)
    if payment.state is not ItemState.OPEN:
        raise PaymentInUse(open_cents=payment.left.cents)
    method = payment.method or Method.BANK_TRANSFER
    posting = Posting(
        kind=TransactionKind.REVERSAL,
        booked_on=await today(work),
        reason=reason,
        sides=[
            Side(Account.RECEIVABLE, payment.left, payment.id),
            Side(MONEY_IN.get(method, Account.BANK), -payment.left),
        ],
    )
    await post(work, posting)
    announce(work, "payment_reversed", payment.id, cents=payment.left.cents, reason=reason)
    await reread(work, payment)
    return payment


async def _debts(work: Work, new: NewPayment) -> list[OpenItem]:
    """What the payment is for, locked: the invoice that it names with its charges, or what its customer owes."""
    if sum(one is not None for one in (new.invoice_id, new.coachee_id, new.sponsor_id)) != 1:
        raise OneCustomer(field="invoice_id")
    if new.invoice_id is not None:
        with named_in("invoice_id"):
            debt = await debt_of_invoice(work, new.invoice_id)
        if not debt.owes or debt.coach_id is not None:
            raise NotPayable(field="invoice_id", kind=debt.kind)
        charges = await hold_items(work, (await charges_of(work, [debt.id])).get(debt.id, []))
        return [debt, *charges.values()]
    if new.coachee_id is not None:
        with named_in("coachee_id"):
            await people.get_coachee(work, new.coachee_id)
    if new.sponsor_id is not None:
        with named_in("sponsor_id"):
            await people.get_sponsor(work, new.sponsor_id)
    return await customers_debts(work, new.coachee_id, new.sponsor_id) if new.oldest_first else []


async def _by_day(work: Work, debts: list[OpenItem]) -> list[Due]:
    """What is due of them, the longest first, instalment by instalment."""
    dues = await dues_of(work, [debt for debt in debts if debt.left > ZERO])
    return sorted((due for each in dues.values() for due in each), key=lambda due: (due.on, due.item.id))


def spread(payment: OpenItem, amount: Money, dues: list[Due]) -> list[Match]:
    """One after the other, as far as it goes; of each debt in one sum."""
    parts: dict[OpenItemId, Match] = {}
    for due in dues:
        part = min(amount, due.left)
        if part > ZERO:
            before = parts[due.item.id].amount if due.item.id in parts else ZERO
            parts[due.item.id] = Match(payment.id, due.item, before + part, payment.booked_on)
            amount -= part
    return list(parts.values())
