"""Browsers of which nothing was heard for long: they are notified no more, and she is told, so that she can mend it."""

from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.calendar import instant, local_time
from domain.kit.due import Due
from domain.kit.ids import PushSubscriptionId
from domain.kit.work import Work
from domain.messaging import announce, post
from domain.people.coachees import get_coachee, recipient
from domain.people.consents import has_consent
from domain.people.model import Coachee, Purpose, PushSubscription
from domain.people.subscriptions import LOST_MAIL, subscriptions_of

SILENT = timedelta(days=60)  # a push service gives up a browser that stays away as long (method.md §4)
BATCH = 200
BY_DAY = (time(10), time(20))
PAGE = "me/channels"


# When it last took a notification, or her page was opened there; what never was, counts for nothing.
last_heard = func.greatest(PushSubscription.created_at, PushSubscription.confirmed_at, PushSubscription.worked_at)


async def silent_browsers(session: AsyncSession, now: datetime) -> list[Due[PushSubscriptionId]]:
    """In every practice."""
    query = (
        select(PushSubscription.practice_id, PushSubscription.id)
        .where(last_heard <= now - SILENT)
        .order_by(last_heard)
        .limit(BATCH)
    )
    return [Due(practice_id, subscription_id) for practice_id, subscription_id in await session.execute(query)]


async def next_silence_at(session: AsyncSession) -> datetime | None:
    heard = await session.scalar(select(func.min(last_heard)))
    return None if heard is None else heard + SILENT


async def drop_silent_browser(work: Work, subscription_id: PushSubscriptionId) -> None:
    """Write to it no more; where it was her last, a mail tells her how to switch notifications on again."""
    mine = (PushSubscription.practice_id == work.practice_id, PushSubscription.id == subscription_id)
    query = select(PushSubscription).where(*mine, last_heard <= work.now - SILENT).with_for_update(skip_locked=True)
    found = await work.session.scalar(query)
    if found is None:
        return
    await work.session.delete(found)
    await work.session.flush()
    announce(work, "push_subscription_lost", found.coachee_id, gone=False)
    if await subscriptions_of(work, found.coachee_id):
        return
    if await has_consent(work, found.coachee_id, Purpose.CHANNEL_EMAIL):
        coachee = await get_coachee(work, found.coachee_id)
        post(work, LOST_MAIL, recipient(coachee), due_at=_by_day(work.now, coachee), link=PAGE)


def _by_day(now: datetime, coachee: Coachee) -> datetime:
    here, (since, until) = local_time(now, coachee.zone), BY_DAY
    if since <= here.time() < until:
        return now
    day = here.date() if here.time() < since else here.date() + timedelta(days=1)
    return instant(day, since, coachee.zone)
