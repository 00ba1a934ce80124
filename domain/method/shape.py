"""The shape that everything in a coachee's file has: whose it is, who added it and when, and what is linked to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.ids import CoacheeId, CoacheeQualityId, LadderStepId, StaffId, new_id
from domain.kit.tables import Table, Tenant, Versioned, within_practice


class InFile(Tenant, Versioned, Table):
    """Something in a coachee's file. Its columns `sealed_…` hold private text, bound to the row and the field."""

    __abstract__ = True

    coachee_id: Mapped[CoacheeId]
    added_by: Mapped[StaffId]
    added_at: Mapped[datetime]


class Kept(InFile):
    """Something that may be put away, and can still be read then."""

    __abstract__ = True

    archived_at: Mapped[datetime | None]


class Step(Tenant, Table):
    """That a thing came to stand somewhere, and when: written once, never changed. `thing_id` says which thing."""

    __abstract__ = True

    id: Mapped[LadderStepId] = mapped_column(primary_key=True, default=new_id)
    noted_by: Mapped[StaffId]
    noted_at: Mapped[datetime]


class QualityLink(Tenant, Table):
    """That a thing in a file has to do with one of the coachee's qualities."""

    __abstract__ = True

    quality_id: Mapped[CoacheeQualityId] = mapped_column(primary_key=True)


def in_file(table: str, *more: Any, **references: str) -> tuple[Any, ...]:
    """The keys and the index of a table of such things; `references` are its columns that lead to other tables."""
    return (
        within_practice("coachee_id", "coachees"),
        within_practice("added_by", "staff"),
        *(within_practice(column, to) for column, to in references.items()),
        Index(f"{table}_coachee_idx", "practice_id", "coachee_id", "id"),
        *more,
    )


def steps_of(table: str, column: str, things: str) -> tuple[ForeignKeyConstraint | Index, ...]:
    return (
        within_practice(column, things),
        within_practice("noted_by", "staff"),
        Index(f"{table}_{column.removesuffix('_id')}_idx", "practice_id", column, "id"),
    )


def within(column: str, most: int, least: int = 0) -> CheckConstraint:
    """A number on a scale."""
    return CheckConstraint(f"{column} BETWEEN {least} AND {most}", name=f"{column}_in_range")
