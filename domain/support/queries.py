"""Alerts for whom they were sent to, the coach or her backup, and for nobody else in the practice."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from domain import people
from domain.kit.ids import SupportEventId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.people import Coachee, CoacheeNotFound
from domain.support.model import SupportAlertNotFound, SupportEvent


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert with whom to get in touch with, and what came of it."""

    event: SupportEvent
    coachee: Coachee
    outcome: str | None


def _mine(work: Work) -> ColumnElement[bool]:
    return or_(SupportEvent.coach_id == work.actor.id, SupportEvent.backup_id == work.actor.id)


async def list_alerts(work: Work, page: PageRequest) -> Page[SupportEvent]:
    """In the order in which they were made, those that were acknowledged included."""
    query = select(SupportEvent).where(SupportEvent.practice_id == work.practice_id, _mine(work))
    return await fetch_page(work, query, page, list_name="support_alerts", keys=[SupportEvent.id])


async def alert_of(work: Work, event_id: SupportEventId, *, lock: bool = False) -> SupportEvent:
    return await find(work, SupportEvent, event_id, SupportAlertNotFound, lock=lock, only=_mine(work))


async def read_alert(work: Work, event_id: SupportEventId) -> OpenAlert:
    """A backup does not coach her, and must still be able to reach her: she consented to that."""
    event = await alert_of(work, event_id)
    coachee = await find(work, Coachee, event.coachee_id, CoacheeNotFound)
    outcome = event.sealed_outcome and await people.unseal(
        work, event.coachee_id, event.sealed_outcome, f"outcome:{event.id}"
    )
    return OpenAlert(event, coachee, outcome or None)
