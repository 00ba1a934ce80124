"""Money: payments, what they pay, what is open, and the ledger behind it."""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.payments.shapes import (
    AllocateIn,
    AllocationRow,
    BalanceOut,
    OpenItemOut,
    OpenItemPage,
    OpenItemRow,
    PaymentIn,
    RefundIn,
    ReversalIn,
    TakeBackIn,
    TransactionOut,
    TransactionPage,
    TrialBalance,
    WriteOffIn,
)
from api.problems import refuses
from domain import payments
from domain.invoicing import InvoiceNotFound
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, InvoiceId, OpenItemId, PaymentId, SponsorId
from domain.kit.money import Money
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.payments import (
    AllocationExceeds,
    AmountOutOfRange,
    ItemFilter,
    ItemKind,
    ItemState,
    NotAllocated,
    NothingToRefund,
    NotPayable,
    NotToAllocate,
    NotToWriteOff,
    OneCustomer,
    OpenItemNotFound,
    PaymentInUse,
    PaymentNotFound,
    ReceivedInFuture,
    RoundingTooLarge,
)
from domain.people import CoacheeNotFound, SponsorNotFound

OfCoachee = Annotated[CoacheeId | None, QueryParameter()]
OfSponsor = Annotated[SponsorId | None, QueryParameter()]
OfInvoice = Annotated[InvoiceId | None, QueryParameter(description="The document, and the charges for its lateness")]
OfItem = Annotated[OpenItemId | None, QueryParameter(description="Only what moved this item")]


@post(
    "/payments",
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(
        OneCustomer,
        InvoiceNotFound,
        CoacheeNotFound,
        SponsorNotFound,
        NotPayable,
        AmountOutOfRange,
        ReceivedInFuture,
        DayOutOfRange,
    ),
)
async def record_payment(work: NamedDependency[Work], data: JSONBody[PaymentIn]) -> OpenItemRow:
    """Book money that came in. What an invoice does not need stays the customer's: allocate it later, or refund it."""
    return OpenItemRow.of(await payments.record_payment(work, data.value()))


@get("/payments/{payment_id:uuid}", scope="invoices:read", responses=refuses(PaymentNotFound))
async def read_payment(work: NamedDependency[Work], payment_id: FromPath[PaymentId]) -> OpenItemOut:
    """Read a payment, with what it pays and what is left of it."""
    payment = await payments.get_payment(work, payment_id)
    return await OpenItemOut.read(work, payment)


@post(
    "/payments/{payment_id:uuid}/reverse",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(PaymentNotFound, PaymentInUse, VersionChanged),
)
async def reverse_payment(
    work: NamedDependency[Work], payment_id: FromPath[PaymentId], data: JSONBody[ReversalIn]
) -> OpenItemRow:
    """Say that a payment was recorded by mistake. Take back first what it pays; money that did come is refunded."""
    return OpenItemRow.of(await payments.reverse_payment(work, payment_id, data.reason))


@post(
    "/allocations",
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(OpenItemNotFound, NotToAllocate, AllocationExceeds, AmountOutOfRange),
)
async def allocate(work: NamedDependency[Work], data: JSONBody[AllocateIn]) -> AllocationRow:
    """Set a payment or credit note against what the same customer owes: never more than is open on either side."""
    amount = None if data.amount_cents is None else Money(data.amount_cents)
    return AllocationRow.of(await payments.allocate(work, data.credit_id, data.debit_id, amount))


@post(
    "/allocations/take-back",
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(OpenItemNotFound, NotAllocated, AmountOutOfRange),
)
async def take_back_allocation(work: NamedDependency[Work], data: JSONBody[TakeBackIn]) -> AllocationRow:
    """Correct an allocation, with the reason. The invoice is open again, and the payment has that much left."""
    amount = Money(data.amount_cents)
    return AllocationRow.of(await payments.take_back(work, data.credit_id, data.debit_id, amount, data.reason))


@get("/open-items", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_open_items(
    work: NamedDependency[Work],
    item_state: Annotated[ItemState | None, QueryParameter(name="state")] = None,
    kind: Annotated[ItemKind | None, QueryParameter()] = None,
    coachee_id: OfCoachee = None,
    sponsor_id: OfSponsor = None,
    invoice_id: OfInvoice = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> OpenItemPage:
    """List issued documents, payments and charges with what is open of each; payments are of kind `payment`."""
    wanted = ItemFilter(
        state=item_state, kind=kind, coachee_id=coachee_id, sponsor_id=sponsor_id, invoice_id=invoice_id
    )
    page = await payments.list_items(work, page_request(limit, cursor), wanted)
    return OpenItemPage([OpenItemRow.of(item) for item in page.items], page.next_cursor)


@get("/open-items/{item_id:uuid}", scope="invoices:read", responses=refuses(OpenItemNotFound))
async def read_open_item(work: NamedDependency[Work], item_id: FromPath[OpenItemId]) -> OpenItemOut:
    """Read what is open of a document, payment or charge, and what it was set against. An issued invoice has the id
    that it has as an invoice."""
    return await OpenItemOut.read(work, await payments.get_item(work, item_id))


@post(
    "/open-items/{item_id:uuid}/refund",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(
        OpenItemNotFound,
        NothingToRefund,
        AllocationExceeds,
        AmountOutOfRange,
        ReceivedInFuture,
        DayOutOfRange,
        VersionChanged,
    ),
)
async def refund(work: NamedDependency[Work], item_id: FromPath[OpenItemId], data: JSONBody[RefundIn]) -> OpenItemRow:
    """Book that you paid out what you owed: the rest of a payment or credit note, or a coach's self-billed invoice."""
    return OpenItemRow.of(await payments.refund(work, item_id, data.value()))


@post(
    "/open-items/{item_id:uuid}/write-off",
    status_code=200,
    scope="invoices:write",
    needs_idempotency_key=True,
    responses=refuses(
        OpenItemNotFound, NotToWriteOff, AllocationExceeds, AmountOutOfRange, RoundingTooLarge, VersionChanged
    ),
)
async def write_off(
    work: NamedDependency[Work], item_id: FromPath[OpenItemId], data: JSONBody[WriteOffIn]
) -> OpenItemRow:
    """Give up what a customer owes, with the reason; the invoice itself stays as it was issued."""
    amount = Money(data.amount_cents)
    return OpenItemRow.of(await payments.write_off(work, item_id, amount, data.reason, rounding=data.rounding))


@get("/ledger/transactions", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_ledger_transactions(
    work: NamedDependency[Work], item_id: OfItem = None, limit: PageLimit = 20, cursor: PageCursor = None
) -> TransactionPage:
    """List what moved money, with both sides of each; nothing in it is ever changed."""
    page = await payments.list_transactions(work, page_request(limit, cursor), item_id=item_id)
    entries = await payments.entries_of(work, page.items)
    return TransactionPage([TransactionOut.of(one, entries[one.id]) for one in page.items], page.next_cursor)


@get("/ledger/balances", scope="invoices:read")
async def read_balances(work: NamedDependency[Work]) -> TrialBalance:
    """What every account comes to; together they come to nothing."""
    return TrialBalance([BalanceOut.of(balance) for balance in await payments.balances(work)])


router = Router(
    "/",
    tags=["payments"],
    route_handlers=[
        record_payment,
        read_payment,
        reverse_payment,
        allocate,
        take_back_allocation,
        list_open_items,
        read_open_item,
        refund,
        write_off,
        list_ledger_transactions,
        read_balances,
    ],
)
