"""Time of a coach, a room or a coachee that goes to something else than a session of one trajectory."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, Select, delete, literal, select, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.availability import Stretch
from domain.kit.errors import Conflict
from domain.kit.ids import CoacheeId, LocationId, StaffId
from domain.kit.tables import Instant, Table, Tenant, within_practice
from domain.kit.work import Work

LONGEST = timedelta(minutes=480)


class CoacheeNotFree(Conflict):
    """The coachee has another session at that time."""

    constraint = "other_times_coachee_excl"


def _one_at_a_time(whose: str) -> ExcludeConstraint[Any]:
    return ExcludeConstraint(
        ("practice_id", "="),
        (f"{whose}_id", "="),
        (text("tstzrange(starts_at, ends_at)"), "&&"),
        where=text(f"{whose}_id IS NOT NULL"),
        using="gist",
        name=f"other_times_{whose}_excl",
    )


class OtherTime(Tenant, Table):
    """That this stretch is taken, by the thing with this id: a group session, or a seat in one.

    A trigger keeps it and the sessions apart, where the queue of who books does not.
    """

    __tablename__ = "other_times"
    __table_args__ = (
        within_practice("coach_id", "staff"),
        within_practice("coachee_id", "coachees"),
        within_practice("location_id", "locations"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        *map(_one_at_a_time, ("coach", "coachee", "location")),
        *(
            Index(f"other_times_{whose}_idx", "practice_id", f"{whose}_id", "starts_at")
            for whose in ("coach", "coachee", "location")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    coach_id: Mapped[StaffId | None]
    coachee_id: Mapped[CoacheeId | None]
    location_id: Mapped[LocationId | None]  # a room, in which there is one session at a time
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


async def keep_time(
    work: Work,
    thing_id: UUID,
    span: Stretch,
    *,
    coach_id: StaffId | None = None,
    coachee_id: CoacheeId | None = None,
    location_id: LocationId | None = None,
) -> None:
    """From now on it is taken; `take_place` or `must_be_free` is asked before."""
    whose = {"coach_id": coach_id, "coachee_id": coachee_id, "location_id": location_id}
    kept = OtherTime(practice_id=work.practice_id, id=thing_id, starts_at=span.starts_at, ends_at=span.ends_at, **whose)
    await work.store(kept)


async def give_time_back(work: Work, thing_ids: Collection[UUID]) -> None:
    """Those things take no time any more."""
    of_things = (OtherTime.practice_id == work.practice_id, OtherTime.id.in_(thing_ids))
    await work.session.execute(delete(OtherTime).where(*of_things))


def taken_by_others(
    work: Work, whose: ColumnElement[bool], begins: datetime, ends: datetime
) -> Select[UUID, datetime, datetime]:
    """What takes time there between these moments, with its begin; the ids are those of group sessions and seats."""
    return select(OtherTime.id, literal(None, Instant), OtherTime.starts_at).where(
        OtherTime.practice_id == work.practice_id,
        whose,
        OtherTime.starts_at > begins - LONGEST,
        OtherTime.starts_at < ends,
        OtherTime.ends_at > begins,
    )
