"""Invoicing: drafts, numbered invoices and credit notes that never change again, and their files."""

from domain.invoicing.archive import (
    FileFormat as FileFormat,
    InvoiceFile as InvoiceFile,
    print_invoice as print_invoice,
    read_ubl as read_ubl,
)
from domain.invoicing.crediting import CreditedLine as CreditedLine, credit_invoice as credit_invoice
from domain.invoicing.drafting import (
    NewInvoice as NewInvoice,
    NewLine as NewLine,
    change_draft as change_draft,
    delete_draft as delete_draft,
    draft_invoice as draft_invoice,
)
from domain.invoicing.exporting import (
    COLUMNS as COLUMNS,
    Exported as Exported,
    count_issued as count_issued,
    export_issued as export_issued,
)
from domain.invoicing.from_packages import PackageToBill as PackageToBill, bill_package as bill_package
from domain.invoicing.from_sessions import SessionsToBill as SessionsToBill, bill_sessions as bill_sessions
from domain.invoicing.instalments import (
    Instalment as Instalment,
    InstalmentsDoNotAddUp as InstalmentsDoNotAddUp,
    InstalmentsOutOfOrder as InstalmentsOutOfOrder,
    checked_instalments as checked_instalments,
)
from domain.invoicing.issuing import issue_invoice as issue_invoice
from domain.invoicing.missed import Fee as Fee, charge_missed_session as charge_missed_session
from domain.invoicing.model import (
    Invoice as Invoice,
    InvoiceKind as InvoiceKind,
    InvoiceLine as InvoiceLine,
    InvoiceState as InvoiceState,
    thawed as thawed,
)
from domain.invoicing.parties import TrajectoryOfAnother as TrajectoryOfAnother
from domain.invoicing.phrases import phrase as phrase
from domain.invoicing.printing import next_print_at as next_print_at, print_due as print_due
from domain.invoicing.queries import (
    InvoiceFilter as InvoiceFilter,
    get_invoice as get_invoice,
    list_invoices as list_invoices,
)
from domain.invoicing.refusals import (
    BuyerAddressMissing as BuyerAddressMissing,
    CreditExceeds as CreditExceeds,
    DeductedTooMuch as DeductedTooMuch,
    DepositDeducted as DepositDeducted,
    ForeignCurrency as ForeignCurrency,
    InvoiceNotFound as InvoiceNotFound,
    InvoiceNumberTaken as InvoiceNumberTaken,
    NoSessionsToBill as NoSessionsToBill,
    NoShowFeeOnCheque as NoShowFeeOnCheque,
    NotADraft as NotADraft,
    NotCreditable as NotCreditable,
    NotDeductible as NotDeductible,
    NothingToInvoice as NothingToInvoice,
    NotIssued as NotIssued,
    OneBuyer as OneBuyer,
    PackageAlreadyBilled as PackageAlreadyBilled,
    PackageOfAnother as PackageOfAnother,
    PackagePriceUnknown as PackagePriceUnknown,
    PressGaveUp as PressGaveUp,
    ReverseChargeNotAllowed as ReverseChargeNotAllowed,
    SeriesOfAnother as SeriesOfAnother,
    SessionAlreadyBilled as SessionAlreadyBilled,
    SessionNotBillable as SessionNotBillable,
    SessionNotMissed as SessionNotMissed,
    SessionOfAnotherPayer as SessionOfAnotherPayer,
    SessionOnCheque as SessionOnCheque,
    SessionOnPackage as SessionOnPackage,
    VatNotAllowed as VatNotAllowed,
    VatRegimeChanged as VatRegimeChanged,
)
from domain.invoicing.rules import (
    Discount as Discount,
    DiscountTooHigh as DiscountTooHigh,
    Totals as Totals,
    UnknownVatRate as UnknownVatRate,
    VatShare as VatShare,
    added as added,
    payment_reference as payment_reference,
)
from domain.invoicing.self_billing import (
    NewSelfBilled as NewSelfBilled,
    Supplier as Supplier,
    issue_self_billed as issue_self_billed,
)
from domain.invoicing.snapshots import PracticeIncomplete as PracticeIncomplete
from domain.invoicing.ubl import (
    BuyerHasNoEnterpriseNumber as BuyerHasNoEnterpriseNumber,
    Envelope as Envelope,
    PeppolRuleBroken as PeppolRuleBroken,
    envelope_of as envelope_of,
)
