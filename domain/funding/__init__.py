"""Funding: cheque schemes as dated data, the cheques of coachees, and the minutes booked on them."""

from domain.funding.charges import must_charge_nothing_on_top as must_charge_nothing_on_top
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
from domain.funding.ledger import book_minutes as book_minutes, list_bookings as list_bookings
from domain.funding.model import (
    Booking as Booking,
    Cheque as Cheque,
    Confidence as Confidence,
    Scheme as Scheme,
    SchemeStatus as SchemeStatus,
)
from domain.funding.queries import get_cheque as get_cheque, list_cheques as list_cheques
from domain.funding.refusals import (
    ChequeExpired as ChequeExpired,
    ChequeNotFound as ChequeNotFound,
    ChequeNumberTaken as ChequeNumberTaken,
    CoacheeHadCheque as CoacheeHadCheque,
    CodesNeeded as CodesNeeded,
    DayInFuture as DayInFuture,
    DaysNeeded as DaysNeeded,
    InvalidChequeCode as InvalidChequeCode,
    IssuedBeforeOrdered as IssuedBeforeOrdered,
    MinutesBeyondSession as MinutesBeyondSession,
    MinutesExceeded as MinutesExceeded,
    MinutesWouldBeForfeited as MinutesWouldBeForfeited,
    NoSchemeInForce as NoSchemeInForce,
    OnlyGuidanceCounts as OnlyGuidanceCounts,
    OtherTrajectory as OtherTrajectory,
    SchemeGivesFewer as SchemeGivesFewer,
    SchemeNotFound as SchemeNotFound,
    SchemeNotSelectable as SchemeNotSelectable,
    SessionAlreadyBooked as SessionAlreadyBooked,
    SessionBeforeCheque as SessionBeforeCheque,
    SessionNotHeld as SessionNotHeld,
    StartedBeforeIssued as StartedBeforeIssued,
    StartNeedsRunningTrajectory as StartNeedsRunningTrajectory,
    SurchargeOnCheque as SurchargeOnCheque,
)
from domain.funding.rules import Issue as Issue, NewCheque as NewCheque
from domain.funding.schemes import (
    get_scheme as get_scheme,
    list_schemes as list_schemes,
    load_schemes as load_schemes,
    scheme_on as scheme_on,
)
from domain.funding.states import ChequeState as ChequeState, Deadline as Deadline
