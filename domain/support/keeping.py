"""Keeping help lines and appointing a backup: for whoever runs the practice."""

from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.kit.calendar import local_day
from domain.kit.errors import NotFound, named_in
from domain.kit.ids import StaffId
from domain.kit.tables import Table, Tenant, within_practice
from domain.kit.work import Work
from domain.messaging import Language, announce
from domain.support.resources import (
    HelpLine,
    LineLanguageTwice,
    SupportResource,
    SupportResourceNotFound,
    VerifiedInFuture,
    joined,
)


class BackupNotAppointed(NotFound):
    """This practice has not appointed anybody as backup for support alerts."""


class SupportBackup(Tenant, Table):
    """Who is asked where a coach takes up no alert within a working day, or left, if the coachee consents to that."""

    __tablename__ = "support_backups"
    __table_args__ = (within_practice("staff_id", "staff"),)

    staff_id: Mapped[StaffId]
    appointed_on: Mapped[date] = mapped_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    country: str
    languages: tuple[Language, ...]
    name: str
    number: str
    url: str | None
    day_and_night: bool
    hours: str | None
    free: bool
    verified_on: date
    review_after: date


async def list_lines(work: Work) -> list[HelpLine]:
    """Every line as it is shown to coachees of this practice."""
    kept = await work.session.scalars(select(SupportResource).where(SupportResource.practice_id == work.practice_id))
    return joined(sorted(kept.all(), key=attrgetter("kept_at", "key")))


async def keep_line(work: Work, key: str, line: KeptLine) -> HelpLine:
    """Put a line under that key: in the place of one that ships, of an earlier one, or beside them."""
    if len(set(line.languages)) != len(line.languages):
        raise LineLanguageTwice(field="languages")
    if line.verified_on > local_day(work.now, (await practice.get_practice(work)).zone):
        raise VerifiedInFuture(field="verified_on")
    row = await work.session.get(SupportResource, (work.practice_id, key))
    if row is None:
        row = SupportResource(practice_id=work.practice_id, key=key)
        work.session.add(row)
    for name in KeptLine.__dataclass_fields__:
        setattr(row, name, getattr(line, name))
    row.languages, row.kept_at = [str(one) for one in line.languages], work.now
    await work.session.flush()
    announce(work, "support_line_kept", work.practice_id, key=key)
    return next(one for one in await list_lines(work) if one.key == key)


async def drop_line(work: Work, key: str) -> None:
    """Keep it no more: what ships under that key is shown again."""
    mine = (SupportResource.practice_id == work.practice_id, SupportResource.key == key)
    gone = await work.session.scalar(delete(SupportResource).where(*mine).returning(SupportResource.key))
    if gone is None:
        raise SupportResourceNotFound(key=key)
    announce(work, "support_line_dropped", work.practice_id, key=key)


async def backup_of(work: Work) -> SupportBackup | None:
    return await work.session.get(SupportBackup, work.practice_id)


async def get_backup(work: Work) -> SupportBackup:
    found = await backup_of(work)
    if found is None:
        raise BackupNotAppointed
    return found


async def appoint_backup(work: Work, staff_id: StaffId) -> SupportBackup:
    """From now on this member of staff; coachees consent to there being one, and may ask who."""
    with named_in("staff_id"):
        await practice.get_staff(work, staff_id)
    found = await backup_of(work) or SupportBackup(practice_id=work.practice_id)
    found.staff_id = staff_id
    found.appointed_on = local_day(work.now, (await practice.get_practice(work)).zone)
    await work.store(found)
    announce(work, "support_backup_appointed", staff_id)
    return found


async def dismiss_backup(work: Work) -> None:
    found = await get_backup(work)
    await work.session.delete(found)
    await work.session.flush()
    announce(work, "support_backup_dismissed", found.staff_id)
