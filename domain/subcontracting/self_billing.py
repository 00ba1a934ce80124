"""From the statement to the invoice that the practice makes out in the coach's name."""

from dataclasses import dataclass
from decimal import Decimal

from domain import invoicing
from domain.invoicing import Invoice, NewLine, NewSelfBilled, Supplier, phrase
from domain.kit.calendar import Period
from domain.kit.ids import StaffId
from domain.kit.money import ZERO
from domain.kit.work import Work, queue
from domain.messaging import Language, announce
from domain.subcontracting.model import CoachSettlement, NothingToSettle
from domain.subcontracting.statements import Earned, read_statement

MOST = 200  # lines of an invoice; what is left waits for the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    coach_id: StaffId
    period: Period
    series: str
    supplier: Supplier
    language: Language


async def bill_statement(work: Work, wanted: Wanted) -> Invoice:
    """Issue one invoice of what is left of every share that is known, a line for each session. Two of a coach wait for
    one another, so that the second sees what the first settled."""
    await queue(work, f"settle:{work.practice_id}:{wanted.coach_id}")
    statement = await read_statement(work, wanted.coach_id, wanted.period)
    due = [line for line in statement.lines if line.left > ZERO][:MOST]
    if not due:
        raise NothingToSettle(unknown=statement.unknown)
    invoice = await invoicing.issue_self_billed(
        work,
        NewSelfBilled(
            coach_id=wanted.coach_id,
            series=wanted.series,
            supplier=wanted.supplier,
            language=wanted.language,
            supplied_on=due[-1].day,
            lines=[_line(line, wanted.language) for line in due],
        ),
    )
    await work.store(*(_settlement(work, invoice, line, place) for place, line in enumerate(due)))
    announce(work, "coach_settled", wanted.coach_id, invoice_id=invoice.id, sessions=len(due))
    return invoice


def _line(line: Earned, language: Language) -> NewLine:
    return NewLine(
        description=phrase(language, "session", line.day),
        quantity=Decimal(1),
        unit=phrase(language, "session_unit"),
        unit_price=line.left,
    )


def _settlement(work: Work, invoice: Invoice, line: Earned, place: int) -> CoachSettlement:
    return CoachSettlement(
        practice_id=work.practice_id,
        id=line.session_id,
        coach_id=invoice.coach_id,
        invoice_id=invoice.id,
        position=place,
        amount=line.left,
        settled_at=work.now,
    )
