"""Events to follow, the audit trail, and the mails that leave the house."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.messaging.languages import list_languages
from api.messaging.shapes import AuditEntryOut, AuditPage, EventOut, EventPage, MessageOut, MessagePage
from api.problems import refuses
from domain import audit, messaging
from domain.kit.ids import MessageId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import Work
from domain.messaging import MessageNotFound, MessageState

EventKind = Annotated[
    str | None, QueryParameter(max_length=64, pattern=r"^[a-z_]+$", description="Only events of this kind")
]
SubjectId = Annotated[UUID | None, QueryParameter(description="Only what was done to this thing")]
InState = Annotated[MessageState | None, QueryParameter(name="state", description="Only messages in this state")]


@get("/events", scope="events:read", responses=refuses(InvalidCursor))
async def list_events(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None, kind: EventKind = None
) -> EventPage:
    """List what happened, oldest first. Keep `next_cursor` and come back with it: it always leads on."""
    page = await messaging.list_events(work, page_request(limit, cursor), kind=kind)
    return EventPage([EventOut.of(event) for event in page.items], page.next_cursor)


@get("/audit-entries", scope="audit:read", responses=refuses(InvalidCursor))
async def list_audit_entries(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None, subject_id: SubjectId = None
) -> AuditPage:
    """List who did what, oldest first. Lines are never changed or deleted."""
    page = await audit.list_entries(work, page_request(limit, cursor), subject_id=subject_id)
    return AuditPage([AuditEntryOut.of(entry) for entry in page.items], page.next_cursor)


@get("/messages", scope="messages:read", responses=refuses(InvalidCursor))
async def list_messages(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None, message_state: InState = None
) -> MessagePage:
    """List the messages to people and how far they got; never their addresses or words."""
    page = await messaging.list_messages(work, page_request(limit, cursor), state=message_state)
    return MessagePage([MessageOut.of(message) for message in page.items], page.next_cursor)


@post(
    "/messages/{message_id:uuid}/retry",
    status_code=200,
    scope="messages:write",
    responses=refuses(MessageNotFound, WrongState),
)
async def retry_message(work: NamedDependency[Work], message_id: FromPath[MessageId]) -> MessageOut:
    """Put a parked mail back in the queue: it is sent within a minute, with all its attempts anew."""
    return MessageOut.of(await messaging.retry_message(work, message_id))


router = Router(
    "/",
    tags=["messaging"],
    route_handlers=[list_events, list_audit_entries, list_messages, retry_message, list_languages],
)
