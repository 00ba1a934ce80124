"""Money from funders: what came in, for which cheques, what was expected, and what each scheme brings."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from api.fields import LINE, In, PageCursor, PageLimit, Reason, page_request
from api.funding.shapes import ChequeOut
from api.problems import refuses
from api.spreadsheets import csv_response
from domain import funding
from domain.funding import (
    Allocation,
    AllocationsExceedReceipt,
    Cheque,
    ChequeNotFound,
    ChequeState,
    CorrectionTooLarge,
    DayInFuture,
    DifferenceUnnamed,
    FunderNotFound,
    NewReceipt,
    NotToSettle,
    OtherFunder,
    Part,
    Receipt,
    ReceiptNotFound,
    SchemeRevenue,
)
from domain.kit.calendar import DayOutOfRange, Period, PeriodBackwards
from domain.kit.ids import AllocationId, ChequeId, FunderId, ReceiptId, SchemeId
from domain.kit.money import Money
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work

Amount: TypeAlias = Annotated[int, Meta(ge=1, le=10**12, description="Euro cents")]
From: TypeAlias = Annotated[date | None, QueryParameter(name="from", description="1 January when left out")]
To: TypeAlias = Annotated[date | None, QueryParameter(name="to", description="Today when left out")]
ALLOCATING = (ChequeNotFound, AllocationsExceedReceipt, NotToSettle, OtherFunder)


class AllocationIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    cheque_id: ChequeId
    amount_cents: Amount

    def part(self) -> Part:
        return Part(cheque_id=self.cheque_id, amount=Money(self.amount_cents))


class AllocationsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    allocations: Annotated[list[AllocationIn], Meta(max_length=200)]


class ReceiptIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    funder_id: FunderId
    received_on: date
    reference: Annotated[str, Meta(min_length=1, max_length=140, pattern=LINE)]
    amount_cents: Amount
    allocations: Annotated[list[AllocationIn], Meta(max_length=200)] | None = None

    def value(self) -> NewReceipt:
        return NewReceipt(
            funder_id=self.funder_id,
            received_on=self.received_on,
            reference=self.reference,
            amount=Money(self.amount_cents),
            parts=[one.part() for one in self.allocations or ()],
        )


class CorrectionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    cheque_id: ChequeId
    amount_cents: Annotated[int, Meta(ge=1, le=10**12, description="How much of it was not for that cheque")]
    reason: Reason


class SettleIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Annotated[Reason, Meta(description="Why what came differs from what was expected")] | None = None


class ReceiptOut(msgspec.Struct, frozen=True, kw_only=True):
    id: ReceiptId
    version: int
    funder_id: FunderId
    received_on: date
    reference: str
    amount_cents: int
    unallocated_cents: int
    created_at: datetime

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptOut":
        return cls(
            id=receipt.id,
            version=receipt.version,
            funder_id=receipt.funder_id,
            received_on=receipt.received_on,
            reference=receipt.reference,
            amount_cents=receipt.amount.cents,
            unallocated_cents=receipt.unallocated.cents,
            created_at=receipt.created_at,
        )


class ReceiptPage(msgspec.Struct, frozen=True):
    items: list[ReceiptOut]
    next_cursor: str | None


class AllocationOut(msgspec.Struct, frozen=True, kw_only=True):
    id: AllocationId
    cheque_id: ChequeId
    amount_cents: Annotated[int, Meta(description="Below zero where it takes back what was allocated by mistake")]
    reason: str | None
    made_at: datetime

    @classmethod
    def of(cls, line: Allocation) -> "AllocationOut":
        return cls(
            id=line.id,
            cheque_id=line.cheque_id,
            amount_cents=line.amount.cents,
            reason=line.reason,
            made_at=line.made_at,
        )


class AllocationPage(msgspec.Struct, frozen=True):
    items: list[AllocationOut]
    next_cursor: str | None


class ChequeSettlementOut(msgspec.Struct, frozen=True, kw_only=True):
    """Expected against received. What is null is unknown: the fee, or whether the funder pays VAT with it."""

    cheque_id: ChequeId
    state: ChequeState
    funder_id: FunderId
    scheme_id: SchemeId
    minutes_booked: int
    expected_cents: int | None
    received_cents: int
    difference_cents: int | None
    difference_reason: str | None
    settled_on: date | None

    @classmethod
    def of(cls, cheque: Cheque) -> "ChequeSettlementOut":
        return cls(
            cheque_id=cheque.id,
            state=cheque.state,
            funder_id=cheque.scheme.funder_id,
            scheme_id=cheque.scheme_id,
            minutes_booked=cheque.minutes_booked,
            expected_cents=_cents(cheque.expected_receipt),
            received_cents=cheque.received.cents,
            difference_cents=_cents(cheque.difference),
            difference_reason=cheque.difference_reason,
            settled_on=cheque.settled_on,
        )


class ChequeSettlementPage(msgspec.Struct, frozen=True):
    items: list[ChequeSettlementOut]
    next_cursor: str | None


class SchemeRevenueOut(msgspec.Struct, frozen=True, kw_only=True):
    funder_id: FunderId
    funder: str
    scheme_id: SchemeId
    scheme: str
    minutes_held: int
    expected_cents: Annotated[int, Meta(description="Without VAT; null: the fee is not known")] | None
    received_cents: Annotated[int, Meta(description="As it came")]

    @classmethod
    def of(cls, row: SchemeRevenue) -> "SchemeRevenueOut":
        return cls(
            funder_id=row.funder_id,
            funder=row.funder,
            scheme_id=row.scheme_id,
            scheme=row.scheme,
            minutes_held=row.minutes_held,
            expected_cents=_cents(row.expected),
            received_cents=row.received.cents,
        )


class FunderRevenue(msgspec.Struct, frozen=True):
    items: list[SchemeRevenueOut]


@post(
    "/settlement-receipts",
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(FunderNotFound, DayInFuture, DayOutOfRange, *ALLOCATING),
)
async def record_receipt(work: NamedDependency[Work], data: JSONBody[ReceiptIn]) -> ReceiptOut:
    """Record a sum that a funder paid, with the cheques that it is for as far as they are known."""
    return ReceiptOut.of(await funding.record_receipt(work, data.value()))


@get("/settlement-receipts", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_receipts(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> ReceiptPage:
    """List what funders paid, in the order in which it was recorded."""
    page = await funding.list_receipts(work, page_request(limit, cursor))
    return ReceiptPage([ReceiptOut.of(receipt) for receipt in page.items], page.next_cursor)


@get("/settlement-receipts/{receipt_id:uuid}", scope="invoices:read", responses=refuses(ReceiptNotFound))
async def read_receipt(work: NamedDependency[Work], receipt_id: FromPath[ReceiptId]) -> ReceiptOut:
    """Read one receipt, and what of it is not allocated yet."""
    return ReceiptOut.of(await funding.get_receipt(work, receipt_id))


@post(
    "/settlement-receipts/{receipt_id:uuid}/allocations",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(ReceiptNotFound, VersionChanged, *ALLOCATING),
)
async def allocate_receipt(
    work: NamedDependency[Work], receipt_id: FromPath[ReceiptId], data: JSONBody[AllocationsIn]
) -> ReceiptOut:
    """Say for which cheques it is; never more than was received."""
    return ReceiptOut.of(await funding.allocate_receipt(work, receipt_id, [one.part() for one in data.allocations]))


@get(
    "/settlement-receipts/{receipt_id:uuid}/allocations",
    scope="invoices:read",
    responses=refuses(ReceiptNotFound, InvalidCursor),
)
async def list_allocations(
    work: NamedDependency[Work], receipt_id: FromPath[ReceiptId], limit: PageLimit = 20, cursor: PageCursor = None
) -> AllocationPage:
    """List for which cheques a receipt was, corrections among them."""
    page = await funding.list_allocations(work, receipt_id, page_request(limit, cursor))
    return AllocationPage([AllocationOut.of(line) for line in page.items], page.next_cursor)


@post(
    "/settlement-receipts/{receipt_id:uuid}/corrections",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(ReceiptNotFound, ChequeNotFound, CorrectionTooLarge, VersionChanged),
)
async def correct_allocation(
    work: NamedDependency[Work], receipt_id: FromPath[ReceiptId], data: JSONBody[CorrectionIn]
) -> ReceiptOut:
    """Take back what was allocated to the wrong cheque. A cheque that was settled is open again."""
    part = Part(cheque_id=data.cheque_id, amount=Money(data.amount_cents))
    return ReceiptOut.of(await funding.take_back(work, receipt_id, part, data.reason))


@post(
    "/cheques/{cheque_id:uuid}/settle",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(ChequeNotFound, WrongState, VersionChanged, DifferenceUnnamed),
)
async def settle_cheque(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], data: JSONBody[SettleIn]
) -> ChequeOut:
    """Say that nothing more will come for a closed cheque; a difference is named with its reason."""
    return ChequeOut.of(await funding.settle_cheque(work, cheque_id, data.reason))


@get("/cheque-settlements", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_cheque_settlements(
    work: NamedDependency[Work],
    cheque_state: Annotated[ChequeState, QueryParameter(name="state")] = ChequeState.CLOSED,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> ChequeSettlementPage:
    """List cheques with what was expected and what was received: the closed ones, or those of another state."""
    page = await funding.list_cheques(work, page_request(limit, cursor), state=cheque_state)
    return ChequeSettlementPage([ChequeSettlementOut.of(cheque) for cheque in page.items], page.next_cursor)


@get("/funder-revenue", scope="invoices:read", responses=refuses(PeriodBackwards, DayOutOfRange))
async def read_funder_revenue(work: NamedDependency[Work], first: From = None, last: To = None) -> FunderRevenue:
    """What each funder's schemes bring in a period: held by the day of the session, received by the day of payment."""
    rows = await funding.funder_revenue(work, Period.of(work.now.date(), first, last))
    return FunderRevenue([SchemeRevenueOut.of(row) for row in rows])


@get(
    "/funder-revenue/csv",
    scope="invoices:read",
    media_type="text/csv",
    responses=refuses(PeriodBackwards, DayOutOfRange),
)
async def read_funder_revenue_csv(work: NamedDependency[Work], first: From = None, last: To = None) -> Response[bytes]:
    """The same as a table."""
    period = Period.of(work.now.date(), first, last)
    rows = [SchemeRevenueOut.of(row) for row in await funding.funder_revenue(work, period)]
    columns = SchemeRevenueOut.__struct_fields__
    return csv_response(
        f"funders-{period.first}-{period.last}", columns, (msgspec.structs.astuple(row) for row in rows)
    )


def _cents(money: Money | None) -> int | None:
    return None if money is None else money.cents


router = Router(
    "/",
    tags=["funding"],
    route_handlers=[
        record_receipt,
        list_receipts,
        read_receipt,
        allocate_receipt,
        list_allocations,
        correct_allocation,
        settle_cheque,
        list_cheque_settlements,
        read_funder_revenue,
        read_funder_revenue_csv,
    ],
)
