"""What a test of invoicing needs: a practice that may invoice, buyers, lines and invoices."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain import invoicing, people, practice
from domain.invoicing import Invoice, NewInvoice, NewLine
from domain.kit.ids import CoacheeId, InvoiceId, SponsorId, TrajectoryId, new_id
from domain.kit.money import Money
from domain.kit.work import OPERATOR, House, begin
from domain.people import NewCoachee, NewSponsor, SponsorKind
from domain.practice import Role
from domain.trajectories import Trajectory
from tests.factories import Cast

COMPLETE: dict[str, Any] = {
    "legal_form": "BV",
    "court": "RPR Gent",
    "enterprise_number": "0403.019.261",
    "street": "Kortrijksesteenweg 114 bus 2",
    "postal_code": "9000",
    "city": "Gent",
    "email": "lena@lindegroen.example",
    "phone": "+32 9 225 14 70",
    "iban": "BE71 0961 2345 6769",
}
HOME = {"street": "Veldstraat 9", "postal_code": "8000", "city": "Brugge"}
TALK = NewLine(description="Coachingsgesprek", quantity=Decimal("1.50"), unit="h", unit_price=Money(12000))
TALK_IN = {"description": "Coachingsgesprek", "quantity": "1.5", "unit": "h", "unit_price_cents": 12000}


@dataclass(frozen=True)
class Buyers:
    amir: CoacheeId
    acme: SponsorId
    trajectory: TrajectoryId
    """Amir's."""


async def open_books(house: House, cast: Cast, **changes: Any) -> Buyers:
    """Complete the practice, and give it a coachee with a trajectory and a sponsor."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, COMPLETE | changes)
        acme = await people.create_sponsor(
            work,
            NewSponsor(
                kind=SponsorKind.COMPANY,
                name="Acme NV",
                street="Nijverheidslaan 1",
                postal_code="9000",
                city="Gent",
                enterprise_number="0417.497.106",
                vat_number="BE0417497106",
                email="boekhouding@acme.example",
            ),
        )
    amir = await make_coachee(house, cast, "Amir", "El Idrissi")
    return Buyers(amir, acme.id, await make_trajectory(house, cast, amir))


async def make_coachee(house: House, cast: Cast, given_name: str, family_name: str = "Maes") -> CoacheeId:
    email = f"{new_id().hex}@example.org"
    async with begin(house, cast.practice_id, OPERATOR) as work:
        new = NewCoachee(given_name=given_name, family_name=family_name, email=email, **HOME)
        return (await people.create_coachee(work, new)).id


async def make_trajectory(house: House, cast: Cast, coachee_id: CoacheeId) -> TrajectoryId:
    trajectory_id = TrajectoryId(new_id())
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.store(
            Trajectory(
                practice_id=cast.practice_id,
                id=trajectory_id,
                coachee_id=coachee_id,
                coach_id=cast.staff[Role.COACH],
                format="trajectory",
                domain="professional",
                sealed_key_question=b"",
                planned_minutes=480,
                proposed_at=work.now,
            )
        )
    return trajectory_id


async def draft(house: House, cast: Cast, *lines: NewLine, **fields: Any) -> InvoiceId:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        invoice = await invoicing.draft_invoice(work, NewInvoice(lines=lines, **fields))
    return invoice.id


async def issue(house: House, cast: Cast, invoice_id: InvoiceId) -> Invoice:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await invoicing.issue_invoice(work, invoice_id)
