"""What happens to a template: written, changed, put away; and the trajectories that start from it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from domain import agreements, checkins, practice, trajectories
from domain.agreements import Agreement, NewAgreement
from domain.checkins import NewPlan, Plan, ZoneMode, ZoneNeeded, ZoneNotWanted
from domain.engagements.model import (
    CheckInSettings,
    EngagementTemplate,
    PlannedSession,
    TemplateArchived,
    TemplateNotFound,
)
from domain.kit.calendar import known_zone, local_day, sane_day
from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeId, EngagementTemplateId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.trajectories import Domain, Format, Method, NewTrajectory, SessionKind, Trajectory


class SessionsExceedPlan(Invalid):
    """The guidance sessions of a template take no more minutes than are planned in all."""


class NoSuchTemplate(Invalid):
    """There is no such engagement template in this practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    name: str
    format: Format
    domain: Domain
    method: Method
    planned_minutes: int
    sessions: list[PlannedSession]
    check_ins: CheckInSettings | None
    agreement_template_key: str | None
    funding_note: str | None
    starts_accepted: bool
    issues_agreement: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    template_id: EngagementTemplateId
    coachee_id: CoacheeId
    coach_id: StaffId
    key_question: str
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Started:
    trajectory: Trajectory
    plan: Plan | None
    agreement: Agreement | None
    template: EngagementTemplate


async def create_template(work: Work, new: NewTemplate) -> EngagementTemplate:
    trajectories.must_be_a_trajectory(new.format)
    _check(new.planned_minutes, new.sessions, new.check_ins)
    template = EngagementTemplate(
        practice_id=work.practice_id,
        id=EngagementTemplateId(new_id()),
        name=new.name,
        format=new.format,
        domain=new.domain,
        method=new.method,
        planned_minutes=new.planned_minutes,
        sessions=msgspec.to_builtins(new.sessions),
        check_ins=msgspec.to_builtins(new.check_ins),
        agreement_template_key=new.agreement_template_key,
        funding_note=new.funding_note,
        starts_accepted=new.starts_accepted,
        issues_agreement=new.issues_agreement,
        created_at=work.now,
    )
    await work.store(template)
    announce(work, "engagement_template_created", template.id)
    return template


async def get_template(work: Work, template_id: EngagementTemplateId, *, lock: bool = False) -> EngagementTemplate:
    return await find(work, EngagementTemplate, template_id, TemplateNotFound, lock=lock)


async def list_templates(work: Work, page: PageRequest) -> Page[EngagementTemplate]:
    """Oldest first, archived ones included."""
    query = select(EngagementTemplate).where(EngagementTemplate.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="engagement_templates", keys=[EngagementTemplate.id])


async def update_template(work: Work, template_id: EngagementTemplateId, changes: dict[str, Any]) -> EngagementTemplate:
    """Change what is named; what started from it before stays as it is."""
    template = await get_template(work, template_id, lock=True)
    for name, value in changes.items():
        setattr(template, name, msgspec.to_builtins(value))
    with work.session.no_autoflush:
        trajectories.must_be_a_trajectory(Format(template.format))
        _check(template.planned_minutes, _sessions(template), settings_of(template))
    await work.session.flush()
    announce(work, "engagement_template_changed", template.id, fields=",".join(sorted(changes)))
    return template


async def archive_template(work: Work, template_id: EngagementTemplateId) -> EngagementTemplate:
    """Nothing new starts from it. Archiving again changes nothing."""
    template = await get_template(work, template_id, lock=True)
    if template.archived_at is None:
        template.archived_at = work.now
        await work.session.flush()
        announce(work, "engagement_template_archived", template.id)
    return template


async def start_from_template(work: Work, start: Start) -> Started:
    """Propose the trajectory, and what the template says goes with it: all, or nothing."""
    try:
        template = await get_template(work, start.template_id)
    except TemplateNotFound as error:
        raise NoSuchTemplate(field="template_id") from error
    if template.archived_at is not None:
        raise TemplateArchived(archived_at=template.archived_at)
    trajectory = await trajectories.propose_trajectory(
        work,
        NewTrajectory(
            coachee_id=start.coachee_id,
            coach_id=start.coach_id,
            format=template.format,
            domain=template.domain,
            method=template.method,
            key_question=start.key_question,
            planned_minutes=template.planned_minutes,
        ),
    )
    if template.starts_accepted:
        await trajectories.accept_trajectory(work, trajectory.id)
    agreement = await _issue_agreement(work, template, trajectory)
    plan = await _propose_check_ins(work, template, trajectory, start.starts_on)
    announce(work, "engagement_started", trajectory.id, template_id=template.id, template_version=template.version)
    return Started(trajectory, plan, agreement, template)


async def _issue_agreement(work: Work, template: EngagementTemplate, trajectory: Trajectory) -> Agreement | None:
    if not template.issues_agreement:
        return None
    guidance = sum(session.kind is SessionKind.GUIDANCE for session in _sessions(template))
    return await agreements.issue_agreement(work, trajectory.id, NewAgreement(sessions=guidance or None))


async def _propose_check_ins(
    work: Work, template: EngagementTemplate, trajectory: Trajectory, starts_on: date | None
) -> Plan | None:
    settings = settings_of(template)
    if settings is None:
        return None
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    first = sane_day(starts_on or today, field="starts_on") + timedelta(days=settings.starts_after_days)
    plan = NewPlan(
        terms=settings.terms,
        zone_mode=settings.zone_mode,
        zone=settings.zone,
        starts_on=first,
        ends_on=None if settings.lasts_days is None else first + timedelta(days=settings.lasts_days - 1),
    )
    return await checkins.propose_plan(work, trajectory.id, plan)


def _check(planned_minutes: int, sessions: list[PlannedSession], settings: CheckInSettings | None) -> None:
    guidance = sum(session.minutes for session in sessions if session.kind is SessionKind.GUIDANCE)
    if guidance > planned_minutes:
        raise SessionsExceedPlan(field="sessions", guidance_minutes=guidance)
    if settings is None:
        return
    checkins.check_terms(settings.terms)
    fixed = settings.zone_mode is ZoneMode.FIXED
    if fixed and settings.zone is None:
        raise ZoneNeeded(field="check_ins/zone")
    if settings.zone is not None:
        if not fixed:
            raise ZoneNotWanted(field="check_ins/zone", zone_mode=settings.zone_mode)
        known_zone(settings.zone)


def _sessions(template: EngagementTemplate) -> list[PlannedSession]:
    return msgspec.convert(template.sessions, list[PlannedSession])


def settings_of(template: EngagementTemplate) -> CheckInSettings | None:
    """The check-ins that go with it, as they are kept."""
    return msgspec.convert(template.check_ins, CheckInSettings | None)
