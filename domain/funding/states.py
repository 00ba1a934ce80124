"""What a cheque can be, what may follow, and which deadline matters meanwhile."""

from enum import StrEnum


class ChequeState(StrEnum):
    ANNOUNCED = "announced"
    ORDERED = "ordered"
    ISSUED = "issued"
    STARTED = "started"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    SETTLED = "settled"
    REFUSED = "refused"
    ORDER_LAPSED = "order_lapsed"
    EXPIRED_UNSTARTED = "expired_unstarted"
    ANNULLED = "annulled"


MOVES = {
    ChequeState.ANNOUNCED: frozenset({ChequeState.ORDERED, ChequeState.ANNULLED}),
    ChequeState.ORDERED: frozenset(
        {ChequeState.ISSUED, ChequeState.REFUSED, ChequeState.ORDER_LAPSED, ChequeState.ANNULLED}
    ),
    ChequeState.ISSUED: frozenset({ChequeState.STARTED, ChequeState.EXPIRED_UNSTARTED, ChequeState.ANNULLED}),
    ChequeState.STARTED: frozenset({ChequeState.IN_PROGRESS, ChequeState.CLOSED}),
    ChequeState.IN_PROGRESS: frozenset({ChequeState.CLOSED}),
    ChequeState.CLOSED: frozenset({ChequeState.SETTLED}),
    ChequeState.SETTLED: frozenset({ChequeState.CLOSED}),  # by a correction of what was received
    # The clock let them lapse, and somebody tells late what happened in time.
    ChequeState.ORDER_LAPSED: frozenset({ChequeState.ISSUED}),
    ChequeState.EXPIRED_UNSTARTED: frozenset({ChequeState.STARTED}),
}
# A cheque that ended like this was never used: its right is free again, and the coachee may order another.
UNUSED = (ChequeState.REFUSED, ChequeState.ORDER_LAPSED, ChequeState.EXPIRED_UNSTARTED, ChequeState.ANNULLED)
# Those of them that are taken up again where somebody tells late what happened in time.
TAKEN_UP_AGAIN = tuple(state for state in UNUSED if state in MOVES)

# What the funder's money can be for.
SETTLING = (ChequeState.STARTED, ChequeState.IN_PROGRESS, ChequeState.CLOSED)
# Guidance began on it.
SPENT = (*SETTLING, ChequeState.SETTLED)
# While it is like this, a cheque pays for its trajectory: nothing is charged on top.
RUNNING = (ChequeState.ISSUED, ChequeState.STARTED, ChequeState.IN_PROGRESS)


class Deadline(StrEnum):
    PAY_BY = "pay_by"
    START_BY = "start_by"
    COMPLETE_BY = "complete_by"


WATCHED = {
    ChequeState.ORDERED: Deadline.PAY_BY,
    ChequeState.ISSUED: Deadline.START_BY,
    ChequeState.STARTED: Deadline.COMPLETE_BY,
    ChequeState.IN_PROGRESS: Deadline.COMPLETE_BY,
}
# What becomes of a cheque whose deadline passes. After the last day to complete, a person closes it.
LAPSES = {Deadline.PAY_BY: ChequeState.ORDER_LAPSED, Deadline.START_BY: ChequeState.EXPIRED_UNSTARTED}
