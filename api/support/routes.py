"""What a coach is asked: to get in touch with a coachee who wants that."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from api.fields import PARAGRAPHS, In, Out, PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import support
from domain.kit.ids import CoacheeId, StaffId, SupportEventId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.people import TextDestroyed
from domain.support import OpenAlert, SupportAlertNotFound


class SupportAlertOut(Out, frozen=True, kw_only=True):
    """It says that she would like to hear from you, never why."""

    id: SupportEventId
    coachee_id: CoacheeId
    alerted_at: datetime | None
    """When her coach was asked; null where her coach has left, and the backup was asked at once."""
    backup_alerted_at: datetime | None
    """When the backup was asked, because nobody had acknowledged it within a working day or her coach has left."""
    acknowledged_at: datetime | None
    acknowledged_by: StaffId | None


class SupportAlertPage(msgspec.Struct, frozen=True):
    items: list[SupportAlertOut]
    next_cursor: str | None


class OpenSupportAlertOut(SupportAlertOut, frozen=True, kw_only=True):
    name: str
    email: str
    phone: str | None
    outcome_note: str | None

    @classmethod
    def of_open(cls, alert: OpenAlert) -> "OpenSupportAlertOut":
        plain = {name: getattr(alert.event, name) for name in SupportAlertOut.__struct_fields__}
        her = alert.coachee
        return cls(**plain, name=her.name, email=her.email, phone=her.phone, outcome_note=alert.outcome)


class OutcomeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    note: Annotated[str, Meta(min_length=1, max_length=2_000, pattern=PARAGRAPHS)]
    """What came of it, for you and the coachee; never for an employer."""


@get("/support-alerts", scope="support:read", responses=refuses(InvalidCursor))
async def list_support_alerts(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> SupportAlertPage:
    """List the alerts that were sent to you: coachees who agreed that you may be asked to get in touch."""
    page = await support.list_alerts(work, page_request(limit, cursor))
    return SupportAlertPage([SupportAlertOut.of(event) for event in page.items], page.next_cursor)


@get(
    "/support-alerts/{alert_id:uuid}",
    scope="support:read",
    responses=refuses(SupportAlertNotFound, TextDestroyed),
)
async def read_support_alert(work: NamedDependency[Work], alert_id: FromPath[SupportEventId]) -> OpenSupportAlertOut:
    """Read an alert that was sent to you: how to reach her, and what you noted of it. Why, only she can tell."""
    return OpenSupportAlertOut.of_open(await support.read_alert(work, alert_id))


@post(
    "/support-alerts/{alert_id:uuid}/acknowledge",
    status_code=200,
    scope="support:write",
    responses=refuses(SupportAlertNotFound),
)
async def acknowledge_support_alert(work: NamedDependency[Work], alert_id: FromPath[SupportEventId]) -> SupportAlertOut:
    """Say that you have seen it and take it up. What nobody takes up within a working day goes to the backup, if the
    practice appointed one and the coachee consents to that.
    """
    return SupportAlertOut.of(await support.acknowledge_alert(work, alert_id))


@put(
    "/support-alerts/{alert_id:uuid}/outcome",
    scope="support:write",
    responses=refuses(SupportAlertNotFound, TextDestroyed),
)
async def note_support_outcome(
    work: NamedDependency[Work], alert_id: FromPath[SupportEventId], data: JSONBody[OutcomeIn]
) -> SupportAlertOut:
    """Note what came of it, sealed for the coachee. Noting it acknowledges the alert."""
    return SupportAlertOut.of(await support.note_outcome(work, alert_id, data.note))


router = Router(
    "/",
    tags=["support"],
    route_handlers=[list_support_alerts, read_support_alert, acknowledge_support_alert, note_support_outcome],
)
