"""Bank files: tried, taken over, and what is left for a person to say of their lines."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import In, PageCursor, PageLimit, page_request
from api.payments.shapes import OpenItemRow, Reason
from api.problems import refuses
from api.requests import TAKES_FILE
from domain import payments
from domain.funding import DayInFuture, FunderNotFound
from domain.kit.ids import BankFileId, BankLineId, CoacheeId, FunderId, OpenItemId, ReceiptId, SponsorId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.payments import (
    BankAccountNotYours,
    BankFile,
    BankFileForbidden,
    BankFileForeignCurrency,
    BankFileIncomplete,
    BankFileUnbalanced,
    BankFileUnreadable,
    BankFormat,
    BankLine,
    BankLineNotFound,
    BankLineState,
    Confirmation,
    NotPayable,
    OneMatch,
    OpenItemNotFound,
    PaymentInUse,
    Proposal,
    Reading,
    ReceiptInBooks,
    ReceivedInFuture,
    Suggestion,
)
from domain.people import CoacheeNotFound, SponsorNotFound

LARGEST_BANK_FILE = 10_000_000  # bytes: some 25,000 lines
READING = (
    BankFileUnreadable,
    BankFileIncomplete,
    BankFileUnbalanced,
    BankFileForbidden,
    BankFileForeignCurrency,
    BankAccountNotYours,
)


class BankFileOut(msgspec.Struct, frozen=True, kw_only=True):
    id: BankFileId
    sha256: str
    format: BankFormat
    account: str
    lines: int
    known: int
    """Lines that an earlier file had brought; they were passed over."""
    matched: int
    waiting: int
    imported_at: datetime
    is_new: bool
    """False where this very file was taken over before; then nothing changed."""

    @classmethod
    def of(cls, imported: tuple[BankFile, bool]) -> "BankFileOut":
        file, is_new = imported
        same: dict[str, Any] = {name: getattr(file, name, is_new) for name in cls.__struct_fields__}
        return cls(**same)


class ProposalOut(msgspec.Struct, frozen=True, kw_only=True):
    booked_on: date
    amount_cents: int
    bank_reference: str
    payment_reference: str | None
    item_id: OpenItemId | None
    """The open item that it would pay."""
    funder_id: FunderId | None

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalOut":
        line, decision = proposal.line, proposal.decision
        return cls(
            booked_on=line.booked_on,
            amount_cents=line.cents,
            bank_reference=line.reference,
            payment_reference=line.ogm,
            item_id=decision.debt.id if decision.debt else None,
            funder_id=decision.funder_id,
        )


class DryRunOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would bring; nothing was changed."""

    sha256: str
    format: BankFormat
    account: str
    lines: int
    proposals: list[ProposalOut]
    """Its lines without those that are known."""

    @classmethod
    def of(cls, tried: tuple[Reading, Sequence[Proposal]]) -> "DryRunOut":
        read, proposals = tried
        return cls(
            sha256=read.sha256,
            format=read.format,
            account=read.account,
            lines=len(read.lines),
            proposals=[ProposalOut.of(one) for one in proposals],
        )


class BankLineRow(msgspec.Struct, frozen=True, kw_only=True):
    id: BankLineId
    version: int
    file_id: BankFileId
    state: BankLineState
    booked_on: date
    amount_cents: int
    bank_reference: str
    payment_reference: str | None
    item_id: OpenItemId | None
    """The payment that it became."""
    receipt_id: ReceiptId | None
    reason: str | None

    @classmethod
    def of(cls, line: BankLine) -> "BankLineRow":
        return cls(**common(line))


class SuggestionOut(msgspec.Struct, frozen=True, kw_only=True):
    score: int
    """At most 100: 60 for the amount, 40 for the name."""
    item: OpenItemRow

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionOut":
        return cls(score=suggestion.score, item=OpenItemRow.of(suggestion.item))


class BankLineOut(BankLineRow, frozen=True, kw_only=True):
    text: str
    name: str
    account: str
    suggestions: list[SuggestionOut]

    @classmethod
    def with_suggestions(cls, line: BankLine, found: Sequence[Suggestion]) -> "BankLineOut":
        suggestions = [SuggestionOut.of(one) for one in found]
        return cls(**common(line), text=line.text, name=line.name, account=line.account, suggestions=suggestions)


class BankLinePage(msgspec.Struct, frozen=True):
    items: list[BankLineRow]
    next_cursor: str | None


class ConfirmIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of these: what the line pays, whose money it is, or the funder that sent it."""

    item_id: OpenItemId | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    funder_id: FunderId | None = None

    def value(self) -> Confirmation:
        return Confirmation(**{name: getattr(self, name) for name in self.__struct_fields__})


class IgnoreIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Reason


def common(line: BankLine) -> dict[str, Any]:
    own = {"amount_cents": line.amount.cents, "payment_reference": line.ogm}
    return {name: getattr(line, name) for name in BankLineRow.__struct_fields__ if name not in own} | own


@post(
    "/bank-files/dry-run",
    status_code=200,
    scope="invoices:write",
    responses=refuses(*READING),
    request_max_body_size=LARGEST_BANK_FILE,
    opt={TAKES_FILE: True},
)
async def try_bank_file(work: NamedDependency[Work], request: Request[Any, Any, Any]) -> DryRunOut:
    """Read a bank file and say what it would bring. The body is the file itself, as for an import; nothing changes."""
    return DryRunOut.of(await payments.try_bank_file(work, await request.body()))


@post(
    "/bank-files",
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(*READING),
    request_max_body_size=LARGEST_BANK_FILE,
    opt={TAKES_FILE: True},
)
async def import_bank_file(work: NamedDependency[Work], request: Request[Any, Any, Any]) -> BankFileOut:
    """Take over a bank file: CODA or camt.053 of your own account, at most 10 MB. A line pays the invoice whose payment
    reference it carries, else the one open invoice of that amount and name; money of funders becomes a receipt. All
    other lines wait. The same file or line again changes nothing."""
    return BankFileOut.of(await payments.import_bank_file(work, await request.body()))


@get("/bank-lines", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_bank_lines(
    work: NamedDependency[Work],
    line_state: Annotated[BankLineState | None, QueryParameter(name="state")] = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> BankLinePage:
    """List lines of bank files; those that are `waiting` ask for a person."""
    page = await payments.list_bank_lines(work, page_request(limit, cursor), state=line_state)
    return BankLinePage([BankLineRow.of(line) for line in page.items], page.next_cursor)


@get("/bank-lines/{line_id:uuid}", scope="invoices:read", responses=refuses(BankLineNotFound))
async def read_bank_line(work: NamedDependency[Work], line_id: FromPath[BankLineId]) -> BankLineOut:
    """Read a line as the bank told it, and while it waits, what it may pay, the likeliest first."""
    line = await payments.get_bank_line(work, line_id)
    return BankLineOut.with_suggestions(line, await payments.suggestions_for(work, line))


@post(
    "/bank-lines/{line_id:uuid}/confirm",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(
        BankLineNotFound,
        WrongState,
        OneMatch,
        OpenItemNotFound,
        NotPayable,
        CoacheeNotFound,
        SponsorNotFound,
        FunderNotFound,
        ReceivedInFuture,
        DayInFuture,
        VersionChanged,
    ),
)
async def confirm_bank_line(
    work: NamedDependency[Work], line_id: FromPath[BankLineId], data: JSONBody[ConfirmIn]
) -> BankLineRow:
    """Say what a waiting line is: a suggestion taken, another item, a customer's money, or a funder's."""
    return BankLineRow.of(await payments.confirm_line(work, line_id, data.value()))


@post(
    "/bank-lines/{line_id:uuid}/ignore",
    status_code=200,
    scope="invoices:write",
    responses=refuses(BankLineNotFound, WrongState, VersionChanged),
)
async def ignore_bank_line(
    work: NamedDependency[Work], line_id: FromPath[BankLineId], data: JSONBody[IgnoreIn]
) -> BankLineRow:
    """Set a waiting line aside, with the reason; it can still be confirmed later."""
    return BankLineRow.of(await payments.ignore_line(work, line_id, data.reason))


@post(
    "/bank-lines/{line_id:uuid}/reject",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(BankLineNotFound, WrongState, ReceiptInBooks, PaymentInUse, VersionChanged),
)
async def reject_bank_match(
    work: NamedDependency[Work], line_id: FromPath[BankLineId], data: JSONBody[IgnoreIn]
) -> BankLineRow:
    """Undo a match that was wrong, with the reason: what it paid is open again, and the line waits."""
    return BankLineRow.of(await payments.reject_match(work, line_id, data.reason))


router = Router(
    "/",
    tags=["payments"],
    route_handlers=[
        try_bank_file,
        import_bank_file,
        list_bank_lines,
        read_bank_line,
        confirm_bank_line,
        ignore_bank_line,
        reject_bank_match,
    ],
)
