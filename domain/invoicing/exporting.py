"""What an accountant takes along: the documents issued in a period, in the order of their numbers, with their files."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_

from domain.invoicing.archive import ArchivedFile, FileFormat, InvoiceFile, print_apart
from domain.invoicing.model import Invoice, InvoiceKind, thawed
from domain.kit.calendar import Period
from domain.kit.ids import InvoiceId
from domain.kit.money import Money
from domain.kit.work import Work

BATCH = 100
COLUMNS = (
    *("number", "kind", "issued_on", "due_on", "supplied_on", "refers_to", "buyer", "buyer_vat_number"),
    *("vat_rate", "base", "vat", "gross", "payment_reference", "pdf_sha256", "ubl_sha256"),
)
GIVES_BACK = {InvoiceKind.CREDIT_NOTE}
NUMBERED = (Invoice.issued_on, Invoice.series, Invoice.number)


@dataclass(frozen=True, slots=True)
class Exported:
    """An issued document, its rows for the books (one for each VAT rate) and its files as they were issued."""

    rows: list[tuple[object, ...]]
    files: list[InvoiceFile]


async def count_issued(work: Work, period: Period) -> int:
    return await work.session.scalar(select(func.count()).select_from(_issued(work, period).subquery())) or 0


async def export_issued(work: Work, period: Period) -> AsyncIterator[Exported]:
    """One after the other; however many there are, a hundred are in memory at a time."""
    last: tuple[Any, ...] | None = None
    while True:
        query = _issued(work, period).order_by(*NUMBERED).limit(BATCH)
        if last is not None:
            query = query.where(tuple_(*NUMBERED) > tuple_(*last))
        invoices = (await work.session.scalars(query)).all()
        files = await _files(work, invoices)
        for invoice in invoices:
            yield Exported(_rows(invoice, files.get(invoice.id, [])), files.get(invoice.id, []))
        if len(invoices) < BATCH:
            return
        last = (invoices[-1].issued_on, invoices[-1].series, invoices[-1].number)
        for invoice in invoices:
            work.session.expunge(invoice)


def _issued(work: Work, period: Period) -> Any:
    return select(Invoice).where(
        Invoice.practice_id == work.practice_id, Invoice.issued_on.between(period.first, period.last)
    )


async def _files(work: Work, invoices: Sequence[Invoice]) -> dict[InvoiceId, list[InvoiceFile]]:
    """What is not printed yet is printed now."""
    query = (
        select(ArchivedFile)
        .where(ArchivedFile.practice_id == work.practice_id, ArchivedFile.invoice_id.in_([it.id for it in invoices]))
        .order_by(ArchivedFile.invoice_id, ArchivedFile.format)
    )
    found: dict[InvoiceId, list[InvoiceFile]] = defaultdict(list)
    for file in (await work.session.scalars(query)).all():
        found[file.invoice_id].append(file.given() or await print_apart(work, file.invoice_id))
        work.session.expunge(file)
    return found


def _rows(invoice: Invoice, files: list[InvoiceFile]) -> list[tuple[object, ...]]:
    """What a credit note gives back stands below zero."""
    buyer, digests = invoice.buyer or {}, {file.format: file.sha256 for file in files}
    sign = -1 if invoice.kind in GIVES_BACK else 1
    return [
        (
            *(invoice.label, invoice.kind, invoice.issued_on, invoice.due_on, invoice.supplied_on),
            " ".join(it["number"] for it in invoice.refers_to or ()),
            *(buyer.get("name"), buyer.get("vat_number"), share.rate),
            *(_euros(amount, sign) for amount in (share.base, share.vat, share.base + share.vat)),
            invoice.payment_reference,
            *(digests.get(format_) for format_ in (FileFormat.PDF, FileFormat.UBL)),
        )
        for share in map(thawed, invoice.shares or ())
    ]


def _euros(amount: Money, sign: int) -> str:
    cents = sign * amount.cents
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
