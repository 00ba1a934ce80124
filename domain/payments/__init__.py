"""Payments: a double-entry ledger that is only added to, what is open of each document, and what customers paid."""

from domain.payments.allocating import allocate as allocate, take_back as take_back
from domain.payments.bank_demonstration import (
    demonstration as demonstration,
    write_bank_file as write_bank_file,
    write_coda as write_coda,
)
from domain.payments.bank_model import (
    BankAccountNotYours as BankAccountNotYours,
    BankFile as BankFile,
    BankLine as BankLine,
    BankLineNotFound as BankLineNotFound,
    BankLineState as BankLineState,
    OneMatch as OneMatch,
    ReceiptInBooks as ReceiptInBooks,
)
from domain.payments.bank_statements import (
    BankFileForbidden as BankFileForbidden,
    BankFileForeignCurrency as BankFileForeignCurrency,
    BankFileIncomplete as BankFileIncomplete,
    BankFileUnbalanced as BankFileUnbalanced,
    BankFileUnreadable as BankFileUnreadable,
    BankFormat as BankFormat,
    StatementLine as StatementLine,
)
from domain.payments.corrections import Refund as Refund, refund as refund, write_off as write_off
from domain.payments.importing import (
    Proposal as Proposal,
    Reading as Reading,
    import_bank_file as import_bank_file,
    try_bank_file as try_bank_file,
)
from domain.payments.instalment_model import (
    InstalmentPart as InstalmentPart,
    InstalmentPlan as InstalmentPlan,
    InstalmentPlanInForce as InstalmentPlanInForce,
    InstalmentPlanNotFound as InstalmentPlanNotFound,
    InstalmentPlanOver as InstalmentPlanOver,
    NothingToSpread as NothingToSpread,
)
from domain.payments.instalments import (
    cancel_instalments as cancel_instalments,
    change_instalments as change_instalments,
    parts_of_plan as parts_of_plan,
    plan_instalments as plan_instalments,
    plans_of as plans_of,
)
from domain.payments.instalments_due import (
    Part as Part,
    dues_of as dues_of,
    left_query as left_query,
    parts_of as parts_of,
)
from domain.payments.late_booking import book_late_charges as book_late_charges
from domain.payments.late_charges import Because as Because, LateCharges as LateCharges, late_charges as late_charges
from domain.payments.late_clauses import (
    agree_late_clause as agree_late_clause,
    get_late_clause as get_late_clause,
    withdraw_late_clause as withdraw_late_clause,
)
from domain.payments.late_law import Cap as Cap
from domain.payments.late_model import (
    ClauseInFuture as ClauseInFuture,
    LateCharge as LateCharge,
    LateClause as LateClause,
    LateClauseNotFound as LateClauseNotFound,
    LateRatesOutOfOrder as LateRatesOutOfOrder,
    LateRateUnknown as LateRateUnknown,
    LateTermsBeyondLaw as LateTermsBeyondLaw,
    LateTermsChanged as LateTermsChanged,
    NothingToCharge as NothingToCharge,
)
from domain.payments.late_rates import Postage as Postage, Rate as Rate
from domain.payments.late_rules import CostKind as CostKind, Reckoning as Reckoning
from domain.payments.late_terms import (
    BusinessTerms as BusinessTerms,
    ConsumerTerms as ConsumerTerms,
    Terms as Terms,
    late_terms as late_terms,
    set_late_terms as set_late_terms,
)
from domain.payments.matching import Suggestion as Suggestion
from domain.payments.model import (
    Account as Account,
    Allocation as Allocation,
    ItemKind as ItemKind,
    ItemState as ItemState,
    LedgerEntry as LedgerEntry,
    LedgerTransaction as LedgerTransaction,
    Method as Method,
    OpenItem as OpenItem,
    TransactionKind as TransactionKind,
)
from domain.payments.printing import print_statement as print_statement
from domain.payments.queries import (
    Balance as Balance,
    ItemFilter as ItemFilter,
    allocations_of as allocations_of,
    balances as balances,
    entries_of as entries_of,
    get_item as get_item,
    get_payment as get_payment,
    list_items as list_items,
    list_transactions as list_transactions,
)
from domain.payments.receiving import (
    NewPayment as NewPayment,
    record_payment as record_payment,
    reverse_payment as reverse_payment,
)
from domain.payments.refusals import (
    AllocationExceeds as AllocationExceeds,
    AmountOutOfRange as AmountOutOfRange,
    LedgerKept as LedgerKept,
    NotAllocated as NotAllocated,
    NothingToRefund as NothingToRefund,
    NotPayable as NotPayable,
    NotToAllocate as NotToAllocate,
    NotToWriteOff as NotToWriteOff,
    OneCustomer as OneCustomer,
    OpenItemNotFound as OpenItemNotFound,
    PaymentInUse as PaymentInUse,
    PaymentNotFound as PaymentNotFound,
    ReceivedInFuture as ReceivedInFuture,
    RoundingTooLarge as RoundingTooLarge,
)
from domain.payments.reminder_model import (
    NotReminded as NotReminded,
    PauseEndsInPast as PauseEndsInPast,
    PauseOver as PauseOver,
    PostedOutOfTime as PostedOutOfTime,
    Reminder as Reminder,
    ReminderPause as ReminderPause,
    ReminderPauseNotFound as ReminderPauseNotFound,
    ReminderRulesChanged as ReminderRulesChanged,
    ReminderTooSoon as ReminderTooSoon,
)
from domain.payments.reminder_pauses import (
    NewPause as NewPause,
    change_reminder_steps as change_reminder_steps,
    dispute_invoice as dispute_invoice,
    end_pause as end_pause,
    list_pauses as list_pauses,
    pause_reminders as pause_reminders,
)
from domain.payments.reminder_plan import Outlook as Outlook, preview_reminders as preview_reminders
from domain.payments.reminder_rules import (
    ReminderStep as ReminderStep,
    Steps as Steps,
    reminder_steps as reminder_steps,
)
from domain.payments.reminding import (
    due_cases as due_cases,
    next_invoice_reminder_at as next_invoice_reminder_at,
    note_posted as note_posted,
    print_reminder as print_reminder,
    remind_of_invoice as remind_of_invoice,
    reminders_of as reminders_of,
)
from domain.payments.statement import Movement as Movement, Statement as Statement, statement as statement
from domain.payments.waiting import (
    Confirmation as Confirmation,
    confirm_line as confirm_line,
    get_bank_line as get_bank_line,
    ignore_line as ignore_line,
    list_bank_lines as list_bank_lines,
    reject_match as reject_match,
    suggestions_for as suggestions_for,
)
