"""The files of an issued document: made once, at the issue, kept with their digests, and given out as they are."""

import asyncio
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import CheckConstraint, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.invoicing.document import render
from domain.invoicing.model import Invoice, InvoiceState
from domain.invoicing.refusals import InvoiceNotFound, NotIssued
from domain.invoicing.snapshots import document
from domain.invoicing.ubl import BuyerHasNoEnterpriseNumber, check_ubl, endpoint, render_ubl
from domain.kit.errors import Conflict
from domain.kit.ids import InvoiceId
from domain.kit.tables import Table, Tenant, Word, within_practice
from domain.kit.work import Work, find


class FileFormat(StrEnum):
    PDF = "pdf"
    UBL = "ubl"


class InvoiceFile(Tenant, Table):
    """One file as it was on the day of issue; never changed, never deleted while the law wants it kept."""

    __tablename__ = "invoice_files"
    __table_args__ = (
        within_practice("invoice_id", "invoices"),
        CheckConstraint("format IN ('pdf', 'ubl')", name="format_known"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="digest_fits"),
    )

    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    format: Mapped[FileFormat] = mapped_column(Word(FileFormat, 8), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    keep_until: Mapped[date]
    made_at: Mapped[datetime]


async def put_away(work: Work, invoice: Invoice) -> None:
    """Make the files of a document that is being issued; an e-invoice that breaks a rule stops the issue.

    Typesetting takes a processor's while, so it is done beside the event loop.
    """
    page = document(invoice)
    ubl = render_ubl(page) if endpoint(page.buyer) else None
    if ubl is not None:
        check_ubl(ubl)
    logo = await practice.logo_of(work, page.seller.logo, page.seller.name)
    pdf = await asyncio.to_thread(render, page, ubl=ubl.decode() if ubl else None, logo=logo)
    contents = {FileFormat.PDF: (pdf, "pdf"), FileFormat.UBL: (ubl, "xml")}
    files = [
        InvoiceFile(
            practice_id=work.practice_id,
            invoice_id=invoice.id,
            format=format_,
            name=f"{page.number}.{ending}",
            content=content,
            sha256=sha256(content).hexdigest(),
            keep_until=invoice.last_kept_on,
            made_at=work.now,
        )
        for format_, (content, ending) in contents.items()
        if content is not None
    ]
    await work.store(*files)


async def print_invoice(work: Work, invoice_id: InvoiceId) -> InvoiceFile:
    """The PDF as it was issued, with its UBL inside where the buyer is a business."""
    return await _file(work, invoice_id, FileFormat.PDF, NotIssued)


async def read_ubl(work: Work, invoice_id: InvoiceId) -> InvoiceFile:
    """The e-invoice as it was issued to a business."""
    return await _file(work, invoice_id, FileFormat.UBL, BuyerHasNoEnterpriseNumber)


async def _file(work: Work, invoice_id: InvoiceId, wanted: FileFormat, missing: type[Conflict]) -> InvoiceFile:
    query = select(InvoiceFile).where(
        InvoiceFile.practice_id == work.practice_id,
        InvoiceFile.invoice_id == invoice_id,
        InvoiceFile.format == wanted,
    )
    file = await work.session.scalar(query)
    if file is not None:
        return file
    invoice = await find(work, Invoice, invoice_id, InvoiceNotFound)
    raise NotIssued if invoice.state is InvoiceState.DRAFT else missing
