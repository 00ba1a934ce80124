"""How e-invoices fare on Peppol, and sending one again."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import peppol
from domain.invoicing import InvoiceNotFound, NotIssued
from domain.kit.ids import InvoiceId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import Work
from domain.peppol import Dispatch, DispatchState, NotForPeppol

NONE = (InvoiceNotFound, NotIssued, NotForPeppol)
InState = Annotated[DispatchState | None, QueryParameter(name="state", description="Only documents in this state")]


class DispatchOut(msgspec.Struct, frozen=True, kw_only=True):
    """An e-invoice on its way; each moment is that of the present round."""

    invoice_id: InvoiceId
    state: DispatchState
    receiver: str
    """The receiver on Peppol: the list of numbers, and the number in it, such as 0208:0417497106."""
    round: int
    """How often it was sent anew, counted from 1."""
    attempts: int
    """How often sending, or asking how it stands, was tried since the last news."""
    due_at: datetime | None
    """When it is sent, or asked after, next."""
    via: str | None
    """`rest`, an access point over HTTP, or `folder`, whose state never passes `sent`."""
    remote_id: str | None
    """Its number with the access point."""
    reason: str | None
    """What the access point says of it, or why the last attempt failed."""
    queued_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    rejected_at: datetime | None
    mailed_at: datetime | None
    """When its PDF was mailed instead, for a receiver who is not on Peppol."""

    @classmethod
    def of(cls, dispatch: Dispatch) -> "DispatchOut":
        return cls(**{name: getattr(dispatch, name) for name in cls.__struct_fields__})


class DispatchPage(msgspec.Struct, frozen=True):
    items: list[DispatchOut]
    next_cursor: str | None


@get("/peppol-dispatches", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_dispatches(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None, dispatch_state: InState = None
) -> DispatchPage:
    """List the e-invoices that go over Peppol and how far each got: ask for `rejected` and `failed` to see what needs
    a person."""
    page = await peppol.list_dispatches(work, page_request(limit, cursor), state=dispatch_state)
    return DispatchPage([DispatchOut.of(one) for one in page.items], page.next_cursor)


@get("/invoices/{invoice_id:uuid}/peppol", scope="invoices:read", responses=refuses(*NONE))
async def read_dispatch(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> DispatchOut:
    """Read how an issued invoice fares on Peppol: queued at the issue, sent within a minute, delivered or rejected.
    Who is not on Peppol gets the PDF by mail."""
    return DispatchOut.of(await peppol.get_dispatch(work, invoice_id))


@post(
    "/invoices/{invoice_id:uuid}/peppol/send-again",
    status_code=200,
    scope="invoices:issue",
    responses=refuses(*NONE, WrongState),
)
async def send_again(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> DispatchOut:
    """Send a document again that was rejected or given up, or whose receiver has come to Peppol since. The same bytes
    go out; what is wrong in the document itself is taken back by a credit note."""
    return DispatchOut.of(await peppol.send_again(work, invoice_id))


router = Router("/", tags=["invoicing"], route_handlers=[list_dispatches, read_dispatch, send_again])
