"""Invoices: drafted, issued, printed and paid."""

from typing import Annotated

from litestar import Response, Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.files import file_response
from api.invoicing.shapes import InvoiceIn, InvoiceOut, InvoicePage, InvoicePatch, InvoiceRow, PaymentIn
from api.problems import refuses
from domain import invoicing
from domain.funding import SurchargeOnCheque
from domain.invoicing import (
    BuyerHasNoEnterpriseNumber,
    InvoiceFilter,
    InvoiceNotFound,
    InvoiceState,
    NotADraft,
    NothingToInvoice,
    NotIssued,
    OneBuyer,
    PaidBeforeIssue,
    PaidInFuture,
    PracticeIncomplete,
    TrajectoryOfAnother,
    UnknownVatRate,
    VatNotAllowed,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, InvoiceId, SponsorId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeNotFound, SponsorNotFound
from domain.trajectories import TrajectoryNotFound

Year = Annotated[int | None, QueryParameter(ge=1900, le=2199, description="The year of the number; leaves drafts out")]


@post(
    "/invoices",
    scope="invoices:write",
    responses=refuses(
        OneBuyer,
        CoacheeNotFound,
        SponsorNotFound,
        TrajectoryNotFound,
        SurchargeOnCheque,
        TrajectoryOfAnother,
        UnknownVatRate,
        DayOutOfRange,
    ),
)
async def draft_invoice(work: NamedDependency[Work], data: JSONBody[InvoiceIn]) -> InvoiceOut:
    """Draft an invoice to a coachee or a sponsor. It has no number yet and may be empty. A sponsor reads what stands
    in your own descriptions and nothing else: no goals, no answers, no cheques."""
    return InvoiceOut.of(await invoicing.draft_invoice(work, data.value()))


@get("/invoices", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_invoices(
    work: NamedDependency[Work],
    invoice_state: Annotated[InvoiceState | None, QueryParameter(name="state")] = None,
    sponsor_id: Annotated[SponsorId | None, QueryParameter()] = None,
    coachee_id: Annotated[CoacheeId | None, QueryParameter()] = None,
    trajectory_id: Annotated[TrajectoryId | None, QueryParameter()] = None,
    year: Year = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> InvoicePage:
    """List invoices and drafts in the order in which they were drafted."""
    wanted = InvoiceFilter(
        state=invoice_state, sponsor_id=sponsor_id, coachee_id=coachee_id, trajectory_id=trajectory_id, year=year
    )
    page = await invoicing.list_invoices(work, page_request(limit, cursor), wanted)
    return InvoicePage([InvoiceRow.of(invoice) for invoice in page.items], page.next_cursor)


@get("/invoices/{invoice_id:uuid}", scope="invoices:read", responses=refuses(InvoiceNotFound))
async def read_invoice(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> InvoiceOut:
    """Read an invoice with its lines and its VAT per rate; those of a draft are what it would come to now."""
    return InvoiceOut.of(await invoicing.get_invoice(work, invoice_id))


@patch(
    "/invoices/{invoice_id:uuid}",
    scope="invoices:write",
    needs_version=True,
    responses=refuses(InvoiceNotFound, NotADraft, UnknownVatRate, DayOutOfRange, VersionChanged),
)
async def change_draft(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[InvoicePatch]
) -> InvoiceOut:
    """Change a draft. `lines`, when sent, take the place of all the lines there were."""
    return InvoiceOut.of(await invoicing.change_draft(work, invoice_id, data.changes(), data.new_lines()))


@delete(
    "/invoices/{invoice_id:uuid}",
    scope="invoices:write",
    responses=refuses(InvoiceNotFound, NotADraft, VersionChanged),
)
async def delete_draft(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> None:
    """Throw a draft away. An issued invoice is never deleted."""
    await invoicing.delete_draft(work, invoice_id)


@post(
    "/invoices/{invoice_id:uuid}/issue",
    status_code=200,
    scope="invoices:issue",
    responses=refuses(InvoiceNotFound, WrongState, NothingToInvoice, VatNotAllowed, PracticeIncomplete, VersionChanged),
)
async def issue_invoice(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> InvoiceOut:
    """Give a draft its number and freeze it. A buyer with an e-mail address hears of it within a minute."""
    return InvoiceOut.of(await invoicing.issue_invoice(work, invoice_id))


@post(
    "/invoices/{invoice_id:uuid}/pay",
    status_code=200,
    scope="invoices:write",
    responses=refuses(InvoiceNotFound, WrongState, PaidInFuture, PaidBeforeIssue, DayOutOfRange, VersionChanged),
)
async def pay_invoice(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[PaymentIn]
) -> InvoiceOut:
    """Record that an issued invoice was paid in full."""
    return InvoiceOut.of(await invoicing.pay_invoice(work, invoice_id, data.paid_on))


@get(
    "/invoices/{invoice_id:uuid}/pdf",
    scope="invoices:read",
    media_type="application/pdf",
    responses=refuses(InvoiceNotFound, NotIssued),
)
async def print_invoice(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> Response[bytes]:
    """The invoice as PDF (PDF/A-3, PDF/UA). It is made of what was frozen at the issue: always the same bytes.
    One to a buyer with an enterprise number carries its UBL as `invoice.xml`."""
    return file_response(await invoicing.print_invoice(work, invoice_id))


@get(
    "/invoices/{invoice_id:uuid}/ubl",
    scope="invoices:read",
    media_type="application/xml",
    responses=refuses(InvoiceNotFound, NotIssued, BuyerHasNoEnterpriseNumber),
)
async def read_ubl(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> Response[bytes]:
    """The invoice as Peppol BIS Billing 3.0 (UBL 2.1), for a buyer with an enterprise number: always the same bytes.
    Seller and buyer are addressed under scheme 0208. It is not sent; hand it to an access point or attach it."""
    return file_response(await invoicing.read_ubl(work, invoice_id))


router = Router(
    "/",
    tags=["invoicing"],
    route_handlers=[
        draft_invoice,
        list_invoices,
        read_invoice,
        change_draft,
        delete_draft,
        issue_invoice,
        pay_invoice,
        print_invoice,
        read_ubl,
    ],
)
