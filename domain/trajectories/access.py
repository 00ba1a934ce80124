"""Who may see and change what: a coach her own trajectories, and what is private nobody but its own coach."""

from domain.kit.errors import Forbidden
from domain.kit.ids import StaffId
from domain.kit.work import Actor, Work
from domain.practice import Role


class NotYourCoachee(Forbidden):
    """Only the coachee's own coach reads or writes this."""


def only_coach(actor: Actor) -> StaffId | None:
    """The coach whose trajectories alone the actor may see, or None where the actor may see all."""
    return StaffId(actor.id) if actor.role == Role.COACH and actor.id is not None else None


def sees(actor: Actor, coach_id: StaffId) -> bool:
    return only_coach(actor) in {None, coach_id}


def must_be_own_coach(work: Work, coach_id: StaffId) -> None:
    if work.actor.id != coach_id:
        raise NotYourCoachee
