"""Invoices: drafted, issued, printed and credited."""

from typing import Annotated

from litestar import Response, Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.invoicing.shapes import InvoiceIn, InvoiceOut, InvoicePage, InvoicePatch, InvoiceRow, archived_file
from api.invoicing.special import CreditIn, FeeIn, PackageBillIn, SelfBilledIn, SessionsIn
from api.problems import refuses
from domain import invoicing
from domain.funding import PackageNotFound, SponsorOnCheque, SurchargeOnCheque
from domain.invoicing import (
    BuyerAddressMissing,
    BuyerHasNoEnterpriseNumber,
    CreditExceeds,
    DeductedTooMuch,
    DepositDeducted,
    DiscountTooHigh,
    ForeignCurrency,
    InstalmentsDoNotAddUp,
    InstalmentsOutOfOrder,
    InvoiceFilter,
    InvoiceNotFound,
    InvoiceState,
    NoSessionsToBill,
    NoShowFeeOnCheque,
    NotADraft,
    NotCreditable,
    NotDeductible,
    NothingToInvoice,
    NotIssued,
    OneBuyer,
    PackageAlreadyBilled,
    PackageOfAnother,
    PackagePriceUnknown,
    PeppolRuleBroken,
    PracticeIncomplete,
    PressGaveUp,
    ReverseChargeNotAllowed,
    SeriesOfAnother,
    SessionAlreadyBilled,
    SessionNotBillable,
    SessionNotMissed,
    SessionOfAnotherPayer,
    SessionOnCheque,
    SessionOnPackage,
    TrajectoryOfAnother,
    UnknownVatRate,
    VatNotAllowed,
    VatRegimeChanged,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, InvoiceId, PackageId, SessionId, SponsorId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeNotFound, SponsorNotFound
from domain.practice import InvalidEnterpriseNumber, InvalidIban, StaffNotFound
from domain.trajectories import SessionNotFound, TrajectoryNotFound

CreditedId = Annotated[InvoiceId | None, QueryParameter(description="The invoice that credit notes take back")]
IN_PARTS = (InstalmentsDoNotAddUp, InstalmentsOutOfOrder)
OF_LINES = (
    DiscountTooHigh,
    NotDeductible,
    DepositDeducted,
    SessionNotFound,
    SessionNotBillable,
    SessionOnCheque,
    SessionOnPackage,
    SessionOfAnotherPayer,
    SponsorOnCheque,
    SurchargeOnCheque,
    SessionAlreadyBilled,
    PackageNotFound,
    PackageAlreadyBilled,
    PackageOfAnother,
)
Year = Annotated[int | None, QueryParameter(ge=1900, le=2199, description="The year of the number; leaves drafts out")]


@post(
    "/invoices",
    scope="invoices:write",
    responses=refuses(
        OneBuyer,
        CoacheeNotFound,
        SponsorNotFound,
        TrajectoryNotFound,
        TrajectoryOfAnother,
        UnknownVatRate,
        DayOutOfRange,
        *IN_PARTS,
        *OF_LINES,
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
    credits_id: Annotated[
        InvoiceId | None, QueryParameter(description="The invoice that credit notes take back")
    ] = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> InvoicePage:
    """List invoices and drafts in the order in which they were drafted."""
    wanted = InvoiceFilter(
        state=invoice_state,
        sponsor_id=sponsor_id,
        coachee_id=coachee_id,
        trajectory_id=trajectory_id,
        year=year,
        credits_id=credits_id,
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
    responses=refuses(InvoiceNotFound, NotADraft, UnknownVatRate, DayOutOfRange, VersionChanged, *IN_PARTS, *OF_LINES),
)
async def change_draft(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[InvoicePatch]
) -> InvoiceOut:
    """Change a draft. `lines` and `deducts`, when sent, take the place of all there were."""
    changes, lines, deducts = data.changes(), data.new_lines(), data.new_deducts()
    return InvoiceOut.of(await invoicing.change_draft(work, invoice_id, changes, lines, deducts))


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
    responses=refuses(
        InvoiceNotFound,
        *IN_PARTS,
        WrongState,
        NothingToInvoice,
        VatNotAllowed,
        VatRegimeChanged,
        ForeignCurrency,
        BuyerAddressMissing,
        SurchargeOnCheque,
        SponsorOnCheque,
        NoShowFeeOnCheque,
        ReverseChargeNotAllowed,
        DeductedTooMuch,
        PracticeIncomplete,
        PeppolRuleBroken,
        VersionChanged,
    ),
)
async def issue_invoice(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> InvoiceOut:
    """Give a draft its number and freeze it: neither you nor the database changes it ever after, and it cannot be
    voided. What was wrong is taken back by a credit note. A buyer with an e-mail address hears of it by mail."""
    return InvoiceOut.of(await invoicing.issue_invoice(work, invoice_id))


@get(
    "/invoices/{invoice_id:uuid}/pdf",
    scope="invoices:read",
    media_type="application/pdf",
    responses=refuses(InvoiceNotFound, NotIssued, PressGaveUp),
)
async def print_invoice(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> Response[bytes]:
    """The PDF (PDF/A-3, PDF/UA) of what was frozen at the issue: printed once, right after it, or now if nobody had;
    then archived, for ever the same bytes, with their digest.
    One to a buyer who can be reached on Peppol carries its UBL as `invoice.xml`."""
    return archived_file(await invoicing.print_invoice(work, invoice_id))


@get(
    "/invoices/{invoice_id:uuid}/ubl",
    scope="invoices:read",
    media_type="application/xml",
    responses=refuses(InvoiceNotFound, NotIssued, BuyerHasNoEnterpriseNumber),
)
async def read_ubl(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> Response[bytes]:
    """The invoice as Peppol BIS Billing 3.0 (UBL 2.1), for a buyer with an enterprise number or another
    place on Peppol, as archived at the issue.
    Seller and buyer are addressed by their enterprise numbers (0208), or by the `peppol_endpoint` of the sponsor.
    How it fares on its way stands at `/v1/invoices/{id}/peppol`."""
    return archived_file(await invoicing.read_ubl(work, invoice_id))


@post(
    "/invoices/from-sessions",
    scope="invoices:write",
    responses=refuses(
        TrajectoryNotFound,
        SponsorNotFound,
        SessionNotFound,
        SessionNotBillable,
        SessionOnCheque,
        SessionOnPackage,
        SessionOfAnotherPayer,
        SponsorOnCheque,
        SessionAlreadyBilled,
        NoSessionsToBill,
        SurchargeOnCheque,
        UnknownVatRate,
    ),
)
async def bill_sessions(work: NamedDependency[Work], data: JSONBody[SessionsIn]) -> InvoiceOut:
    """Draft an invoice with a line for each held session. Lines are neutral: a day, and the coachee's name only where
    the sponsor's `names_coachees` says that this was agreed. A session is billed once, and never beside a cheque."""
    return InvoiceOut.of(await invoicing.bill_sessions(work, data.value()))


@post(
    "/packages/{package_id:uuid}/invoice",
    scope="invoices:write",
    responses=refuses(PackageNotFound, SponsorNotFound, PackagePriceUnknown, PackageAlreadyBilled, UnknownVatRate),
)
async def bill_package(
    work: NamedDependency[Work], package_id: FromPath[PackageId], data: JSONBody[PackageBillIn]
) -> InvoiceOut:
    """Draft an invoice of a package at its price, without VAT: once for each package. A sponsor reads how much was
    bought, and whose it is only where its `names_coachees` says that this was agreed."""
    return InvoiceOut.of(await invoicing.bill_package(work, package_id, data.value()))


@post(
    "/sessions/{session_id:uuid}/missed-session-fee",
    scope="invoices:write",
    responses=refuses(
        SessionNotFound,
        SponsorNotFound,
        SessionNotMissed,
        NoShowFeeOnCheque,
        SessionAlreadyBilled,
        UnknownVatRate,
    ),
)
async def charge_missed_session(
    work: NamedDependency[Work], session_id: FromPath[SessionId], data: JSONBody[FeeIn]
) -> InvoiceOut:
    """Draft an invoice of the fee for a session that was missed or cancelled too late. Where a cheque pays for the
    trajectory, none is."""
    return InvoiceOut.of(await invoicing.charge_missed_session(work, session_id, data.value()))


@post(
    "/invoices/self-billed",
    scope="invoices:issue",
    needs_idempotency_key=True,
    responses=refuses(
        StaffNotFound,
        SeriesOfAnother,
        InvalidEnterpriseNumber,
        InvalidIban,
        PracticeIncomplete,
        VatNotAllowed,
        UnknownVatRate,
        DayOutOfRange,
        DiscountTooHigh,
    ),
)
async def issue_self_billed(work: NamedDependency[Work], data: JSONBody[SelfBilledIn]) -> InvoiceOut:
    """Issue the invoice of a coach who works for you, in her name and series ("Factuur uitgereikt door afnemer").
    It is numbered and final at once; a credit note takes it back."""
    return InvoiceOut.of(await invoicing.issue_self_billed(work, data.value()))


@post(
    "/invoices/{invoice_id:uuid}/credit-notes",
    scope="invoices:issue",
    needs_idempotency_key=True,
    responses=refuses(InvoiceNotFound, NotCreditable, CreditExceeds, DepositDeducted),
)
async def credit_invoice(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[CreditIn]
) -> InvoiceOut:
    """Take back an issued invoice, in whole or line by line, by a credit note that is numbered and final at once.
    Never more than is left; what is credited in parts comes to the invoice, to the cent. Sessions stay billed."""
    return InvoiceOut.of(await invoicing.credit_invoice(work, invoice_id, data.value(), data.reason))


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
        print_invoice,
        read_ubl,
        bill_sessions,
        bill_package,
        charge_missed_session,
        issue_self_billed,
        credit_invoice,
    ],
)
