"""Whose contact data a member of staff sees: a coach those of her own coachees, the others of the practice all."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from domain.kit.ids import CoacheeId, StaffId
from domain.kit.work import Actor, Work
from domain.people.model import Coachee, CoacheeAccess
from domain.practice import Role


def only_coach(actor: Actor) -> StaffId | None:
    """The coach whose coachees and trajectories alone the actor may see, or None where the actor may see all."""
    return StaffId(actor.id) if actor.role == Role.COACH and actor.id is not None else None


def only_own(actor: Actor) -> ColumnElement[bool] | None:
    """To a coach: the coachees she is responsible for, and those whom she coaches or stands in for."""
    coach_id = only_coach(actor)
    if coach_id is None:
        return None
    lent = select(CoacheeAccess.coachee_id).where(
        CoacheeAccess.practice_id == Coachee.practice_id, CoacheeAccess.staff_id == coach_id
    )
    return or_(Coachee.coach_id == coach_id, Coachee.id.in_(lent))


async def let_see(work: Work, coachee_id: CoacheeId, staff: Iterable[StaffId]) -> None:
    """Let exactly these see the coachee, besides the coach who is responsible for her."""
    wanted = set(staff)
    of_coachee = (CoacheeAccess.practice_id == work.practice_id, CoacheeAccess.coachee_id == coachee_id)
    await work.session.execute(delete(CoacheeAccess).where(*of_coachee, CoacheeAccess.staff_id.not_in(wanted)))
    rows = [{"practice_id": work.practice_id, "coachee_id": coachee_id, "staff_id": one} for one in sorted(wanted)]
    if rows:
        await work.session.execute(insert(CoacheeAccess).on_conflict_do_nothing(), rows)
