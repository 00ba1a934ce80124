"""The states that plans, their editions and check-ins go through, and the words beside them: who, why and how late."""

from enum import StrEnum


class PlanState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PAUSED = "paused"
    ENDED = "ended"


PLAN_MOVES = {
    PlanState.PROPOSED: frozenset({PlanState.ACCEPTED, PlanState.DECLINED, PlanState.ENDED}),
    PlanState.ACCEPTED: frozenset({PlanState.PAUSED, PlanState.ENDED}),
    PlanState.PAUSED: frozenset({PlanState.ACCEPTED, PlanState.ENDED}),
}


class ZoneMode(StrEnum):
    """Whose clock a plan follows."""

    FOLLOW_PERSON = "follow_person"
    FIXED = "fixed"
    PRACTICE = "practice"


class EditionState(StrEnum):
    """Of what a plan asks: proposed until the coachee accepts it, unless it asks no more than before."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


EDITION_MOVES = {EditionState.PROPOSED: frozenset({EditionState.ACCEPTED, EditionState.DECLINED})}


class Source(StrEnum):
    PROMPTED = "prompted"
    SELF_INITIATED = "self_initiated"


class CheckInState(StrEnum):
    """Where a check-in stands. That it was opened or begun are stamps: they may come in any order, or never."""

    PLANNED = "planned"
    SENT = "sent"
    STARTED = "started"  # begun by the coachee herself: nothing was sent
    ANSWERED = "answered"
    EXPIRED = "expired"  # sent, and not answered in time
    PARTIAL = "partial"  # the same, with a draft of an answer that was begun
    DECLINED = "declined"  # she would rather not, this time
    SWAPPED = "swapped"  # she chose another kind, which has a check-in of its own
    MISSED = "missed"  # never sent: its time had passed, or another was still open
    SKIPPED = "skipped"  # brought nothing: a session, a full day, a holiday, a change of clocks
    FAILED = "failed"  # it could not be sent, and was set aside
    CANCELLED = "cancelled"


BY_HER = frozenset({CheckInState.ANSWERED, CheckInState.DECLINED, CheckInState.SWAPPED})
MOVES = {
    CheckInState.PLANNED: frozenset(
        {
            CheckInState.SENT,
            CheckInState.MISSED,
            CheckInState.SKIPPED,
            CheckInState.FAILED,
            CheckInState.CANCELLED,
        }
    ),
    CheckInState.SENT: BY_HER | {CheckInState.EXPIRED, CheckInState.PARTIAL, CheckInState.CANCELLED},
    CheckInState.STARTED: BY_HER | {CheckInState.EXPIRED, CheckInState.PARTIAL, CheckInState.CANCELLED},
    CheckInState.EXPIRED: frozenset({CheckInState.ANSWERED}),  # by who was writing when the time ran out
    CheckInState.PARTIAL: frozenset({CheckInState.ANSWERED}),
}


class Lateness(StrEnum):
    """How an answer that came after the time was still in time."""

    IN_GRACE = "in_grace"  # she was writing when the time ran out
    LATE_SYNC = "late_sync"  # written in time, and kept on her phone until there was a network
    REOPENED = "reopened"  # she or her coach opened the check-in once more


class Reason(StrEnum):
    """Why a check-in was missed, skipped, set aside or cancelled."""

    LATE = "late"  # its answer window had passed before it could be sent
    ANOTHER_OPEN = "another_open"  # the coachee had not answered the one before
    QUIET_HOURS = "quiet_hours"
    SESSION = "session"  # from an hour before a session to an hour after it
    DAY_FULL = "day_full"  # she was sent as many that day as its plan has at the most, by whichever of her plans
    TOO_SOON = "too_soon"  # one of another plan of hers came less before it than its plan leaves between two
    HOLIDAY = "holiday"
    BY_LOT = "by_lot"  # left out by the lot of a trial, which she consents to
    DST_GAP = "dst_gap"  # a change of clocks moves it out of its window
    PROBLEM = "problem"  # it could not be sent, and was set aside
    PLAN_NOT_RUNNING = "plan_not_running"
    TRAJECTORY_CLOSED = "trajectory_closed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    COACHEE_ARCHIVED = "coachee_archived"


class Sharing(StrEnum):
    PRIVATE = "private"
    WITH_COACH = "with_coach"
