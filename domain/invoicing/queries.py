"""Invoices read: one, a page of them, and what was credited of one."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from domain.invoicing.model import Invoice, InvoiceState, thawed
from domain.invoicing.refusals import InvoiceNotFound
from domain.invoicing.rules import VatShare
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
    credits_id: InvoiceId | None = None


async def get_invoice(work: Work, invoice_id: InvoiceId, *, lock: bool = False) -> Invoice:
    """An invoice with its lines. Locked, it lets others write what refers to it: whoever holds what is open of it and
    reminds of it would wait for one who credits it, and that one for what is open."""
    lines = selectinload(Invoice.lines)
    return await find(work, Invoice, invoice_id, InvoiceNotFound, lines, lock=lock, key_share=True)


async def credited_shares(work: Work, invoice_id: InvoiceId) -> dict[Decimal, VatShare]:
    """Per rate, what the credit notes of an invoice come to together."""
    query = select(Invoice.shares).where(Invoice.practice_id == work.practice_id, Invoice.credits_id == invoice_id)
    credited: dict[Decimal, VatShare] = {}
    for shares in await work.session.scalars(query):
        for share in map(thawed, shares or ()):
            credited[share.rate] = credited[share.rate] + share if share.rate in credited else share
    return credited


async def list_invoices(work: Work, page: PageRequest, wanted: InvoiceFilter) -> Page[Invoice]:
    """Invoices with their lines, in the order in which they were drafted."""
    query = select(Invoice).where(Invoice.practice_id == work.practice_id).options(selectinload(Invoice.lines))
    conditions = {
        Invoice.state: wanted.state,
        Invoice.coachee_id: wanted.coachee_id,
        Invoice.sponsor_id: wanted.sponsor_id,
        Invoice.trajectory_id: wanted.trajectory_id,
        Invoice.year: wanted.year,
        Invoice.credits_id: wanted.credits_id,
    }
    for column, value in conditions.items():
        if value is not None:
            query = query.where(column == value)
    return await fetch_page(work, query, page, list_name=f"invoices:{wanted}", keys=[Invoice.id])
