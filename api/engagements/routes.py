"""Engagement templates, and the trajectories that start from them."""

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.checkins.routes import TERMS_REFUSALS
from api.engagements.shapes import (
    EngagementStartIn,
    EngagementTemplateIn,
    EngagementTemplateOut,
    EngagementTemplatePage,
    EngagementTemplatePatch,
    StartedOut,
)
from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import engagements
from domain.agreements import PlaceholderEmpty, PracticeNotIdentified
from domain.checkins import BurstTooLong, PlanInPast, ZoneNeeded, ZoneNotWanted
from domain.engagements import NoSuchTemplate, SessionsExceedPlan, TemplateArchived, TemplateNotFound
from domain.kit.calendar import DayOutOfRange, UnknownZone
from domain.kit.ids import EngagementTemplateId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived, GuardianNeeded, TextDestroyed
from domain.trajectories import ContactMomentAlone, ForAnotherCoach, NoSuchCoachee, NotACoach

RULES = (ContactMomentAlone, SessionsExceedPlan, *TERMS_REFUSALS, ZoneNeeded, ZoneNotWanted, UnknownZone)


@post("/engagement-templates", scope="practice:write", responses=refuses(*RULES))
async def create_engagement_template(
    work: NamedDependency[Work], data: JSONBody[EngagementTemplateIn]
) -> EngagementTemplateOut:
    """Write down what the practice offers: its hours, its sessions, the check-ins that go with it."""
    return EngagementTemplateOut.of(await engagements.create_template(work, data.template()))


@get("/engagement-templates", scope="trajectories:read", responses=refuses(InvalidCursor))
async def list_engagement_templates(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> EngagementTemplatePage:
    """List the engagement templates, oldest first, archived ones included."""
    page = await engagements.list_templates(work, page_request(limit, cursor))
    return EngagementTemplatePage([EngagementTemplateOut.of(one) for one in page.items], page.next_cursor)


@get("/engagement-templates/{template_id:uuid}", scope="trajectories:read", responses=refuses(TemplateNotFound))
async def read_engagement_template(
    work: NamedDependency[Work], template_id: FromPath[EngagementTemplateId]
) -> EngagementTemplateOut:
    """Read one engagement template."""
    return EngagementTemplateOut.of(await engagements.get_template(work, template_id))


@patch(
    "/engagement-templates/{template_id:uuid}",
    scope="practice:write",
    needs_version=True,
    responses=refuses(TemplateNotFound, *RULES, VersionChanged),
)
async def update_engagement_template(
    work: NamedDependency[Work], template_id: FromPath[EngagementTemplateId], data: JSONBody[EngagementTemplatePatch]
) -> EngagementTemplateOut:
    """Change a template. What started from it before stays as it is."""
    return EngagementTemplateOut.of(await engagements.update_template(work, template_id, data.changes()))


@post(
    "/engagement-templates/{template_id:uuid}/archive",
    status_code=200,
    scope="practice:write",
    responses=refuses(TemplateNotFound, VersionChanged),
)
async def archive_engagement_template(
    work: NamedDependency[Work], template_id: FromPath[EngagementTemplateId]
) -> EngagementTemplateOut:
    """Put a template away: nothing new starts from it."""
    return EngagementTemplateOut.of(await engagements.archive_template(work, template_id))


@post(
    "/trajectories/from-template",
    scope="trajectories:write",
    responses=refuses(
        NoSuchTemplate,
        TemplateArchived,
        ContactMomentAlone,
        NoSuchCoachee,
        NotACoach,
        ForAnotherCoach,
        CoacheeArchived,
        GuardianNeeded,
        TextDestroyed,
        DayOutOfRange,
        PlanInPast,
        BurstTooLong,
        PracticeNotIdentified,
        PlaceholderEmpty,
    ),
)
async def start_from_template(work: NamedDependency[Work], data: JSONBody[EngagementStartIn]) -> StartedOut:
    """Start a trajectory as a template says, with its check-ins and its agreement: all of it, or nothing."""
    return StartedOut.of(await engagements.start_from_template(work, data.start()))


router = Router(
    "/",
    tags=["engagements"],
    route_handlers=[
        create_engagement_template,
        list_engagement_templates,
        read_engagement_template,
        update_engagement_template,
        archive_engagement_template,
        start_from_template,
    ],
)
