"""Funding: cheque schemes as dated data, the cheques of coachees, and the minutes booked on them."""

from domain.funding.attests import Attest as Attest, make_attest as make_attest, print_attest as print_attest
from domain.funding.charges import (
    cheque_around as cheque_around,
    must_charge_nothing_on_top as must_charge_nothing_on_top,
    must_leave_to_cheque as must_leave_to_cheque,
    with_cheques as with_cheques,
)
from domain.funding.cheques import (
    annul_cheque as annul_cheque,
    close_cheque as close_cheque,
    issue_cheque as issue_cheque,
    order_cheque as order_cheque,
    refuse_cheque as refuse_cheque,
    register_cheque as register_cheque,
    start_cheque as start_cheque,
)
from domain.funding.deadlines import (
    attend_cheque as attend_cheque,
    due_cheques as due_cheques,
    next_warning_at as next_warning_at,
)
from domain.funding.eligibility import (
    Advice as Advice,
    Answer as Answer,
    Criterion as Criterion,
    Residence as Residence,
    Situation as Situation,
    check_eligibility as check_eligibility,
)
from domain.funding.foreseen import (
    FundedMinutes as FundedMinutes,
    MinutesAhead as MinutesAhead,
    look_ahead as look_ahead,
)
from domain.funding.group_rule import must_allow_groups as must_allow_groups
from domain.funding.ledger import book_minutes as book_minutes, list_bookings as list_bookings
from domain.funding.model import (
    Booking as Booking,
    Channel as Channel,
    Cheque as Cheque,
    Confidence as Confidence,
    Funder as Funder,
    FundingKind as FundingKind,
    Issuer as Issuer,
    Scheme as Scheme,
    SchemeStatus as SchemeStatus,
    SessionFunding as SessionFunding,
    SettlementDocument as SettlementDocument,
)
from domain.funding.one_payer import funding_of as funding_of
from domain.funding.packages import (
    Draw as Draw,
    NewPackage as NewPackage,
    Package as Package,
    PackageUnit as PackageUnit,
    draw_on_packages as draw_on_packages,
    get_package as get_package,
    list_draws as list_draws,
    list_packages as list_packages,
    sell_package as sell_package,
)
from domain.funding.payers import (
    add_funder as add_funder,
    add_issuer as add_issuer,
    get_funder as get_funder,
    get_issuer as get_issuer,
    list_funders as list_funders,
    list_issuers as list_issuers,
    update_funder as update_funder,
    update_issuer as update_issuer,
)
from domain.funding.plans import complete_trajectory as complete_trajectory, draft_plan as draft_plan
from domain.funding.queries import get_cheque as get_cheque, list_cheques as list_cheques
from domain.funding.refusals import (
    AgreementNeeded as AgreementNeeded,
    AllocationsExceedReceipt as AllocationsExceedReceipt,
    BookingNotFound as BookingNotFound,
    ChannelNeeded as ChannelNeeded,
    ChannelNotAllowed as ChannelNotAllowed,
    ChequeExpired as ChequeExpired,
    ChequeNotFound as ChequeNotFound,
    ChequeNumberTaken as ChequeNumberTaken,
    CoacheeHadCheque as CoacheeHadCheque,
    CodesNeeded as CodesNeeded,
    CorrectionTooLarge as CorrectionTooLarge,
    DayInFuture as DayInFuture,
    DaysNeeded as DaysNeeded,
    DevelopmentPlanNeeded as DevelopmentPlanNeeded,
    DifferenceUnnamed as DifferenceUnnamed,
    FunderNameTaken as FunderNameTaken,
    FunderNotFound as FunderNotFound,
    GroupNotOnCheque as GroupNotOnCheque,
    InvalidChequeCode as InvalidChequeCode,
    IssuedBeforeOrdered as IssuedBeforeOrdered,
    IssuerNameTaken as IssuerNameTaken,
    IssuerNotFound as IssuerNotFound,
    LimitBelowUsed as LimitBelowUsed,
    MinutesBeyondSession as MinutesBeyondSession,
    MinutesExceeded as MinutesExceeded,
    MinutesWouldBeForfeited as MinutesWouldBeForfeited,
    NoFundingLeft as NoFundingLeft,
    NoSchemeInForce as NoSchemeInForce,
    NothingToAttest as NothingToAttest,
    NotItsCheque as NotItsCheque,
    NotRegistered as NotRegistered,
    NotToSettle as NotToSettle,
    OneOwnShare as OneOwnShare,
    OnlyGuidanceCounts as OnlyGuidanceCounts,
    OtherFunder as OtherFunder,
    OtherTrajectory as OtherTrajectory,
    PackageEndsBeforeStart as PackageEndsBeforeStart,
    PackageNotFound as PackageNotFound,
    PackageOnChequeTrajectory as PackageOnChequeTrajectory,
    PackageUsedUp as PackageUsedUp,
    PriceNeeded as PriceNeeded,
    ReceiptNotFound as ReceiptNotFound,
    RegistrationsRefused as RegistrationsRefused,
    SchemeClosed as SchemeClosed,
    SchemeCodeTaken as SchemeCodeTaken,
    SchemeEndsBeforeStart as SchemeEndsBeforeStart,
    SchemeGivesFewer as SchemeGivesFewer,
    SchemeInUse as SchemeInUse,
    SchemeNotFound as SchemeNotFound,
    SchemeNotSelectable as SchemeNotSelectable,
    SchemesOverlap as SchemesOverlap,
    SessionAfterCheque as SessionAfterCheque,
    SessionAlreadyBooked as SessionAlreadyBooked,
    SessionAlreadyFunded as SessionAlreadyFunded,
    SessionBeforeCheque as SessionBeforeCheque,
    SessionBilled as SessionBilled,
    SessionNotHeld as SessionNotHeld,
    SponsorMismatch as SponsorMismatch,
    SponsorOnCheque as SponsorOnCheque,
    StartedBeforeIssued as StartedBeforeIssued,
    StartNeedsRunningTrajectory as StartNeedsRunningTrajectory,
    SurchargeOnCheque as SurchargeOnCheque,
)
from domain.funding.registration import (
    Mark as Mark,
    Registration as Registration,
    cheque_registrations as cheque_registrations,
    list_mismatches as list_mismatches,
    list_unregistered as list_unregistered,
    mark_registered as mark_registered,
    unmark_registered as unmark_registered,
)
from domain.funding.revenue import (
    SchemeRevenue as SchemeRevenue,
    funder_revenue as funder_revenue,
)
from domain.funding.rules import Issue as Issue, NewCheque as NewCheque
from domain.funding.scheme_changes import (
    activate_scheme as activate_scheme,
    add_scheme as add_scheme,
    close_scheme as close_scheme,
    update_scheme as update_scheme,
)
from domain.funding.schemes import (
    get_scheme as get_scheme,
    list_schemes as list_schemes,
    load_schemes as load_schemes,
    scheme_on as scheme_on,
)
from domain.funding.settlement import (
    Allocation as Allocation,
    NewReceipt as NewReceipt,
    Part as Part,
    Receipt as Receipt,
    allocate_receipt as allocate_receipt,
    get_receipt as get_receipt,
    list_allocations as list_allocations,
    list_receipts as list_receipts,
    record_receipt as record_receipt,
    settle_cheque as settle_cheque,
    take_back as take_back,
)
from domain.funding.sources import (
    FundingSource as FundingSource,
    NewSource as NewSource,
    fund_session as fund_session,
    list_sources as list_sources,
    set_sources as set_sources,
)
from domain.funding.states import WATCHED as WATCHED, ChequeState as ChequeState, Deadline as Deadline
from domain.funding.warnings import FundingWarning as FundingWarning, warnings_of as warnings_of
