"""Alerts for the coach to whom they were sent, and for nobody else in the practice."""

from sqlalchemy import select

from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.support.model import SupportEvent


async def list_alerts(work: Work, page: PageRequest) -> Page[SupportEvent]:
    """In the order in which they were made, those that were acknowledged included."""
    query = select(SupportEvent).where(
        SupportEvent.practice_id == work.practice_id, SupportEvent.coach_id == work.actor.id
    )
    return await fetch_page(work, query, page, list_name="support_alerts", keys=[SupportEvent.id])
