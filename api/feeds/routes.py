"""Calendar feeds: making and revoking them, and the calendars themselves at their secret addresses."""

from typing import Annotated, Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import text

from api.conditional import is_known
from api.feeds.shapes import FeedIn, FeedOut, FeedPage, NewFeedOut
from api.fields import PageCursor, PageLimit, page_request
from api.limits import Limiter
from api.problems import refuses
from domain import feeds
from domain.feeds import FeedNotFound
from domain.kit.ids import CoacheeId, FeedId
from domain.kit.paging import InvalidCursor
from domain.kit.secrets import digest
from domain.kit.work import House, Work, transaction
from domain.people import CoacheeArchived, CoacheeNotFound, TextDestroyed

AnyRequest = Request[Any, Any, Any]
OfCoachee = Annotated[CoacheeId | None, QueryParameter(description="Only of this coachee")]
MEDIA_TYPE = "text/calendar"
LOOKS_PER_MINUTE = 30  # calendars look once in a quarter of an hour, each device of its own
looks: Limiter[bytes] = Limiter(LOOKS_PER_MINUTE)


@post("/feeds", scope="sessions:write", responses=refuses(CoacheeNotFound, CoacheeArchived, TextDestroyed))
async def create_feed(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[FeedIn]) -> NewFeedOut:
    """Make a calendar to subscribe to: of your own sessions, or of a coachee's, to hand over to her.

    Its secret address is in this answer, and in a repeat of it by Idempotency-Key. It shows when and where, in local
    time, under a title that says nothing of coaching; what is cancelled stays in it for a while, as cancelled.
    """
    made = await feeds.create_feed(work, data.coachee_id, data.titles)
    return NewFeedOut.of(made, request.app.state["options"].base_url)


@get("/feeds", scope="sessions:read", responses=refuses(InvalidCursor))
async def list_feeds(
    work: NamedDependency[Work], coachee_id: OfCoachee = None, limit: PageLimit = 20, cursor: PageCursor = None
) -> FeedPage:
    """List the calendar feeds, never their addresses; to a coach, those that she made."""
    page = await feeds.list_feeds(work, page_request(limit, cursor), coachee_id=coachee_id)
    return FeedPage([FeedOut.of(feed) for feed in page.items], page.next_cursor)


@post("/feeds/{feed_id:uuid}/revoke", status_code=200, scope="sessions:write", responses=refuses(FeedNotFound))
async def revoke_feed(work: NamedDependency[Work], feed_id: FromPath[FeedId]) -> FeedOut:
    """Revoke a feed: from the next look on, its address shows nothing."""
    return FeedOut.of(await feeds.revoke_feed(work, feed_id))


@get("/feeds/{name:str}")
async def read_calendar(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """The calendar at a secret address, for a calendar program; it needs no key."""
    token = name.removesuffix(".ics")
    left = looks.count(digest(token))
    house: House = request.app.state["house"]
    async with transaction(house.sessions) as session:
        await session.execute(text("SET TRANSACTION READ ONLY"))
        calendar = await feeds.read_calendar(session, token, house.clock())
    headers = {"ETag": f'"{calendar.tag}"', "Cache-Control": "private, no-cache", **left}
    if is_known(request, headers["ETag"]):
        return Response(b"", status_code=304, headers=headers)
    return Response(calendar.content, media_type=MEDIA_TYPE, headers=headers)


router = Router("/", tags=["calendar"], route_handlers=[create_feed, list_feeds, revoke_feed])
calendars = Router("/", route_handlers=[read_calendar], include_in_schema=False, opt={"public": True})
