"""What funding can answer instead of doing as asked."""

from domain.kit.errors import Conflict, Invalid, NotFound


class SchemeNotFound(NotFound):
    """No cheque scheme with that id in this practice."""


class FunderNotFound(NotFound):
    """No funder with that id in this practice."""


class IssuerNotFound(NotFound):
    """No issuer with that id in this practice."""


class FunderNameTaken(Conflict):
    """A funder of that name is kept already."""

    constraint = "funders_practice_id_name_key"


class IssuerNameTaken(Conflict):
    """An issuer of that name is kept already."""

    constraint = "issuers_practice_id_name_key"


class SchemeCodeTaken(Conflict):
    """A scheme with that code is there already."""

    constraint = "schemes_practice_id_code_key"


class SchemesOverlap(Conflict):
    """Another scheme holds on some of those days, and a cheque comes under one scheme: end that one first."""

    constraint = "schemes_one_at_a_time_excl"


class SchemeEndsBeforeStart(Invalid):
    """A scheme ends on its first day or later."""


class OneOwnShare(Invalid):
    """The own share is an amount or a percentage, not both; set the other to null."""


class SchemeInUse(Conflict):
    """Cheques rest on that figure: a correction of it needs a reason; other terms are a scheme of their own."""


class SchemeClosed(Invalid):
    """The scheme ended before that day, and none has come in its place."""


class NoSchemeInForce(Invalid):
    """No cheque scheme of this practice was in force on that day."""


class SchemeNotSelectable(Conflict):
    """The scheme of that day is only planned: no cheque can be registered under it yet."""


class SchemeGivesFewer(Invalid):
    """The scheme gives a coachee fewer cheques than that."""


class ChequeNotFound(NotFound):
    """No cheque with that id in this practice."""


class ChequeNumberTaken(Conflict):
    """A cheque with that number has been registered already."""

    constraint = "cheques_number_idx"


class CoacheeHadCheque(Conflict):
    """The coachee has had the cheques that this scheme allows her."""

    constraint = "cheques_nth_idx"


class InvalidChequeCode(Invalid):
    """A cheque's codes have 1 to 64 characters, after trimming and in capitals."""


class CodesNeeded(Invalid):
    """An issued cheque has two codes, cheque_number and client_number: send both."""


class DaysNeeded(Invalid):
    """A cheque that has its codes was ordered and issued: send ordered_on and issued_on."""


class DayInFuture(Invalid):
    """That day has yet to come; send the day on which it happened."""


class IssuedBeforeOrdered(Invalid):
    """A cheque cannot have been issued before it was ordered."""


class StartedBeforeIssued(Invalid):
    """The guidance cannot have started before the day of the cheque."""


class SurchargeOnCheque(Conflict):
    """Guidance on a cheque, its introduction and aftercare cost the coachee her own share and nothing on top of it."""


class StartNeedsRunningTrajectory(Conflict):
    """A cheque is started in a trajectory that is running."""


class AgreementNeeded(Conflict):
    """A cheque is started once the coachee has signed an agreement for its trajectory: issue one first."""


class DevelopmentPlanNeeded(Conflict):
    """A cheque is closed once its development plan is finalised: draft one for this cheque first."""


class NotItsCheque(Invalid):
    """That cheque belongs to another trajectory."""


class ChequeExpired(Conflict):
    """The last day to start this cheque is over; it cannot be extended."""


class MinutesWouldBeForfeited(Conflict):
    """Closing the cheque loses what is left on it: send that number as forfeit_minutes to agree."""


class MinutesExceeded(Conflict):
    """The cheque has not that many minutes left."""

    constraint = "cheques_minutes_within_cap_check"


class SessionAlreadyBooked(Conflict):
    """That session is booked on a cheque already."""

    constraint = "bookings_practice_id_session_id_key"


class OnlyGuidanceCounts(Invalid):
    """Only guidance is booked on a cheque: an introduction and aftercare are free."""


class SessionNotHeld(Conflict):
    """Only a session that was held is booked on a cheque."""


class OtherTrajectory(Invalid):
    """The session belongs to another trajectory than the cheque."""


class SessionAfterCheque(Invalid):
    """The cheque was to be completed by that day: it pays for nothing that was held later."""


class SessionBeforeCheque(Invalid):
    """Guidance counts from the day on which the cheque was started: it pays for nothing that came before."""


class MinutesBeyondSession(Invalid):
    """No more minutes count than the session lasted: preparation and reports are not guidance."""


class BookingNotFound(NotFound):
    """No booking with that id in this practice."""


class RegistrationsRefused(Conflict):
    """Some of these rows cannot be marked as registered, so none was: mend or leave out those that are named."""


class NotRegistered(Conflict):
    """That booking is not marked as registered."""


class ReceiptNotFound(NotFound):
    """No settlement receipt with that id in this practice."""


class AllocationsExceedReceipt(Conflict):
    """More cannot be allocated than was received."""

    constraint = "settlement_receipts_allocated_within_amount_check"


class NotToSettle(Conflict):
    """A funder pays for a cheque from its start until it is settled."""


class OtherFunder(Conflict):
    """Another funder pays for that cheque: the money of each is kept apart."""


class CorrectionTooLarge(Conflict):
    """No more can be taken back than was allocated from this receipt to that cheque."""


class DifferenceUnnamed(Conflict):
    """What was received is not what was expected: settle with a reason."""


class GroupNotOnCheque(Conflict):
    """A cheque pays for this trajectory, and its scheme leaves no room for group sessions."""


class SessionAlreadyFunded(Conflict):
    """Something pays for that session already: a session has one funding."""

    constraint = "session_fundings_pkey"


class SessionBilled(Conflict):
    """That session stands on an invoice or draft: it is paid there, and by no cheque or package as well."""

    constraint = "sessions_billed_are_not_on_cheque"


class PackageNotFound(NotFound):
    """No package with that id in this practice."""


class PackageEndsBeforeStart(Invalid):
    """A package ends on the day on which it was bought, or later."""


class PackageUsedUp(Conflict):
    """The coachee's packages that hold on that day have not that much left."""

    constraint = "packages_used_within_granted_check"


class PackageOnChequeTrajectory(Conflict):
    """A cheque pays for this guidance, and its introduction and aftercare are free: no package is mixed with it."""


class SponsorOnCheque(Conflict):
    """A cheque pays for that guidance, on the coachee's own initiative: no employer or other sponsor pays for it."""


class NothingToAttest(Conflict):
    """No session is booked on this cheque yet, so there is nothing to attest."""


class SponsorMismatch(Invalid):
    """A source of kind sponsor names its sponsor, and no other does."""


class PriceNeeded(Invalid):
    """A limit in money needs a price per hour to count by."""


class LimitBelowUsed(Conflict):
    """More of that source is used than this leaves it: a source in use keeps its place, and a limit above its use."""

    constraint = "funding_sources_minutes_in_limit_check"


class NoFundingLeft(Conflict):
    """No source of this trajectory has room for the whole session."""


class ChannelNeeded(Invalid):
    """The scheme of this cheque takes some channels only: say how the session was held."""


class ChannelNotAllowed(Conflict):
    """The scheme of this cheque does not take sessions that are held like that."""
