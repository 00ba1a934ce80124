"""Which feeds there are; to a coach, those that she made."""

from sqlalchemy import ColumnElement, select

from domain.feeds.model import Feed
from domain.kit.ids import CoacheeId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Actor, Work
from domain.trajectories import only_seen


def only_own(actor: Actor) -> ColumnElement[bool] | None:
    return only_seen(actor, Feed.staff_id)


async def list_feeds(work: Work, page: PageRequest, *, coachee_id: CoacheeId | None = None) -> Page[Feed]:
    """In the order in which they were made; revoked ones included."""
    query = select(Feed).where(Feed.practice_id == work.practice_id)
    if (only := only_own(work.actor)) is not None:
        query = query.where(only)
    if coachee_id is not None:
        query = query.where(Feed.coachee_id == coachee_id)
    return await fetch_page(work, query, page, list_name=f"feeds:{coachee_id}", keys=[Feed.id])
