"""Shares: agreed from a day on, kept for ever, looked up by the day of a session."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from domain import practice
from domain.kit.calendar import sane_day
from domain.kit.ids import ShareId, StaffId, new_id
from domain.kit.money import Money
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.subcontracting.model import CoachShare, OneShare


async def agree_share(
    work: Work, coach_id: StaffId, valid_from: date, *, per_hour: Money | None, percent: Decimal | None
) -> CoachShare:
    """From that day on the coach earns this of every session of guidance that she holds."""
    coach = await practice.get_staff(work, coach_id)
    if per_hour is not None and percent is not None:
        raise OneShare(field="percent")
    share = CoachShare(
        practice_id=work.practice_id,
        id=ShareId(new_id()),
        coach_id=coach.id,
        valid_from=sane_day(valid_from, field="valid_from"),
        per_hour=per_hour,
        percent=percent,
        agreed_at=work.now,
    )
    await work.store(share)
    announce(work, "coach_share_agreed", coach.id, share_id=share.id, valid_from=valid_from)
    return share


async def list_shares(work: Work, coach_id: StaffId, page: PageRequest) -> Page[CoachShare]:
    """In the order in which they were agreed."""
    await practice.get_staff(work, coach_id)
    query = select(CoachShare).where(CoachShare.practice_id == work.practice_id, CoachShare.coach_id == coach_id)
    return await fetch_page(work, query, page, list_name=f"coach_shares:{coach_id}", keys=[CoachShare.id])


async def shares_of(work: Work, coach_id: StaffId) -> Sequence[CoachShare]:
    """The last to begin first."""
    query = (
        select(CoachShare)
        .where(CoachShare.practice_id == work.practice_id, CoachShare.coach_id == coach_id)
        .order_by(CoachShare.valid_from.desc())
    )
    return (await work.session.scalars(query)).all()


def share_on(shares: Sequence[CoachShare], day: date) -> CoachShare | None:
    """The one that holds on that day, of those listed last first."""
    return next((share for share in shares if share.valid_from <= day), None)
