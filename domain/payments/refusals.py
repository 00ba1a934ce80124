"""What payments can answer instead of doing as asked."""

from domain.kit.errors import Conflict, Invalid, NotFound


class PaymentNotFound(NotFound):
    """No payment with that id in this practice."""


class OpenItemNotFound(NotFound):
    """No open item with that id in this practice: no issued document, payment or charge."""


class AmountOutOfRange(Invalid):
    """An amount of money is at least 1 cent and at most 1,000,000,000,000 cents."""


class OneCustomer(Invalid):
    """A payment is of one customer: name an invoice, a coachee or a sponsor, and one of them alone."""


class NotPayable(Conflict):
    """Nobody pays you that: it is a draft, a credit note, or what you owe yourself."""


class ReceivedInFuture(Invalid):
    """Money is recorded once it has moved, on today or a day before."""


class AllocationExceeds(Conflict):
    """No more can be allocated, refunded or written off than is open on both sides."""

    constraint = "open_items_open_within_amount_check"


class NotToAllocate(Invalid):
    """A payment or credit note is set against what the same customer owes, and nothing else."""


class NotAllocated(Conflict):
    """No more can be taken back than was allocated from that payment or credit note to that item."""


class NothingToRefund(Conflict):
    """Only money that you owe a customer or coach can be paid out; this is what is owed to you."""


class NotToWriteOff(Conflict):
    """Only what a customer owes you can be written off."""


class RoundingTooLarge(Invalid):
    """A rounding difference is 99 cents at most; a larger one is written off as such."""


class PaymentInUse(Conflict):
    """That payment is allocated or was refunded in part; take that back before you reverse it."""


class LedgerKept(Conflict):
    """The ledger is only added to, and open items follow it; correct by a reversal, a refund or a write-off."""

    constraint = "open_items_follow_the_ledger"
