"""What is kept of a trajectory on the wire: goals, its closing review, contact moments, deputies and hand-overs."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from api.fields import PARAGRAPHS, In, Line, Out
from domain.funding import FundingKind
from domain.kit.ids import ChequeId, CoacheeId, ContactMomentId, GoalId, HandOverId, StaffId, TrajectoryId
from domain.trajectories import Completion, GoalState, Review, SessionKind

ShortText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=PARAGRAPHS)]


class ClosingReviewIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer for each of the three starting points."""

    strength: ShortText
    """What strength was tapped, and what helped with obstacles."""
    self_direction: ShortText
    """How the coachee directs herself now."""
    contact: ShortText
    """How the contact between coachee and coach was."""


class CompletionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    review: ClosingReviewIn | None = None
    """Its own coach gives it; the office, which reads nothing private, leaves it out."""
    aftercare_until: date | None = None

    def completion(self) -> Completion:
        review = Review(**msgspec.structs.asdict(self.review)) if self.review else None
        return Completion(review=review, aftercare_until=self.aftercare_until)


class StopIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Line
    """A word for the administration, who can read it; nothing private belongs here."""


class ClosingAnswersOut(Out, frozen=True, kw_only=True):
    strength: str
    self_direction: str
    contact: str


class ClosingReviewOut(msgspec.Struct, frozen=True):
    review: ClosingAnswersOut | None

    @classmethod
    def of(cls, review: Review | None) -> "ClosingReviewOut":
        return cls(ClosingAnswersOut.of(review) if review else None)


class GoalIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    text: ShortText


class GoalOut(Out, frozen=True, kw_only=True):
    """A goal without its text."""

    id: GoalId
    version: int
    trajectory_id: TrajectoryId
    state: GoalState
    added_at: datetime
    decided_at: datetime | None


class OpenGoalOut(Out, frozen=True, kw_only=True):
    id: GoalId
    version: int
    trajectory_id: TrajectoryId
    state: GoalState
    added_at: datetime
    decided_at: datetime | None
    text: str


class GoalPage(msgspec.Struct, frozen=True):
    items: list[OpenGoalOut]
    next_cursor: str | None


class ContactIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    held_on: date
    quality: ShortText
    """The quality that was named."""
    next_step: ShortText


class ContactOut(Out, frozen=True, kw_only=True):
    """That a contact moment was written down, without its texts."""

    id: ContactMomentId
    coachee_id: CoacheeId
    coach_id: StaffId
    held_on: date
    written_at: datetime


class OpenContactOut(Out, frozen=True, kw_only=True):
    id: ContactMomentId
    coachee_id: CoacheeId
    coach_id: StaffId
    held_on: date
    written_at: datetime
    quality: str
    next_step: str


class ContactPage(msgspec.Struct, frozen=True):
    items: list[OpenContactOut]
    next_cursor: str | None


class DeputyIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    staff_id: StaffId


class DeputyOut(Out, frozen=True, kw_only=True):
    staff_id: StaffId
    since: datetime


class DeputyList(msgspec.Struct, frozen=True):
    items: list[DeputyOut]


class HandOverIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coach_id: StaffId
    """Who takes over."""
    reason: Line
    """A word for the administration, who can read it; nothing private belongs here."""


class HandOverOut(Out, frozen=True, kw_only=True):
    id: HandOverId
    trajectory_id: TrajectoryId
    from_coach_id: StaffId
    to_coach_id: StaffId
    reason: str
    handed_at: datetime


class HandOverPage(msgspec.Struct, frozen=True):
    items: list[HandOverOut]
    next_cursor: str | None


class KindMinutesOut(Out, frozen=True, kw_only=True):
    kind: SessionKind
    planned: int
    held: int


class FundedMinutesOut(Out, frozen=True, kw_only=True):
    kind: FundingKind
    cheque_id: ChequeId | None
    """Of cheques, each by itself."""
    agreed: int | None
    """At the most: the minutes of the cheque, or the limit of the funding source, where it has one."""
    minutes: int
    """What it paid for of what was held."""
    planned: int
    """What it would pay for of what is planned, or was held and is not paid for yet."""


class MinutesOut(msgspec.Struct, frozen=True, kw_only=True):
    planned_minutes: int
    """What was agreed for the whole trajectory."""
    kinds: list[KindMinutesOut]
    by_funding: list[FundedMinutesOut]
    unfunded: int
    """What is planned, or was held, and would be paid for by nothing."""
