"""Engagement templates on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.checkins.shapes import TermsIn, TermsOut
from api.fields import END, In, Line, Out, Patch, Zone
from api.trajectories.shapes import KeyQuestion, PlannedMinutes, SessionMinutes, TrajectoryOut
from domain.checkins import ZoneMode
from domain.engagements import CheckInSettings, NewTemplate, PlannedSession, Start, Started, settings_of
from domain.kit.ids import AgreementId, CoacheeId, EngagementTemplateId, PlanId, StaffId
from domain.trajectories import Domain, Format, Method, SessionKind

AgreementKey: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9_-]+" + END, examples=["cheque"])
]


class TemplateSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: SessionKind
    minutes: SessionMinutes


class TemplateCheckIns(TermsIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A check-in plan but for its days, which are counted from the start of the engagement."""

    zone_mode: ZoneMode = ZoneMode.FOLLOW_PERSON
    zone: Zone | None = None
    starts_after_days: Annotated[int, Meta(ge=0, le=365)] = 1
    lasts_days: Annotated[int, Meta(ge=1, le=730)] | None = None
    """Without it the check-ins end with the trajectory."""

    def settings(self) -> CheckInSettings:
        return CheckInSettings(
            terms=self.terms(),
            zone_mode=self.zone_mode,
            zone=self.zone,
            starts_after_days=self.starts_after_days,
            lasts_days=self.lasts_days,
        )


class TemplateCheckInsOut(TermsOut, frozen=True, kw_only=True):
    zone_mode: ZoneMode
    zone: str | None
    starts_after_days: int
    lasts_days: int | None

    @classmethod
    def of(cls, settings: CheckInSettings) -> "TemplateCheckInsOut":
        own = ("zone_mode", "zone", "starts_after_days", "lasts_days")
        return cls(**TermsOut.values(settings.terms), **{name: getattr(settings, name) for name in own})


TemplateSessions: TypeAlias = Annotated[list[TemplateSession], Meta(max_length=60)]


def _sessions(sessions: list[TemplateSession]) -> list[PlannedSession]:
    return [PlannedSession(session.kind, session.minutes) for session in sessions]


class EngagementTemplateIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line
    format: Format = Format.TRAJECTORY
    domain: Domain
    method: Method = Method.KRACHTGERICHT
    """What it is guided by; the catalogues, hints and series are those of `krachtgericht`."""
    planned_minutes: PlannedMinutes
    sessions: TemplateSessions
    """What is meant to be planned; the guidance in it takes no more than the planned minutes."""
    check_ins: TemplateCheckIns | None = None
    agreement_template_key: AgreementKey | None = None
    funding_note: Line | None = None
    starts_accepted: bool = False
    """Whether what starts from it runs at once, or waits for the coachee to accept."""
    issues_agreement: bool = False
    """Whether the practice's agreement in use goes to the coachee too, to be signed."""

    def template(self) -> NewTemplate:
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        values["sessions"] = _sessions(self.sessions)
        values["check_ins"] = self.check_ins.settings() if self.check_ins else None
        return NewTemplate(**values)


class EngagementTemplatePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line | UnsetType = UNSET
    format: Format | UnsetType = UNSET
    domain: Domain | UnsetType = UNSET
    method: Method | UnsetType = UNSET
    planned_minutes: PlannedMinutes | UnsetType = UNSET
    sessions: TemplateSessions | UnsetType = UNSET
    check_ins: TemplateCheckIns | UnsetType | None = UNSET
    agreement_template_key: AgreementKey | UnsetType | None = UNSET
    funding_note: Line | UnsetType | None = UNSET
    starts_accepted: bool | UnsetType = UNSET
    issues_agreement: bool | UnsetType = UNSET

    def changes(self) -> dict[str, object]:
        changes = super().changes()
        if isinstance(self.sessions, list):
            changes["sessions"] = _sessions(self.sessions)
        if isinstance(self.check_ins, TemplateCheckIns):
            changes["check_ins"] = self.check_ins.settings()
        return changes


class EngagementTemplateOut(Out, frozen=True, kw_only=True):
    id: EngagementTemplateId
    version: int
    name: str
    format: Format
    domain: Domain
    method: Method
    planned_minutes: int
    sessions: list[TemplateSession]
    check_ins: TemplateCheckInsOut | None
    agreement_template_key: str | None
    funding_note: str | None
    starts_accepted: bool
    issues_agreement: bool
    created_at: datetime
    archived_at: datetime | None

    @classmethod
    def of(cls, thing: Any) -> "EngagementTemplateOut":
        shown = {name: getattr(thing, name) for name in cls.__struct_fields__}
        settings = settings_of(thing)
        shown["check_ins"] = TemplateCheckInsOut.of(settings) if settings else None
        shown["sessions"] = msgspec.convert(thing.sessions, list[TemplateSession])
        return cls(**shown)


class EngagementTemplatePage(msgspec.Struct, frozen=True):
    items: list[EngagementTemplateOut]
    next_cursor: str | None


class EngagementStartIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    template_id: EngagementTemplateId
    coachee_id: CoacheeId
    coach_id: StaffId
    key_question: KeyQuestion
    """What it is about, in the coachee's words. It is sealed; only the trajectory's own coach reads it."""
    starts_on: date | None = None
    """From which day the check-ins are counted; today when left out."""

    def start(self) -> Start:
        return Start(**msgspec.structs.asdict(self))


class StartedOut(msgspec.Struct, frozen=True, kw_only=True):
    trajectory: TrajectoryOut
    check_in_plan_id: PlanId | None
    agreement_id: AgreementId | None
    sessions: list[TemplateSession]
    """What is still to be planned in the calendar."""

    @classmethod
    def of(cls, started: Started) -> "StartedOut":
        return cls(
            trajectory=TrajectoryOut.of(started.trajectory),
            check_in_plan_id=started.plan.id if started.plan else None,
            agreement_id=started.agreement.id if started.agreement else None,
            sessions=msgspec.convert(started.template.sessions, list[TemplateSession]),
        )
