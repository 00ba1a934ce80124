"""Deposits: asked for beforehand, deducted from the final invoice with a reference to the deposit invoice."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import exists, select

from domain.invoicing.model import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from domain.invoicing.phrases import phrase
from domain.invoicing.queries import credited_shares, get_invoice
from domain.invoicing.refusals import DepositDeducted, NotDeductible
from domain.invoicing.rules import VatShare
from domain.kit.errors import named_in
from domain.kit.ids import InvoiceId, LineId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work


async def deductions(work: Work, final: Invoice, deposits: Sequence[InvoiceId]) -> list[InvoiceLine]:
    """A line below zero for each rate of each deposit, of what is left of it once credit notes are taken off."""
    lines: list[InvoiceLine] = []
    for deposit_id in sorted(set(deposits)):  # in one order, so that two who deduct the same wait and never meet
        with named_in("deducts"):
            deposit = await get_invoice(work, deposit_id, lock=True)
        if (
            deposit.kind is not InvoiceKind.DEPOSIT
            or deposit.state is InvoiceState.DRAFT
            or not _same_buyer(deposit, final)
        ):
            raise NotDeductible(field="deducts", kind=deposit.kind, state=deposit.state)
        if await is_deducted(work, deposit_id):
            raise DepositDeducted(field="deducts")
        credited = await credited_shares(work, deposit_id)
        left = [(share, share.base - past.base) for share in deposit.totals.shares for past in [_of(credited, share)]]
        lines += [_line(work, final, deposit, share.rate, base) for share, base in left if base > ZERO]
    if deposits and not lines:
        raise NotDeductible(field="deducts")
    return lines


async def is_deducted(work: Work, deposit_id: InvoiceId) -> bool:
    """On an invoice or a draft; one that was credited in whole gives it back."""
    deducting = exists().where(InvoiceLine.practice_id == work.practice_id, InvoiceLine.deducts_id == deposit_id)
    return bool(await work.session.scalar(select(deducting.where(~InvoiceLine.freed))))


def _same_buyer(deposit: Invoice, final: Invoice) -> bool:
    return (deposit.coachee_id, deposit.sponsor_id) == (final.coachee_id, final.sponsor_id)


def _of(credited: dict[Decimal, VatShare], share: VatShare) -> VatShare:
    return credited.get(share.rate, VatShare(share.rate, ZERO, ZERO))


def _line(work: Work, final: Invoice, deposit: Invoice, rate: Decimal, amount: Money) -> InvoiceLine:
    return InvoiceLine(
        practice_id=work.practice_id,
        id=LineId(new_id()),
        description=phrase(final.language, "deducted", deposit.issued_on, number=deposit.label),
        quantity=Decimal(-1),
        unit="",
        unit_price=amount,
        discount=ZERO,
        vat_rate=rate,
        net=-amount,
        deducts_id=deposit.id,
    )
