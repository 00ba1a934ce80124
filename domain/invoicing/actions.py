"""What happens to an invoice: drafted, changed or thrown away; issued, once and for all; paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from domain import funding, people, practice
from domain.invoicing import snapshots
from domain.invoicing.model import Invoice, InvoiceLine, Issue, OneBuyer
from domain.invoicing.queries import get_invoice
from domain.invoicing.rules import DEFAULT_RATE, known_rate
from domain.kit.calendar import local_day, sane_day
from domain.kit.errors import Invalid, named_in
from domain.kit.ids import CoacheeId, InvoiceId, LineId, SponsorId, TrajectoryId, new_id
from domain.kit.money import Money
from domain.kit.work import Work, find
from domain.messaging import Language, Recipient, announce, post
from domain.people import Coachee, Sponsor
from domain.trajectories import Trajectory, TrajectoryNotFound

SERIES = "F"


class TrajectoryOfAnother(Invalid):
    """That trajectory is another coachee's; an invoice to a coachee is for a trajectory of her own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """`unit` is a word, or "h" for hours; without `vat_rate` the line gets the usual rate of the practice's regime."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Money
    vat_rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """One of coachee and sponsor is the buyer; the language is the buyer's where none is named."""

    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    trajectory_id: TrajectoryId | None = None
    language: Language | None = None
    supplied_on: date | None = None
    lines: Sequence[NewLine] = ()


async def draft_invoice(work: Work, new: NewInvoice) -> Invoice:
    """Begin an invoice; until it is issued it has no number, and everything in it may change."""
    buyer = await _buyer(work, new.coachee_id, new.sponsor_id)
    if new.trajectory_id is not None:
        await _check_trajectory(work, new.trajectory_id, new.coachee_id)
    invoice = Invoice(
        practice_id=work.practice_id,
        id=InvoiceId(new_id()),
        coachee_id=new.coachee_id,
        sponsor_id=new.sponsor_id,
        trajectory_id=new.trajectory_id,
        language=new.language or buyer.language,
        supplied_on=new.supplied_on and sane_day(new.supplied_on, field="supplied_on"),
        created_at=work.now,
        lines=await _lines(work, new.lines),
    )
    await work.store(invoice)
    announce(work, "invoice_drafted", invoice.id)
    return invoice


async def change_draft(
    work: Work, invoice_id: InvoiceId, changes: dict[str, Any], lines: Sequence[NewLine] | None = None
) -> Invoice:
    """Change language or day of supply as named in `changes`; `lines`, if given, take the place of all there were."""
    invoice = await get_invoice(work, invoice_id, lock=True)
    invoice.must_be_draft()
    if lines is not None:
        fresh = await _lines(work, lines)
        invoice.lines.clear()
        await work.session.flush()  # the old lines leave before new ones take their positions
        invoice.lines.extend(fresh)
        flag_modified(invoice, "language")  # so that the version counts a change of lines too
    if changes.get("supplied_on") is not None:
        sane_day(changes["supplied_on"], field="supplied_on")
    for name, value in changes.items():
        setattr(invoice, name, value)
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


async def issue_invoice(work: Work, invoice_id: InvoiceId) -> Invoice:
    """Number the draft, freeze it with its parties and queue its mail: all of it, or nothing.

    The number is taken last, so that whoever issues at the same moment waits for as short as can be.
    """
    invoice = await get_invoice(work, invoice_id, lock=True)
    home = await practice.get_practice(work)
    invoice.must_be_issuable(home.vat_regime)
    seller = snapshots.seller(home)
    buyer = await _buyer(work, invoice.coachee_id, invoice.sponsor_id)
    issued_on = local_day(work.now, home.zone)
    issue = Issue(
        series=SERIES,
        year=issued_on.year,
        number=await practice.next_number(work, SERIES, issued_on.year),
        issued_at=work.now,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=home.payment_term_days),
        seller=seller,
        buyer=_copy(buyer),
    )
    invoice.issue(issue)
    await work.session.flush()
    _tell(work, invoice, buyer)
    return invoice


async def pay_invoice(work: Work, invoice_id: InvoiceId, paid_on: date) -> Invoice:
    """Record that an issued invoice was paid in full, on a local day of the practice."""
    invoice = await get_invoice(work, invoice_id, lock=True)
    home = await practice.get_practice(work)
    invoice.pay(sane_day(paid_on, field="paid_on"), local_day(work.now, home.zone))
    await work.session.flush()
    announce(work, "invoice_paid", invoice.id, number=invoice.label, paid_on=paid_on)
    return invoice


async def _buyer(work: Work, coachee_id: CoacheeId | None, sponsor_id: SponsorId | None) -> Coachee | Sponsor:
    if sponsor_id is not None and coachee_id is None:
        with named_in("sponsor_id"):
            return await people.get_sponsor(work, sponsor_id)
    if coachee_id is not None and sponsor_id is None:
        with named_in("coachee_id"):
            return await people.get_coachee(work, coachee_id)
    raise OneBuyer(field="coachee_id")


def _copy(buyer: Coachee | Sponsor) -> dict[str, Any]:
    return snapshots.sponsor_as_buyer(buyer) if isinstance(buyer, Sponsor) else snapshots.coachee_as_buyer(buyer)


async def _check_trajectory(work: Work, trajectory_id: TrajectoryId, coachee_id: CoacheeId | None) -> None:
    with named_in("trajectory_id"):
        trajectory = await find(work, Trajectory, trajectory_id, TrajectoryNotFound)
    if coachee_id not in {None, trajectory.coachee_id}:
        raise TrajectoryOfAnother(field="trajectory_id")
    if coachee_id is not None:
        await funding.must_charge_nothing_on_top(work, trajectory_id)


async def _lines(work: Work, lines: Sequence[NewLine]) -> list[InvoiceLine]:
    home = await practice.get_practice(work)
    usual = DEFAULT_RATE[home.vat_regime]
    return [
        InvoiceLine(
            practice_id=work.practice_id,
            id=LineId(new_id()),
            position=place,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            vat_rate=usual if line.vat_rate is None else known_rate(line.vat_rate, field=f"lines/{place}/vat_rate"),
        )
        for place, line in enumerate(lines)
    ]


def _tell(work: Work, invoice: Invoice, buyer: Coachee | Sponsor) -> None:
    """The books hear of number and amount; the buyer hears what to pay, if there is an address to write to."""
    gross_cents = invoice.gross and invoice.gross.cents
    announce(work, "invoice_issued", invoice.id, number=invoice.label, gross_cents=gross_cents)
    if buyer.email is None:
        return
    post(
        work,
        "invoice_issued",
        Recipient(buyer.id, buyer.email, invoice.language),
        number=invoice.label,
        gross_cents=gross_cents,
        due_on=invoice.due_on,
        payment_reference=invoice.payment_reference,
    )
