"""Invoices read: one, a page of them, one as printed and one as UBL."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from domain.documents import File
from domain.invoicing.document import render
from domain.invoicing.model import Invoice, InvoiceNotFound, InvoiceState
from domain.invoicing.snapshots import document
from domain.invoicing.ubl import render_ubl
from domain.kit.ids import CoacheeId, InvoiceId, SponsorId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """Which invoices to list; None leaves it open. `year` is that of the number, so it leaves drafts out."""

    state: InvoiceState | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    trajectory_id: TrajectoryId | None = None
    year: int | None = None


async def get_invoice(work: Work, invoice_id: InvoiceId, *, lock: bool = False) -> Invoice:
    """An invoice with its lines."""
    return await find(work, Invoice, invoice_id, InvoiceNotFound, selectinload(Invoice.lines), lock=lock)


async def list_invoices(work: Work, page: PageRequest, wanted: InvoiceFilter) -> Page[Invoice]:
    """Invoices with their lines, in the order in which they were drafted."""
    query = select(Invoice).where(Invoice.practice_id == work.practice_id).options(selectinload(Invoice.lines))
    conditions = {
        Invoice.state: wanted.state,
        Invoice.coachee_id: wanted.coachee_id,
        Invoice.sponsor_id: wanted.sponsor_id,
        Invoice.trajectory_id: wanted.trajectory_id,
        Invoice.year: wanted.year,
    }
    for column, value in conditions.items():
        if value is not None:
            query = query.where(column == value)
    return await fetch_page(work, query, page, list_name=f"invoices:{wanted}", keys=[Invoice.id])


async def print_invoice(work: Work, invoice_id: InvoiceId) -> File:
    """The PDF of an issued invoice, with its UBL inside where the buyer is a business.

    Typesetting takes a processor's while, so it is done beside the event loop.
    """
    page = document(await get_invoice(work, invoice_id))
    ubl = render_ubl(page).decode() if page.buyer.enterprise_number else None
    pdf = await asyncio.to_thread(render, page, ubl=ubl)
    return File(f"{page.number}.pdf", "application/pdf", pdf)


async def read_ubl(work: Work, invoice_id: InvoiceId) -> File:
    """The e-invoice of an issued invoice to a business."""
    page = document(await get_invoice(work, invoice_id))
    return File(f"{page.number}.xml", "application/xml", render_ubl(page))
