"""What a coach is asked: to get in touch with a coachee who wants that."""

from datetime import datetime

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.fields import Out, PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import support
from domain.kit.ids import CoacheeId, SupportEventId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.support import SupportAlertNotFound


class SupportAlertOut(Out, frozen=True, kw_only=True):
    """It says that she would like to hear from you, never why."""

    id: SupportEventId
    coachee_id: CoacheeId
    alerted_at: datetime
    acknowledged_at: datetime | None


class SupportAlertPage(msgspec.Struct, frozen=True):
    items: list[SupportAlertOut]
    next_cursor: str | None


@get("/support-alerts", scope="support:read", responses=refuses(InvalidCursor))
async def list_support_alerts(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> SupportAlertPage:
    """List the alerts that were sent to you: coachees who agreed that you may be asked to get in touch."""
    page = await support.list_alerts(work, page_request(limit, cursor))
    return SupportAlertPage([SupportAlertOut.of(event) for event in page.items], page.next_cursor)


@post(
    "/support-alerts/{alert_id:uuid}/acknowledge",
    status_code=200,
    scope="support:write",
    responses=refuses(SupportAlertNotFound),
)
async def acknowledge_support_alert(work: NamedDependency[Work], alert_id: FromPath[SupportEventId]) -> SupportAlertOut:
    """Say that you have seen it and take it up."""
    return SupportAlertOut.of(await support.acknowledge_alert(work, alert_id))


router = Router("/", tags=["support"], route_handlers=[list_support_alerts, acknowledge_support_alert])
