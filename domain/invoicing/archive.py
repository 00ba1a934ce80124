"""The files of an issued document, kept with their digests and given out as they are.

The e-invoice is made at the issue, for a rule that it breaks stops the issue. The PDF is promised there, by a row that
is due, and made after the commit from what was frozen: by the scheduler at once, or on the spot for whoever asks
earlier. Either holds the row, so it is made once, and never another.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import CheckConstraint, Index, LargeBinary, Select, String, select, text
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.invoicing.document import page, render
from domain.invoicing.model import Invoice, InvoiceState
from domain.invoicing.queries import get_invoice
from domain.invoicing.refusals import InvoiceNotFound, NotIssued, PressGaveUp
from domain.invoicing.snapshots import document
from domain.invoicing.ubl import BuyerHasNoEnterpriseNumber, check_ubl, endpoint, render_ubl
from domain.kit.errors import Conflict
from domain.kit.ids import InvoiceId
from domain.kit.tables import Table, Tenant, Word, within_practice
from domain.kit.tries import forget, is_laid_aside
from domain.kit.work import Work, enter, find, transaction

NO_NUMBER_YET = "?"
PRESS = "print invoice"  # the kind of its tries


class FileFormat(StrEnum):
    PDF = "pdf"
    UBL = "ubl"


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """A file that is made."""

    format: FileFormat
    name: str
    content: bytes
    sha256: str


class ArchivedFile(Tenant, Table):
    """One file of an issued document: due to be made, then made once, never changed and never deleted while the law
    wants it kept."""

    __tablename__ = "invoice_files"
    __table_args__ = (
        within_practice("invoice_id", "invoices"),
        CheckConstraint("format IN ('pdf', 'ubl')", name="format_known"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="digest_fits"),
        CheckConstraint(
            "num_nulls(content, sha256, made_at) = CASE WHEN due_at IS NULL THEN 0 ELSE 3 END", name="whole_or_due"
        ),
        CheckConstraint("format = 'pdf' OR due_at IS NULL", name="ubl_is_made_at_issue"),
        Index("invoice_files_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    format: Mapped[FileFormat] = mapped_column(Word(FileFormat, 8), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str | None] = mapped_column(String(64))
    keep_until: Mapped[date]
    made_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # when to make it

    def make(self, content: bytes, now: datetime) -> None:
        self.content, self.sha256 = content, sha256(content).hexdigest()
        self.made_at, self.due_at = now, None

    def given(self) -> InvoiceFile | None:
        """None while it is not made."""
        if self.content is None or self.sha256 is None:
            return None
        return InvoiceFile(self.format, self.name, self.content, self.sha256)


def must_be_fit(invoice: Invoice) -> None:
    """Refuse what could not be printed or sent, before it has a number: its page is composed and its e-invoice is
    checked with another number. What is left to the press afterwards sets any text (`domain.documents.render`)."""
    trial = replace(document(invoice), number=NO_NUMBER_YET)
    page(trial)
    if endpoint(trial.buyer):
        check_ubl(render_ubl(trial))


async def put_away(work: Work, invoice: Invoice) -> None:
    """With the issue: the e-invoice where there is one, and the promise of the PDF."""
    issued = document(invoice)
    pdf = _file(work, invoice, FileFormat.PDF, f"{issued.number}.pdf")
    pdf.due_at = work.now
    files = [pdf]
    if endpoint(issued.buyer):
        files.append(_file(work, invoice, FileFormat.UBL, f"{issued.number}.xml"))
        files[-1].make(render_ubl(issued), work.now)
    await work.store(*files)


def _file(work: Work, invoice: Invoice, format_: FileFormat, name: str) -> ArchivedFile:
    return ArchivedFile(
        practice_id=work.practice_id,
        invoice_id=invoice.id,
        format=format_,
        name=name,
        keep_until=invoice.last_kept_on,
    )


async def print_invoice(work: Work, invoice_id: InvoiceId) -> InvoiceFile:
    """The PDF of an issued document, with its UBL inside where the buyer is a business; printed now if nobody had."""
    file = await _find(work, invoice_id, FileFormat.PDF, NotIssued)
    return file.given() or await _printed(work, file)


async def read_ubl(work: Work, invoice_id: InvoiceId) -> InvoiceFile:
    """The e-invoice as it was issued to a business."""
    file = (await _find(work, invoice_id, FileFormat.UBL, BuyerHasNoEnterpriseNumber)).given()
    assert file is not None  # noqa: S101 - so the database has it
    return file


async def print_apart(work: Work, invoice_id: InvoiceId) -> InvoiceFile:
    """The same in a transaction of its own: a long one would keep others who ask for it waiting, and lose it when it
    is lost."""
    async with transaction(async_sessionmaker(work.session.bind, expire_on_commit=False)) as session:
        await enter(session, work.practice_id)
        return await print_invoice(replace(work, session=session), invoice_id)


async def _printed(work: Work, file: ArchivedFile) -> InvoiceFile:
    """Whoever comes at the same moment waits for it, and gives out the same. What ended every scheduler that tried it
    is not tried for a reader."""
    query = file_query(work, file.invoice_id, FileFormat.PDF).with_for_update()
    held = (await work.session.execute(query.execution_options(populate_existing=True))).scalar_one()
    given = held.given()
    if given is None:
        if await is_laid_aside(work, PRESS, held.invoice_id):
            raise PressGaveUp
        given = await typeset(work, held)
        await forget(work, PRESS, held.invoice_id)
    return given


async def typeset(work: Work, held: ArchivedFile) -> InvoiceFile:
    """Print what is due and locked. Typesetting takes a processor's while, so it is done beside the event loop."""
    issued = document(await get_invoice(work, held.invoice_id))
    ubl = await work.session.scalar(file_query(work, held.invoice_id, FileFormat.UBL))
    inside = ubl.content.decode() if ubl and ubl.content else None
    logo = await practice.logo_of(work, issued.seller.logo, issued.seller.name)
    held.make(await asyncio.to_thread(render, issued, ubl=inside, logo=logo), work.now)
    await work.session.flush()
    made = held.given()
    assert made is not None  # noqa: S101
    return made


def file_query(work: Work, invoice_id: InvoiceId, format_: FileFormat) -> Select[ArchivedFile]:
    return select(ArchivedFile).where(
        ArchivedFile.practice_id == work.practice_id,
        ArchivedFile.invoice_id == invoice_id,
        ArchivedFile.format == format_,
    )


async def _find(work: Work, invoice_id: InvoiceId, wanted: FileFormat, missing: type[Conflict]) -> ArchivedFile:
    file = await work.session.scalar(file_query(work, invoice_id, wanted))
    if file is not None:
        return file
    invoice = await find(work, Invoice, invoice_id, InvoiceNotFound)
    raise NotIssued if invoice.state is InvoiceState.DRAFT else missing
