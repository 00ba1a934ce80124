"""Who may see and change what: a coach her own trajectories, and what is private nobody but its own coach."""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from domain import people, practice
from domain.kit.errors import Conflict, Forbidden, Invalid
from domain.kit.ids import StaffId
from domain.kit.work import Actor, Work
from domain.people import only_coach
from domain.practice import COACHING_ROLES
from domain.trajectories.model import Deputy, Session, Trajectory


class CoachHasLeft(Conflict):
    """The coach of this trajectory coaches here no more: hand it over to a colleague first."""


class NotYourCoachee(Forbidden):
    """Only the coachee's own coach reads or writes this."""


class AlreadyHerCoach(Invalid):
    """She coaches this trajectory already."""


class NotACoach(Invalid):
    """No member of staff with that id coaches in this practice today."""


def only_seen(actor: Actor, coach_id: Any) -> ColumnElement[bool] | None:
    """To a coach: what is her own by a column that holds the coach; None where all is seen."""
    only = only_coach(actor)
    return None if only is None else coach_id == only


def seen_trajectories(actor: Actor, *, deputies: bool) -> ColumnElement[bool] | None:
    """A coach's own, and where `deputies` may as well those in which she stands in; None where all are seen."""
    only = only_coach(actor)
    if only is None:
        return None
    own = Trajectory.coach_id == only
    stood_in_for = exists().where(
        Deputy.practice_id == Trajectory.practice_id, Deputy.trajectory_id == Trajectory.id, Deputy.staff_id == only
    )
    return or_(own, stood_in_for) if deputies else own


def seen_sessions(actor: Actor) -> ColumnElement[bool] | None:
    """Those that a coach held or will hold, and those of the trajectories that she sees."""
    seen = seen_trajectories(actor, deputies=True)
    if seen is None:
        return None
    of_hers = exists().where(
        Trajectory.practice_id == Session.practice_id, Trajectory.id == Session.trajectory_id, seen
    )
    return or_(Session.coach_id == only_coach(actor), of_hers)


def sees(actor: Actor, coach_id: StaffId) -> bool:
    return only_coach(actor) in {None, coach_id}


def reads_private_of(actor: Actor) -> StaffId | None:
    """The coach whose coachees' private text the actor may read: herself, for as long as she coaches."""
    return StaffId(actor.id) if actor.role in COACHING_ROLES and actor.id is not None else None


async def must_go_on(work: Work, trajectory: Trajectory) -> None:
    """Nothing new begins for a coachee whose file is put away, nor with a coach who left."""
    people.must_be_open(await people.get_coachee(work, trajectory.coachee_id))
    if not await practice.coaches(work, trajectory.coach_id):
        raise CoachHasLeft(coach_id=trajectory.coach_id)


def must_be_own_coach(work: Work, coach_id: StaffId) -> None:
    if reads_private_of(work.actor) != coach_id:
        raise NotYourCoachee
