"""What a consumer must read on a first reminder (art. XIX.2 of the Code of Economic Law): what the debt is for, until
when nothing is added to it, and what may be after that."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain import invoicing
from domain.documents import Wording, plain, present
from domain.kit.ids import InvoiceId
from domain.kit.money import Money
from domain.kit.work import Work
from domain.payments.late_charges import Because, LateCharges
from domain.payments.late_rules import grace_over

MOST_TOLD = 3  # lines of the invoice; a reminder is no second invoice
NO_CLAUSE = {Because.NO_CLAUSE, Because.CLAUSE_LATER, Because.NOT_ASKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`most` is what its costs may come to where she agreed to a clause, and None where nothing may be added."""

    about: str
    last_day: date
    most: Money | None
    interest: bool
    agreed_on: date | None

    def sentences(self, wording: Wording) -> list[str]:
        day = None if self.agreed_on is None else wording.day(self.agreed_on)
        after = "after_with_interest" if self.interest else "after"
        costs = self.most and wording[after].format(day=day, amount=wording.money(self.most.cents))
        return present(wording["until"].format(day=wording.day(self.last_day)), costs)


async def notice_of(
    work: Work, charges: LateCharges, *, step: int, debt: Money, made_on: date, mailed: bool
) -> Notice | None:
    """None where the law asks for none: to a business, and on a later reminder."""
    if not charges.consumer or step != 1:
        return None
    lines = (await invoicing.get_invoice(work, InvoiceId(charges.invoice_id))).lines
    told = [plain(line.description) for line in lines if line.deducts_id is None]
    terms = charges.terms.consumer
    return Notice(
        about="; ".join(told[:MOST_TOLD]) + ("; …" if len(told) > MOST_TOLD else ""),
        last_day=grace_over(made_on, mailed=mailed) - timedelta(days=1),
        most=None if charges.because in NO_CLAUSE else terms.most(debt, made_on),
        interest=terms.interest,
        agreed_on=charges.clause_agreed_on,
    )
