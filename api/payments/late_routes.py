"""Late payment: the terms of a practice, the clause that a coachee agreed to, and what lateness comes to."""

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.payments.late_shapes import (
    BookChargesIn,
    LateChargesOut,
    LateClauseIn,
    LateClauseOut,
)
from api.payments.late_terms_shapes import LateTermsIn, LateTermsOut
from api.payments.shapes import OpenItemRow
from api.problems import refuses
from domain import payments
from domain.invoicing import InvoiceNotFound
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, InvoiceId
from domain.kit.work import Work
from domain.payments import (
    ClauseInFuture,
    LateClauseNotFound,
    LateRatesOutOfOrder,
    LateRateUnknown,
    LateTermsBeyondLaw,
    LateTermsChanged,
    NothingToCharge,
    NotPayable,
)
from domain.people import CoacheeNotFound


@get("/late-payment-terms", scope="invoices:read")
async def read_late_terms(work: NamedDependency[Work]) -> LateTermsOut:
    """Read what may be charged for late payment, each figure with its source and how certain it is."""
    return LateTermsOut.of(await payments.late_terms(work))


@put(
    "/late-payment-terms",
    scope="invoices:write",
    responses=refuses(LateTermsBeyondLaw, LateRatesOutOfOrder, LateTermsChanged, DayOutOfRange),
)
async def set_late_terms(work: NamedDependency[Work], data: JSONBody[LateTermsIn]) -> LateTermsOut:
    """Set the terms of your practice: a new version. What was booked by earlier ones stays as it is."""
    return LateTermsOut.of(await payments.set_late_terms(work, data.value()))


@get(
    "/invoices/{invoice_id:uuid}/late-charges",
    scope="invoices:read",
    responses=refuses(InvoiceNotFound, NotPayable),
)
async def read_late_charges(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> LateChargesOut:
    """Read what the lateness of an invoice comes to today, row by row, and what of it was booked. Reading books
    nothing: reminders ask for it, and the books know of it once you book it."""
    return LateChargesOut.of(await payments.late_charges(work, invoice_id))


@post(
    "/invoices/{invoice_id:uuid}/late-charges",
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(InvoiceNotFound, NotPayable, NothingToCharge, LateRateUnknown),
)
async def book_late_charges(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[BookChargesIn]
) -> OpenItemRow:
    """Book what lateness has come to and is not booked yet, with the reason: an open item of its own, without VAT.
    To let it go afterwards, write it off."""
    item = await payments.book_late_charges(work, invoice_id, data.reason, interest=data.interest)
    return OpenItemRow.of(item)


@get(
    "/coachees/{coachee_id:uuid}/late-clause",
    scope="invoices:read",
    responses=refuses(CoacheeNotFound, LateClauseNotFound),
)
async def read_late_clause(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId]) -> LateClauseOut:
    """Read whether and when a coachee agreed to your clause on late payment."""
    return LateClauseOut.of(await payments.get_late_clause(work, coachee_id))


@put(
    "/coachees/{coachee_id:uuid}/late-clause",
    scope="invoices:write",
    responses=refuses(CoacheeNotFound, ClauseInFuture, DayOutOfRange),
)
async def agree_late_clause(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[LateClauseIn]
) -> LateClauseOut:
    """Note that a coachee agreed to your clause on late payment. It counts for invoices that are issued from that day
    on, and without it lateness never costs her anything."""
    return LateClauseOut.of(await payments.agree_late_clause(work, coachee_id, data.agreed_on, data.reference))


@delete(
    "/coachees/{coachee_id:uuid}/late-clause",
    scope="invoices:write",
    responses=refuses(CoacheeNotFound, LateClauseNotFound),
)
async def withdraw_late_clause(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId]) -> None:
    """Say that she agreed to no such clause: from then on lateness costs her nothing."""
    await payments.withdraw_late_clause(work, coachee_id)


router = Router(
    "/",
    tags=["payments"],
    route_handlers=[
        read_late_terms,
        set_late_terms,
        read_late_charges,
        book_late_charges,
        read_late_clause,
        agree_late_clause,
        withdraw_late_clause,
    ],
)
