"""Registration with the funder, who has no API: what is held and not yet registered, what was, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Select, select, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.funding.model import Booking, Cheque
from domain.funding.queries import get_cheque, only_own
from domain.funding.refusals import BookingNotFound, NotRegistered, RegistrationsRefused
from domain.kit.calendar import sane_day
from domain.kit.ids import BookingId, ChequeId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.tables import Table, Tenant, Versioned, within_practice
from domain.kit.work import ActorKind, Work, find
from domain.messaging import announce
from domain.trajectories import Session

TO_DO = "registered_minutes IS NULL"
DIFFERS = "registered_minutes <> held_minutes OR registered_on <> held_on"


class Registration(Tenant, Versioned, Table):
    """A booking as it was held, and as it was registered with the funder; its id is the booking's."""

    __tablename__ = "registrations"
    __table_args__ = (
        within_practice("id", "bookings"),
        within_practice("cheque_id", "cheques"),
        within_practice("marked_by", "staff"),
        CheckConstraint("num_nulls(registered_minutes, registered_on, marked_at) IN (0, 3)", name="wholly_marked"),
        Index("registrations_to_do_idx", "practice_id", "id", postgresql_where=text(TO_DO)),
        Index("registrations_differ_idx", "practice_id", "id", postgresql_where=text(DIFFERS)),
        Index("registrations_cheque_idx", "practice_id", "cheque_id", "id"),
    )

    id: Mapped[BookingId] = mapped_column(primary_key=True, default=new_id)
    cheque_id: Mapped[ChequeId]
    held_on: Mapped[date]
    held_minutes: Mapped[int]
    registered_on: Mapped[date | None]  # the day of the session, as it was registered
    registered_minutes: Mapped[int | None]
    marked_at: Mapped[datetime | None]
    marked_by: Mapped[StaffId | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What somebody typed into the funder's own application."""

    booking_id: BookingId
    registered_on: date
    registered_minutes: int


def to_register(work: Work, booking: Booking, cheque_id: ChequeId, session: Session) -> Registration:
    return Registration(
        practice_id=work.practice_id,
        id=booking.id,
        cheque_id=cheque_id,
        held_on=session.day,
        held_minutes=booking.minutes,
    )


async def list_unregistered(work: Work, page: PageRequest) -> Page[Registration]:
    """The work list: held and booked, and not registered yet; longest waiting first."""
    return await fetch_page(work, _listed(work, TO_DO), page, list_name="unregistered", keys=[Registration.id])


async def list_mismatches(work: Work, page: PageRequest) -> Page[Registration]:
    """Registered with another number of minutes, or on another day, than was held."""
    return await fetch_page(work, _listed(work, DIFFERS), page, list_name="mismatches", keys=[Registration.id])


async def cheque_registrations(work: Work, cheque_id: ChequeId) -> Sequence[Registration]:
    """All lines of one cheque, for the export; a cheque has a handful."""
    await get_cheque(work, cheque_id)
    query = select(Registration).where(
        Registration.practice_id == work.practice_id, Registration.cheque_id == cheque_id
    )
    return (await work.session.scalars(query.order_by(Registration.held_on, Registration.id))).all()


async def mark_registered(work: Work, marks: Sequence[Mark]) -> Sequence[Registration]:
    """Mark many at once: all of them, or none, with every row that does not fit named."""
    wanted = sorted({mark.booking_id for mark in marks})
    query = _mine(work).where(Registration.id.in_(wanted)).order_by(Registration.id).with_for_update()
    found = {row.id: row for row in (await work.session.scalars(query)).all()}
    faults = [fault for place, mark in enumerate(marks) if (fault := _fault(place, mark, found, marks)) is not None]
    if faults:
        raise RegistrationsRefused(field="registrations", rows=faults)
    for mark in marks:
        row = found[mark.booking_id]
        row.registered_on = sane_day(mark.registered_on, field="registered_on")
        row.registered_minutes, row.marked_at = mark.registered_minutes, work.now
        row.marked_by = StaffId(work.actor.id) if work.actor.kind == ActorKind.STAFF and work.actor.id else None
        facts = {"cheque_id": row.cheque_id, "minutes": mark.registered_minutes, "day": mark.registered_on}
        announce(work, "minutes_registered", row.id, **facts)
    await work.session.flush()
    return [found[mark.booking_id] for mark in marks]


def _fault(
    place: int, mark: Mark, found: dict[BookingId, Registration], marks: Sequence[Mark]
) -> dict[str, object] | None:
    row = found.get(mark.booking_id)
    if row is None:
        why = "not-found"
    elif row.registered_minutes is not None:
        why = "registered-already"
    elif any(other.booking_id == mark.booking_id for other in marks[:place]):
        why = "named-twice"
    else:
        return None
    return {"row": place, "booking_id": str(mark.booking_id), "why": why}


async def unmark_registered(work: Work, booking_id: BookingId, reason: str) -> Registration:
    """It was not registered after all, or wrongly: it goes back on the work list, and why is kept."""
    only = Registration.cheque_id.in_(_own_cheques(work))
    row = await find(work, Registration, booking_id, BookingNotFound, lock=True, only=only)
    if row.registered_minutes is None:
        raise NotRegistered
    facts = {"cheque_id": row.cheque_id, "minutes": row.registered_minutes, "day": row.registered_on}
    row.registered_minutes = row.registered_on = row.marked_at = row.marked_by = None
    await work.session.flush()
    announce(work, "minutes_unregistered", row.id, **facts, reason=reason)
    return row


def _listed(work: Work, condition: str) -> Select[Registration]:
    return _mine(work).where(text(f"({condition})"))


def _mine(work: Work) -> Select[Registration]:
    query = select(Registration).where(Registration.practice_id == work.practice_id)
    return only_own(work, query, Registration.cheque_id, _own_cheques(work))


def _own_cheques(work: Work) -> Select[ChequeId]:
    query = select(Cheque.id).where(Cheque.practice_id == work.practice_id)
    return only_own(work, query, Cheque.trajectory_id)
