"""Invoicing: drafts, numbered invoices that never change again, their printed page and their payment."""

from domain.invoicing.actions import (
    NewInvoice as NewInvoice,
    NewLine as NewLine,
    TrajectoryOfAnother as TrajectoryOfAnother,
    change_draft as change_draft,
    delete_draft as delete_draft,
    draft_invoice as draft_invoice,
    issue_invoice as issue_invoice,
    pay_invoice as pay_invoice,
)
from domain.invoicing.model import (
    Invoice as Invoice,
    InvoiceLine as InvoiceLine,
    InvoiceNotFound as InvoiceNotFound,
    InvoiceNumberTaken as InvoiceNumberTaken,
    InvoiceState as InvoiceState,
    NotADraft as NotADraft,
    NothingToInvoice as NothingToInvoice,
    NotIssued as NotIssued,
    OneBuyer as OneBuyer,
    PaidBeforeIssue as PaidBeforeIssue,
    PaidInFuture as PaidInFuture,
    VatNotAllowed as VatNotAllowed,
)
from domain.invoicing.queries import (
    InvoiceFilter as InvoiceFilter,
    get_invoice as get_invoice,
    list_invoices as list_invoices,
    print_invoice as print_invoice,
    read_ubl as read_ubl,
)
from domain.invoicing.rules import (
    Totals as Totals,
    UnknownVatRate as UnknownVatRate,
    VatShare as VatShare,
)
from domain.invoicing.snapshots import PracticeIncomplete as PracticeIncomplete
from domain.invoicing.ubl import BuyerHasNoEnterpriseNumber as BuyerHasNoEnterpriseNumber
