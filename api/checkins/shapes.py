"""Check-in plans and check-ins on the wire."""

from datetime import date, datetime, time
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from api.checkins.trial_shapes import TrialIn, TrialOut
from api.fields import END, In, Out, Zone
from domain.checkins import (
    Anchor,
    AnchorKind,
    CheckIn,
    CheckInState,
    Draw,
    EditionState,
    Kind,
    Lateness,
    NewPin,
    NewPlan,
    Plan,
    PlanEdition,
    PlanState,
    Policy,
    Reason,
    Source,
    Terms,
    Window,
    ZoneMode,
)
from domain.kit.ids import CheckInId, CoacheeId, CoacheeQualityId, IdealId, OwnQuestionsId, PlanId, TrajectoryId
from domain.messaging import Channel, Outcome

WindowTime: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]" + END,
        max_length=5,
        description="HH:MM, from 08:00 to 21:00",
        examples=["16:30"],
    ),
]
ClockTime: TypeAlias = Annotated[
    str,
    Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]" + END, max_length=5, description="HH:MM", examples=["21:00"]),
]
Weeks: TypeAlias = Annotated[int, Meta(ge=1, le=12)]
Weekday: TypeAlias = Annotated[int, Meta(ge=1, le=7)]
Weekdays: TypeAlias = Annotated[
    list[Weekday],
    Meta(min_length=1, max_length=7, description="As ISO has them: 1 is Monday", examples=[[1, 3, 5]]),
]


class PlanWindowIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    start: WindowTime = msgspec.field(name="from")
    end: WindowTime = msgspec.field(name="to")
    slots: Annotated[int, Meta(ge=1, le=2)] = 1
    """The window is cut into as many equal parts; a check-in comes in each."""

    def window(self) -> Window:
        return Window(start=time.fromisoformat(self.start), end=time.fromisoformat(self.end), slots=self.slots)


class PlanAnchorIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: AnchorKind
    days: Annotated[int, Meta(ge=0, le=30)]
    """So many days before or after each session, following it when it moves."""


class TermsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    weekdays: Weekdays
    windows: Annotated[list[PlanWindowIn], Meta(min_length=1, max_length=2)]
    """When check-ins come, by the clock on the wall; a window is 15 minutes long at the least."""
    draw: Draw = Draw.RANDOM
    """At a drawn moment of the window, or at its beginning."""
    min_gap_minutes: Annotated[int, Meta(ge=0, le=720)] = 120
    """Between two of a day, also where the one before is of another plan of hers."""
    per_day_max: Annotated[int, Meta(ge=1, le=2)] = 1
    """Of all that she is sent, of whichever plan. Two a day last fourteen days at the most."""
    per_week_max: Annotated[int, Meta(ge=1, le=14)] | None = None
    """Of more slots than that, some are drawn each week."""
    anchor: PlanAnchorIn | None = None
    """Only so many days before or after a session, on the weekdays named."""
    quiet_from: ClockTime = "21:00"
    quiet_until: ClockTime = "08:00"
    """Nothing is sent between them, by the clock of the plan and by her own: from 21:00 to 08:00 at the least."""
    quiet_weekdays: Annotated[list[Weekday], Meta(max_length=6)] = msgspec.field(default_factory=list[int])
    skip_holidays: bool = False
    """Nothing on the public holidays of the coachee's country."""
    expires_after_minutes: Annotated[int, Meta(ge=60, le=1440)] | None = None
    """How long a check-in may be answered, never beyond its own day; without it until the end of the day, two hours at
    the least."""
    grace_minutes: Annotated[int, Meta(ge=0, le=120)] = 30
    """For who was writing when the time ran out."""
    reminder: bool = True
    """One, halfway, and none after 20:30."""
    channels: Annotated[list[Channel], Meta(min_length=1, max_length=3)] = msgspec.field(
        default_factory=lambda: [Channel.EMAIL]
    )
    """In the order in which they are tried, of those she agreed to; an order of her own comes before the plan's."""
    escalate_after_minutes: Annotated[int, Meta(ge=5, le=240)] = 30
    """The next channel is tried where she has not opened it for so long, while there is time and no quiet hours."""
    policy: Policy = Policy.STRENGTH_FIRST
    ratio: Annotated[int, Meta(ge=2, le=5)] = 3
    """How many check-ins of strength to one about an obstacle; a default, and no target for anybody."""
    after_n: Annotated[int, Meta(ge=1, le=400)] | None = None
    """It ends after so many that were sent: what was missed, skipped, cancelled or left out is made up for."""
    taper: bool = True
    """Offer fewer as she needs them less; of a plan of more than eight weeks the last month is her own initiative."""
    trial: TrialIn | None = None
    """Left to chance for research, as she reads in her plan before she accepts it. Lots count only while she consents
    to `research_export` and is no minor; else everything is sent as the policy says. They are drawn by the seed of the
    plan, once for each slot; they break no rule of the policy, and what is pinned is not left to them. What is left
    out is `skipped` as `by_lot`: nobody missed it."""

    def terms(self) -> Terms:
        values: dict[str, Any] = {name: getattr(self, name) for name in TermsIn.__struct_fields__}
        for name in ("quiet_from", "quiet_until"):
            values[name] = time.fromisoformat(values[name])
        for name in ("weekdays", "quiet_weekdays", "channels"):
            values[name] = tuple(values[name])
        values["windows"] = tuple(one.window() for one in self.windows)
        values["trial"] = self.trial and self.trial.trial()
        values["anchor"] = self.anchor and Anchor(kind=self.anchor.kind, days=self.anchor.days)
        return Terms(**values)


class PlanIn(TermsIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    zone_mode: ZoneMode = ZoneMode.FOLLOW_PERSON
    """Whose clock the windows are on: the coachee's, wherever she is; a fixed zone's; or the practice's."""
    zone: Zone | None = None
    """Only with a fixed zone."""
    starts_on: date
    ends_on: date | None = None
    """The last day, two years after the first at the most; without it the plan ends with the trajectory."""

    def plan(self) -> NewPlan:
        return NewPlan(
            terms=self.terms(),
            zone_mode=self.zone_mode,
            zone=self.zone,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


class PlanWindowOut(msgspec.Struct, frozen=True, kw_only=True):
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    slots: int


class PlanAnchorOut(msgspec.Struct, frozen=True, kw_only=True):
    kind: AnchorKind
    days: int


class TermsOut(msgspec.Struct, frozen=True, kw_only=True):
    weekdays: list[int]
    windows: list[PlanWindowOut]
    draw: Draw
    min_gap_minutes: int
    per_day_max: int
    per_week_max: int | None
    anchor: PlanAnchorOut | None
    quiet_from: str
    quiet_until: str
    quiet_weekdays: list[int]
    skip_holidays: bool
    expires_after_minutes: int | None
    grace_minutes: int
    reminder: bool
    channels: list[Channel]
    escalate_after_minutes: int
    policy: Policy
    ratio: int
    after_n: int | None
    taper: bool
    trial: TrialOut | None

    @classmethod
    def values(cls, terms: Terms) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(terms, name) for name in TermsOut.__struct_fields__}
        for name in ("quiet_from", "quiet_until"):
            values[name] = values[name].isoformat("minutes")
        for name in ("weekdays", "quiet_weekdays", "channels"):
            values[name] = list(values[name])
        windows = [
            PlanWindowOut(start=one.start.isoformat("minutes"), end=one.end.isoformat("minutes"), slots=one.slots)
            for one in terms.windows
        ]
        anchor = terms.anchor and PlanAnchorOut(kind=terms.anchor.kind, days=terms.anchor.days)
        return values | {"windows": windows, "anchor": anchor, "trial": TrialOut.of_terms(terms)}


class PinOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was pinned last, as it was asked for; the decision of a check-in tells whether it came about there."""

    kind: Kind | None
    quality_id: CoacheeQualityId | None
    ideal_id: IdealId | None
    count: int
    """For how many of the check-ins that were not sent yet at that time."""

    @classmethod
    def of(cls, plan: Plan) -> "PinOut | None":
        if plan.pinned_count == 0:
            return None
        return cls(
            kind=plan.pinned_kind,
            quality_id=plan.pinned_quality_id,
            ideal_id=plan.pinned_ideal_id,
            count=plan.pinned_count,
        )


class PlanOut(TermsOut, frozen=True, kw_only=True):
    id: PlanId
    version: int
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    state: PlanState
    edition: int
    """Which edition of its terms is in force; these are shown."""
    pace: int | None
    """How many a week, where the coachee asked for fewer; 0 is her own initiative only."""
    pin: PinOut | None
    zone_mode: ZoneMode
    zone: str
    """The zone in force, whichever the mode."""
    starts_on: date
    ends_on: date | None
    proposed_at: datetime
    decided_at: datetime | None
    """When the coachee accepted or declined."""
    ended_at: datetime | None

    @classmethod
    def of(cls, plan: Plan) -> "PlanOut":
        own = set(cls.__struct_fields__) - set(TermsOut.__struct_fields__) - {"pin"}
        values = TermsOut.values(plan.terms) | {name: getattr(plan, name) for name in own}
        return cls(**values, pin=PinOut.of(plan))


class ChangeIn(TermsIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    effective_from: date
    """From tomorrow on at the earliest. What was sent keeps its terms, and is never sent again."""


class PinIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: Kind | None = None
    """What they ask for; none leaves that to the policy."""
    quality_id: CoacheeQualityId | None = None
    """The quality of hers that they offer first."""
    ideal_id: IdealId | None = None
    """The ideal of hers that a question for an ideal, or for a quality in action, refers to."""
    count: Annotated[int, Meta(ge=1, le=20)]
    """For how many of the next check-ins."""

    def pin(self) -> NewPin:
        return NewPin(kind=self.kind, quality_id=self.quality_id, ideal_id=self.ideal_id, count=self.count)


class EditionOut(TermsOut, frozen=True, kw_only=True):
    number: int
    state: EditionState
    """Proposed while it waits for the coachee's word; what asks no more of her holds at once."""
    effective_from: date
    proposed_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, edition: PlanEdition) -> "EditionOut":
        own = set(cls.__struct_fields__) - set(TermsOut.__struct_fields__)
        return cls(**TermsOut.values(edition.terms) | {name: getattr(edition, name) for name in own})


class EditionPage(msgspec.Struct, frozen=True):
    items: list[EditionOut]
    next_cursor: str | None


class DecisionOut(msgspec.Struct, frozen=True, kw_only=True):
    check_in_id: CheckInId
    kind: Kind
    decision: dict[str, Any] | None
    """The policy and its version, the eligible kinds, the probability of the choice, its reason and the seed of its
    draw; `sent_as` where it was sent as another kind than was planned, and `because` of what; `lot` where a trial
    leaves something to chance, with `drawn` once that counted; `quality_id` and `ideal_id` where the coach pinned
    one."""

    @classmethod
    def of(cls, check_in: CheckIn) -> "DecisionOut":
        return cls(check_in_id=check_in.id, kind=check_in.kind, decision=check_in.decision)


class PlanPage(msgspec.Struct, frozen=True):
    items: list[PlanOut]
    next_cursor: str | None


class DeliveryOut(Out, frozen=True, kw_only=True):
    kind: str
    """`check_in` is the question, `check_in_reminder` the reminder of it."""
    channel: Channel
    at: datetime
    outcome: Outcome
    reason: str | None
    """Why it was put off or given up, in a word of ours or of whoever should have taken it."""


class DeliveriesOut(msgspec.Struct, frozen=True):
    items: list[DeliveryOut]


class CheckInOut(msgspec.Struct, frozen=True, kw_only=True):
    id: CheckInId
    plan_id: PlanId
    coachee_id: CoacheeId
    kind: Kind
    source: Source
    edition: int
    own_questions_id: OwnQuestionsId | None
    """Which wording of the plan's own questions it asks, once it is sent."""
    state: CheckInState
    local_day: date
    slot: int
    wall_time: str
    """What the clock on the wall shows when it is due, in `zone`."""
    zone: str
    due_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    started_at: datetime | None
    """When the first of an answer came in."""
    written_at: datetime | None
    """When she answered, by the clock of her device."""
    answered_at: datetime | None
    closed_at: datetime | None
    """When it ended without an answer."""
    reason: Reason | None
    """Why it was missed, skipped or cancelled."""
    problem: str | None
    """What made it impossible to send, for who runs the server."""
    reopened_until: datetime | None
    late: Lateness | None
    """How an answer that came after the time was still in time."""
    client_zone: str | None
    """Where her device said that it was when she answered; an IANA name."""
    clock_ahead: int | None
    """Seconds by which the clock of her device was ahead of the server's; negative where it was behind."""

    @classmethod
    def of(cls, check_in: CheckIn) -> "CheckInOut":
        values: dict[str, Any] = {name: getattr(check_in, name) for name in cls.__struct_fields__}
        values["wall_time"] = check_in.wall_time.isoformat("seconds")
        return cls(**values)


class CheckInPage(msgspec.Struct, frozen=True):
    items: list[CheckInOut]
    next_cursor: str | None
