"""What may happen to a draft: made, changed, thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from domain import practice
from domain.invoicing import parties
from domain.invoicing.billing import must_be_billable, must_be_unbilled
from domain.invoicing.deposits import deductions
from domain.invoicing.instalments import Instalment, frozen_instalments, in_order
from domain.invoicing.model import EURO, Invoice, InvoiceKind, InvoiceLine
from domain.invoicing.queries import get_invoice
from domain.invoicing.rules import DEFAULT_RATE, NO_DISCOUNT, Discount, added, known_rate
from domain.kit.calendar import sane_day
from domain.kit.ids import CoacheeId, InvoiceId, LineId, PackageId, SessionId, SponsorId, TrajectoryId, new_id
from domain.kit.money import Money
from domain.kit.work import Work
from domain.messaging import Language, announce
from domain.practice import VatRegime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """`unit` is a word, or "h" for hours; without `vat_rate` the line gets the usual rate of the practice's regime.

    A line with `session_id` or `package_id` bills that session or package, which no other line may do.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Money
    vat_rate: Decimal | None = None
    discount: Discount = NO_DISCOUNT
    session_id: SessionId | None = None
    package_id: PackageId | None = None
    missed: bool = False  # the session was not held: it is its fee that is charged


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """One of coachee and sponsor is the buyer; the language is the buyer's where none is named."""

    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    trajectory_id: TrajectoryId | None = None
    language: Language | None = None
    currency: str = EURO
    supplied_on: date | None = None
    order_reference: str | None = None
    deposit: bool = False
    reverse_charge: bool = False
    discount: Discount = NO_DISCOUNT
    lines: Sequence[NewLine] = ()
    deducts: Sequence[InvoiceId] = ()
    instalments: Sequence[Instalment] = ()


async def draft_invoice(work: Work, new: NewInvoice) -> Invoice:
    """Begin an invoice; until it is issued it has no number, and everything in it may change."""
    buyer = await parties.buyer(work, new.coachee_id, new.sponsor_id)
    if new.trajectory_id is not None:
        await parties.check_trajectory(work, new.trajectory_id, new.coachee_id)
    invoice = Invoice(
        practice_id=work.practice_id,
        id=InvoiceId(new_id()),
        kind=InvoiceKind.DEPOSIT if new.deposit else InvoiceKind.INVOICE,
        coachee_id=new.coachee_id,
        sponsor_id=new.sponsor_id,
        trajectory_id=new.trajectory_id,
        language=new.language or buyer.language,
        currency=new.currency,
        order_reference=new.order_reference,
        reverse_charge=new.reverse_charge,
        supplied_on=new.supplied_on and sane_day(new.supplied_on, field="supplied_on"),
        instalments=frozen_instalments(in_order(new.instalments)),
        created_at=work.now,
        lines=[],
    )
    _set_discount(invoice, new.discount)
    await _fill(work, invoice, new.lines)
    await _deduct(work, invoice, new.deducts)
    _check_discount(invoice)
    await work.store(invoice)
    announce(work, "invoice_drafted", invoice.id)
    return invoice


async def change_draft(
    work: Work,
    invoice_id: InvoiceId,
    changes: dict[str, Any],
    lines: Sequence[NewLine] | None = None,
    deducts: Sequence[InvoiceId] | None = None,
) -> Invoice:
    """Change what is named in `changes`; `lines` and `deducts`, if given, take the place of all there were."""
    invoice = await get_invoice(work, invoice_id, lock=True)
    invoice.must_be_draft()
    if changes.get("supplied_on") is not None:
        sane_day(changes["supplied_on"], field="supplied_on")
    await _clear(work, invoice, ordinary=lines is not None, deducting=deducts is not None)
    with work.session.no_autoflush:  # so that all of it counts as one change
        for name, value in changes.items():
            if name == "discount":
                _set_discount(invoice, value)
            elif name == "instalments":
                invoice.instalments = frozen_instalments(in_order(value))
            else:
                setattr(invoice, name, value)
        if lines is not None:
            await _fill(work, invoice, lines)
        if deducts is not None:
            await _deduct(work, invoice, deducts)
    _check_discount(invoice)
    flag_modified(invoice, "language")  # so that the version counts a change of lines too
    await work.session.flush()
    announce(work, "invoice_changed", invoice.id)
    return invoice


async def delete_draft(work: Work, invoice_id: InvoiceId) -> None:
    """Throw a draft away, as if it had never been."""
    invoice = await get_invoice(work, invoice_id, lock=True)
    invoice.must_be_draft()
    await work.session.delete(invoice)
    await work.session.flush()
    announce(work, "invoice_deleted", invoice_id)


def _set_discount(invoice: Invoice, discount: Discount) -> None:
    invoice.discount, invoice.discount_percent = discount.amount, discount.percent


def _check_discount(invoice: Invoice) -> None:
    whole = added(line.net for line in invoice.lines if line.deducts_id is None)
    Discount(invoice.discount, invoice.discount_percent).checked(whole, field="discount")


async def _clear(work: Work, invoice: Invoice, *, ordinary: bool, deducting: bool) -> None:
    """Ordinary lines, those that deduct, or both; they leave before new ones take their positions."""
    leaving = [line for line in invoice.lines if (deducting if line.deducts_id else ordinary)]
    for line in leaving:
        invoice.lines.remove(line)
    await work.session.flush()


async def _fill(work: Work, invoice: Invoice, lines: Sequence[NewLine]) -> None:
    """Ordinary lines stand before those that deduct."""
    invoice.vat_regime = (await practice.get_practice(work)).vat_regime
    for line in invoice.lines:
        line.position += len(lines) + MOST_LINES
    invoice.lines[:0] = await new_lines(
        work,
        lines,
        regime=invoice.vat_regime,
        sponsor_id=invoice.sponsor_id,
        coachee_id=await parties.about(work, invoice.coachee_id, invoice.trajectory_id),
        reverse_charge=invoice.reverse_charge,
    )


async def new_lines(
    work: Work,
    lines: Sequence[NewLine],
    *,
    regime: VatRegime,
    sponsor_id: SponsorId | None = None,
    coachee_id: CoacheeId | None = None,
    reverse_charge: bool = False,
) -> list[InvoiceLine]:
    usual = Decimal(0) if reverse_charge else DEFAULT_RATE[regime]
    held = [(place, it.session_id) for place, it in enumerate(lines) if it.session_id and not it.missed]
    await must_be_billable(work, held, sponsor_id)
    sold = [(place, it.package_id) for place, it in enumerate(lines) if it.package_id]
    await must_be_unbilled(work, sold, coachee_id)
    return [_line(work, line, place, usual) for place, line in enumerate(lines)]


async def _deduct(work: Work, invoice: Invoice, deposits: Sequence[InvoiceId]) -> None:
    new = await deductions(work, invoice, deposits)
    for place, line in enumerate(new, start=1 + max((line.position for line in invoice.lines), default=-1)):
        line.position = place
        invoice.lines.append(line)


MOST_LINES = 1000  # more than an invoice may have, so positions that move never meet


def _line(work: Work, line: NewLine, place: int, usual: Decimal) -> InvoiceLine:
    whole = line.unit_price.times(line.quantity)
    discount = line.discount.checked(whole, field=f"lines/{place}/discount")
    return InvoiceLine(
        practice_id=work.practice_id,
        id=LineId(new_id()),
        position=place,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount=discount.of(whole),
        discount_percent=discount.percent,
        vat_rate=usual if line.vat_rate is None else known_rate(line.vat_rate, field=f"lines/{place}/vat_rate"),
        net=whole - discount.of(whole),
        session_id=line.session_id,
        package_id=line.package_id,
    )
