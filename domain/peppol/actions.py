"""Seeing a dispatch, sending it again, and hearing of it from the access point."""

from sqlalchemy import select

from domain import invoicing
from domain.invoicing import InvoiceState, NotIssued
from domain.kit.ids import InvoiceId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.peppol.access_points import Progress
from domain.peppol.dispatching import UNDER_WAY
from domain.peppol.model import Dispatch, DispatchState, NotForPeppol
from domain.peppol.news import tell


async def get_dispatch(work: Work, invoice_id: InvoiceId, *, lock: bool = False) -> Dispatch:
    query = select(Dispatch).where(Dispatch.practice_id == work.practice_id, Dispatch.invoice_id == invoice_id)
    dispatch = await work.session.scalar(query.with_for_update() if lock else query)
    if dispatch is not None:
        return dispatch
    invoice = await invoicing.get_invoice(work, invoice_id)
    raise NotIssued if invoice.state is InvoiceState.DRAFT else NotForPeppol


async def list_dispatches(work: Work, page: PageRequest, *, state: DispatchState | None = None) -> Page[Dispatch]:
    query = select(Dispatch).where(Dispatch.practice_id == work.practice_id)
    if state is not None:
        query = query.where(Dispatch.state == state)
    return await fetch_page(work, query, page, list_name=f"peppol:{state}", keys=[Dispatch.invoice_id])


async def send_again(work: Work, invoice_id: InvoiceId) -> Dispatch:
    """Queue a document that was rejected, given up, or whose receiver was not on Peppol; the same bytes go out."""
    dispatch = await get_dispatch(work, invoice_id, lock=True)
    dispatch.queue_again(work.now)
    announce(work, "invoice_transmission_queued", invoice_id, round=dispatch.round)
    await work.session.flush()
    return dispatch


async def hear(work: Work, invoice_id: InvoiceId, round_: int, progress: Progress) -> None:
    """What the access point tells of itself. Of a round that is over, or what was known, it changes nothing."""
    dispatch = await get_dispatch(work, invoice_id, lock=True)
    if dispatch.round != round_ or dispatch.state not in UNDER_WAY:
        return
    if dispatch.reach(progress, work.now, look_at=dispatch.due_at):
        await tell(work, dispatch)
