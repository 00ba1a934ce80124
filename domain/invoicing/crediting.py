"""Credit notes: an issued invoice is taken back in whole or in part, never changed and never voided."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from domain import practice
from domain.invoicing.credits import Owed, credit
from domain.invoicing.deposits import is_deducted
from domain.invoicing.issuing import Issuing, issue
from domain.invoicing.model import Invoice, InvoiceKind, InvoiceLine
from domain.invoicing.queries import credited_shares, get_invoice
from domain.invoicing.refusals import CreditExceeds, DepositDeducted
from domain.invoicing.rules import Totals
from domain.invoicing.snapshots import reference
from domain.kit.calendar import local_day
from domain.kit.ids import InvoiceId, LineId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import Work

OWN_SERIES = "C"


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """A line of the invoice, by its position, and how much of it is taken back."""

    position: int
    quantity: Decimal


async def credit_invoice(
    work: Work, invoice_id: InvoiceId, wanted: Sequence[CreditedLine] | None, reason: str
) -> Invoice:
    """Issue a credit note on the lines named, or on all that is left of the invoice where none are.

    The reason stays with the books; the law wants none on the note itself, which may go to others than it is meant for.

    The invoice stays locked until the commit, so that two who credit it at once cannot take back more than there is.
    """
    invoice = await get_invoice(work, invoice_id, lock=True)
    invoice.must_be_creditable()
    if invoice.kind is InvoiceKind.DEPOSIT and await is_deducted(work, invoice_id):
        raise DepositDeducted
    owed = await _owed(work, invoice, wanted)
    before = await credited_shares(work, invoice_id)
    totals = credit([line for _, line in owed], invoice.totals, before)
    _check(totals, invoice, {rate: share.base for rate, share in before.items()})
    note = _note(work, invoice, owed)
    await work.store(note)
    await _free(work, owed)
    return await _issue(work, note, invoice, totals, reason)


async def _free(work: Work, owed: Sequence[tuple[InvoiceLine, Owed]]) -> None:
    """What stood on a line that is credited in whole now, may be billed or deducted anew."""
    for line, it in owed:
        if it.crediting and it.credited_quantity + it.crediting == it.quantity:
            line.freed = True
    await work.session.flush()


async def _owed(work: Work, invoice: Invoice, wanted: Sequence[CreditedLine] | None) -> list[tuple[InvoiceLine, Owed]]:
    credited = await _credited(work, [line.id for line in invoice.lines])
    left = {line.id: line.quantity - credited.get(line.id, (Decimal(0), ZERO))[0] for line in invoice.lines}
    crediting = left if wanted is None else _named(invoice, wanted, left)
    if not any(crediting.values()):
        raise CreditExceeds(field="lines")
    return [
        (
            line,
            Owed(
                rate=line.vat_rate,
                quantity=line.quantity,
                net=line.net,
                deducts=line.deducts_id is not None,
                credited_quantity=line.quantity - left[line.id],
                credited_net=credited.get(line.id, (Decimal(0), ZERO))[1],
                crediting=crediting.get(line.id, Decimal(0)),
            ),
        )
        for line in invoice.lines
    ]


async def _credited(work: Work, lines: Sequence[LineId]) -> dict[LineId, tuple[Decimal, Money]]:
    """Quantity and net of each line that earlier credit notes took back."""
    query = (
        select(InvoiceLine.credits_line_id, func.sum(InvoiceLine.quantity), func.sum(InvoiceLine.net))
        .where(InvoiceLine.practice_id == work.practice_id, InvoiceLine.credits_line_id.in_(lines))
        .group_by(InvoiceLine.credits_line_id)
    )
    rows = (await work.session.execute(query)).all()  # a sum of integers comes back as a decimal
    return {line_id: (quantity, Money(int(net.cents))) for line_id, quantity, net in rows if line_id is not None}


def _named(invoice: Invoice, wanted: Sequence[CreditedLine], left: dict[LineId, Decimal]) -> dict[LineId, Decimal]:
    """What was asked of each line; what deducts a deposit is given back with the rest of the invoice alone."""
    lines = {line.position: line for line in invoice.lines if line.deducts_id is None}
    asked: dict[LineId, Decimal] = {}
    for place, want in enumerate(wanted):
        line = lines.get(want.position)
        if line is None:
            raise CreditExceeds(field=f"lines/{place}/position")
        asked[line.id] = asked.get(line.id, Decimal(0)) + want.quantity
        if asked[line.id] > left[line.id]:
            raise CreditExceeds(field=f"lines/{place}/quantity", left=f"{left[line.id]:.2f}")
    return asked


def _check(totals: Totals, invoice: Invoice, before: dict[Decimal, Money]) -> None:
    """Where a deposit was deducted, the lines come to more than the invoice; no more is given back than was asked."""
    asked = {share.rate: share.base for share in invoice.totals.shares}
    for share in totals.shares:
        if before.get(share.rate, ZERO) + share.base > asked[share.rate]:
            raise CreditExceeds(field="lines")


def _note(work: Work, invoice: Invoice, owed: Sequence[tuple[InvoiceLine, Owed]]) -> Invoice:
    same = (
        "coachee_id",
        "sponsor_id",
        "coach_id",
        "trajectory_id",
        "language",
        "order_reference",
        "vat_regime",
        "reverse_charge",
    )
    taken = [(line, it) for line, it in owed if it.crediting]
    return Invoice(
        practice_id=work.practice_id,
        id=InvoiceId(new_id()),
        kind=InvoiceKind.CREDIT_NOTE,
        credits_id=invoice.id,
        created_at=work.now,
        lines=[_line(work, line, it, place) for place, (line, it) in enumerate(taken)],
        **{name: getattr(invoice, name) for name in same},
    )


def _line(work: Work, line: InvoiceLine, owed: Owed, place: int) -> InvoiceLine:
    """The discount is what lies between price and net, where the line bore one."""
    off = line.unit_price.times(owed.crediting) - owed.credit if line.discount > ZERO else ZERO
    same = ("description", "unit", "unit_price", "vat_rate")
    return InvoiceLine(
        practice_id=work.practice_id,
        id=LineId(new_id()),
        position=place,
        quantity=owed.crediting,
        discount=max(off, ZERO),
        net=owed.credit,
        credits_line_id=line.id,
        **{name: getattr(line, name) for name in same},
    )


async def _issue(work: Work, note: Invoice, invoice: Invoice, totals: Totals, reason: str) -> Invoice:
    """In the names in which the invoice was issued: what it said of seller and buyer still holds for it."""
    home = await practice.get_practice(work)
    issued_on = local_day(work.now, home.zone)
    series = invoice.series if home.shared_credit_notes else OWN_SERIES
    if invoice.kind is InvoiceKind.SELF_BILLED and not home.shared_credit_notes:
        series = f"{invoice.series}-{OWN_SERIES}"
    return await issue(
        work,
        note,
        Issuing(
            series=series or OWN_SERIES,
            issued_on=issued_on,
            due_on=issued_on,
            seller=invoice.seller or {},
            buyer=invoice.buyer or {},
            totals=totals,
            reason=reason,
            refers_to=[reference(invoice)],
        ),
    )
