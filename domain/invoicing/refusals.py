"""What invoicing can answer instead of doing as asked."""

from domain.kit.errors import Conflict, Invalid, NotFound


class InvoiceNotFound(NotFound):
    """No invoice with that id in this practice."""


class OneBuyer(Invalid):
    """An invoice has one buyer: name a coachee or a sponsor, and not both."""

    constraint = "invoices_one_buyer_check"


class NothingToInvoice(Invalid):
    """An invoice needs at least one line."""


class VatNotAllowed(Invalid):
    """No VAT is charged under this regime or a reverse charge; every line must be at 0 per cent."""


class VatRegimeChanged(Conflict):
    """The draft was made under another VAT regime of the practice; send its lines anew, at the rates of this one."""


class ForeignCurrency(Invalid):
    """Invoices are in euros; a draft in another currency cannot be issued."""


class BuyerAddressMissing(Conflict):
    """The law wants the buyer's address on an invoice; `missing` names what to fill in with the coachee."""


class ReverseChargeNotAllowed(Invalid):
    """VAT is shifted only by a practice that charges VAT, to a business abroad with a VAT number of its own."""


class NotDeductible(Invalid):
    """Only an issued deposit invoice to the same buyer, of which something is left, can be deducted."""


class DepositDeducted(Conflict):
    """That deposit stands deducted on another invoice or draft."""

    constraint = "invoice_lines_deducts_idx"


class DeductedTooMuch(Invalid):
    """More is deducted at one VAT rate than the invoice comes to at that rate."""


class NotADraft(Conflict):
    """An issued invoice is never changed or deleted; only a draft is."""

    constraint = "invoices_issued_is_final"


class NotIssued(Conflict):
    """A draft has no number yet and can be neither printed nor sent; issue it first."""


class NotCreditable(Conflict):
    """Only an issued invoice can be credited; a draft is thrown away, and a credit note is final."""


class CreditExceeds(Conflict):
    """No more is credited of an invoice and of each of its lines than is left."""


class InvoiceNumberTaken(Conflict):
    """Another invoice of this practice has that number already."""

    constraint = "invoices_practice_id_series_year_number_key"


class SeriesOfAnother(Conflict):
    """The invoices of another coach are numbered in that series; each coach has series of her own."""


class PressGaveUp(Conflict):
    """It is issued, but printing it ended the program each time. It is tried again daily; ask who runs the server."""


class SessionNotBillable(Conflict):
    """Only a session that was held is billed; one that is still to come, was cancelled or missed is not."""


class SessionOnCheque(Conflict):
    """A cheque pays for that session, and nothing may be charged on top of it."""

    constraint = "sessions_on_cheque_are_not_billed"


class SessionOnPackage(Conflict):
    """A package that was bought beforehand pays for that session: it is not billed again."""

    constraint = "sessions_on_package_are_not_billed"


class SessionAlreadyBilled(Conflict):
    """That session stands on another invoice or draft; each is billed once."""

    constraint = "invoice_lines_session_idx"


class PackageAlreadyBilled(Conflict):
    """That package stands on another invoice or draft; each is billed once."""

    constraint = "invoice_lines_package_idx"


class PackageOfAnother(Invalid):
    """That package is another coachee's; a line bills a package of her whom the invoice is for."""


class PackagePriceUnknown(Conflict):
    """Nobody told what that package was sold for, so there is nothing to bill."""


class NoSessionsToBill(Conflict):
    """Nothing is left to bill: no session was held that is not billed yet or on a cheque."""


class SessionNotMissed(Conflict):
    """A fee is asked for a session that was missed or cancelled too late, and for no other."""


class NoShowFeeOnCheque(Conflict):
    """A cheque pays, or paid when that session was to be, and nothing is charged on top: no fee for missing it."""


class SessionOfAnotherPayer(Conflict):
    """That session is booked on another source of its trajectory: whom that names pays for it."""
