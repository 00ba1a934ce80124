"""Self-billing: the practice makes out the invoice of a coach who works for it, in the coach's name and series."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from domain import practice
from domain.documents import Party
from domain.invoicing import snapshots
from domain.invoicing.drafting import NewLine, new_lines
from domain.invoicing.issuing import Issuing, issue
from domain.invoicing.model import Invoice, InvoiceKind
from domain.invoicing.refusals import SeriesOfAnother
from domain.kit.calendar import local_day, sane_day
from domain.kit.errors import named_in
from domain.kit.ids import InvoiceId, StaffId, new_id
from domain.kit.work import Work, find, queue
from domain.messaging import Language, announce
from domain.practice import QrReference, Staff, StaffNotFound, VatRegime, enterprise_number, iban


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """The coach's own business, as its invoices must name it."""

    name: str
    street: str
    postal_code: str
    city: str
    enterprise_number: str
    iban: str
    vat_regime: VatRegime
    country: str = "BE"
    email: str | None = None
    legal_form: str | None = None
    court: str | None = None

    def as_seller(self) -> dict[str, Any]:
        number = enterprise_number(self.enterprise_number, field="supplier/enterprise_number")
        party = Party(
            name=self.name,
            street=self.street,
            postal_code=self.postal_code,
            city=self.city,
            country=self.country,
            enterprise_number=number,
            vat_number=None if self.vat_regime is VatRegime.EXEMPT else f"BE{number}",
            email=self.email,
            legal_form=self.legal_form,
            court=self.court,
        )
        return {
            **asdict(party),
            "iban": iban(self.iban, field="supplier/iban"),
            "bic": None,
            "vat_regime": self.vat_regime.value,
            "qr_reference": QrReference.TEXT.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSelfBilled:
    """`series` is the coach's own, of which the practice numbers on her behalf."""

    coach_id: StaffId
    series: str
    supplier: Supplier
    language: Language
    supplied_on: date | None
    lines: Sequence[NewLine]


async def issue_self_billed(work: Work, new: NewSelfBilled) -> Invoice:
    """Issue it at once: what it tells was settled before, in the statement of the coach's hours."""
    with named_in("coach_id"):
        await find(work, Staff, new.coach_id, StaffNotFound)
    await _must_be_hers(work, new)
    home = await practice.get_practice(work)
    seller = new.supplier.as_seller()
    invoice = Invoice(
        practice_id=work.practice_id,
        id=InvoiceId(new_id()),
        kind=InvoiceKind.SELF_BILLED,
        coach_id=new.coach_id,
        language=new.language,
        vat_regime=new.supplier.vat_regime,
        reverse_charge=False,
        supplied_on=new.supplied_on and sane_day(new.supplied_on, field="supplied_on"),
        created_at=work.now,
        lines=await new_lines(work, new.lines, regime=new.supplier.vat_regime),
    )
    await work.store(invoice)
    invoice.must_be_issuable(new.supplier.vat_regime)
    announce(work, "invoice_drafted", invoice.id)
    issued_on = local_day(work.now, home.zone)
    return await issue(
        work,
        invoice,
        Issuing(
            series=new.series,
            issued_on=issued_on,
            due_on=issued_on + timedelta(days=home.payment_term_days),
            seller=seller,
            buyer={**{name: snapshots.seller(home)[name] for name in snapshots.PARTY}, "kind": "company"},
            totals=invoice.totals,
            refers_to=[],
        ),
    )


async def _must_be_hers(work: Work, new: NewSelfBilled) -> None:
    """Her numbers follow one another without a gap, so no series is of two coaches. Who begins one holds it first."""
    await queue(work, f"series:{work.practice_id}:{new.series}")
    query = select(Invoice.coach_id).where(
        Invoice.practice_id == work.practice_id, Invoice.series == new.series, Invoice.coach_id != new.coach_id
    )
    if (coach_id := await work.session.scalar(query.limit(1))) is not None:
        raise SeriesOfAnother(field="series", coach_id=coach_id)
