"""What a coachee is asked by link, to her own coach."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import In, Out, PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import method
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, ReviewId, SessionId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.method import AlreadyAsked, AlreadySent, Moment, NotHeldYet, Review, ReviewNotFound, ReviewState
from domain.people import CoacheeArchived, CoacheeNotFound, TextDestroyed
from domain.trajectories import NotYourCoachee, SessionNotFound


class ReviewOut(Out, frozen=True, kw_only=True):
    """That a coachee is asked, without what she answers."""

    id: ReviewId
    version: int
    coachee_id: CoacheeId
    trajectory_id: TrajectoryId
    session_id: SessionId | None
    moment: Moment
    state: ReviewState
    due_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    shared: bool


class ReviewItemOut(msgspec.Struct, frozen=True):
    key: str
    score: int
    """0 to 10; about a session, 1 to 5."""
    example: str | None


class OpenReviewOut(ReviewOut, frozen=True, kw_only=True):
    answers: list[ReviewItemOut]
    """None until she answers; of a session, only where she shares them."""

    @classmethod
    def opened(cls, review: Review, answers: dict[str, Any]) -> "OpenReviewOut":
        shown = [ReviewItemOut(key, answers[key], answers[f"{key}_example"]) for key in review.items if key in answers]
        return cls(**msgspec.structs.asdict(ReviewOut.of(review)), answers=shown)


class ReviewPage(msgspec.Struct, frozen=True):
    items: list[OpenReviewOut]
    next_cursor: str | None


class ReviewPatch(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    due_on: date
    """The day on which to ask, at 10:00 where the coachee is."""


@post(
    "/sessions/{session_id:uuid}/contact-review",
    scope="method:write",
    responses=refuses(SessionNotFound, NotYourCoachee, CoacheeArchived, TextDestroyed, NotHeldYet, AlreadyAsked),
)
async def ask_about_session(work: NamedDependency[Work], session_id: FromPath[SessionId]) -> ReviewOut:
    """Ask the coachee by mail how the contact in a session was; she decides whether her coach reads her answer."""
    return ReviewOut.of(await method.ask_about_session(work, session_id))


@get(
    "/coachees/{coachee_id:uuid}/reviews",
    scope="method:read",
    responses=refuses(CoacheeNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_reviews(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], limit: PageLimit = 20, cursor: PageCursor = None
) -> ReviewPage:
    """Read what a coachee answered at the end, 3 and 6 months later and after sessions, as her own coach."""
    page = await method.list_reviews(work, coachee_id, page_request(limit, cursor))
    return ReviewPage([OpenReviewOut.opened(*opened) for opened in page.items], page.next_cursor)


@patch(
    "/reviews/{review_id:uuid}",
    scope="method:write",
    needs_version=True,
    responses=refuses(ReviewNotFound, NotYourCoachee, TextDestroyed, VersionChanged, AlreadySent, DayOutOfRange),
)
async def move_review(
    work: NamedDependency[Work], review_id: FromPath[ReviewId], data: JSONBody[ReviewPatch]
) -> ReviewOut:
    """Ask on another day."""
    return ReviewOut.of(await method.move_review(work, review_id, data.due_on))


@post(
    "/reviews/{review_id:uuid}/cancel",
    status_code=200,
    scope="method:write",
    responses=refuses(ReviewNotFound, NotYourCoachee, TextDestroyed, VersionChanged, WrongState),
)
async def cancel_review(work: NamedDependency[Work], review_id: FromPath[ReviewId]) -> ReviewOut:
    """Do not ask, or take back what was asked."""
    return ReviewOut.of(await method.cancel_review(work, review_id))


HANDLERS = (ask_about_session, list_reviews, move_review, cancel_review)
