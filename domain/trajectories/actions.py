"""What happens to a trajectory: proposed, accepted or declined, paused and resumed, brought to its end."""

from dataclasses import dataclass
from typing import Any

from domain import people, practice
from domain.kit.errors import Forbidden, Invalid
from domain.kit.ids import CoacheeId, StaffId, TrajectoryId, new_id
from domain.kit.states import WrongState, step
from domain.kit.work import Work
from domain.messaging import announce
from domain.people import CoacheeNotFound
from domain.trajectories.access import NotACoach, must_be_own_coach, sees
from domain.trajectories.closing import Completion, aftercare_end, keep_review, move_aftercare_end
from domain.trajectories.deputies import refresh_access
from domain.trajectories.model import MOVES, Domain, Format, Method, SessionKind, Trajectory, TrajectoryState
from domain.trajectories.phases import must_be_phases
from domain.trajectories.queries import get_trajectory, key_question_context
from domain.trajectories.sessions import cancel_what_is_to_come


class NoSuchCoachee(Invalid):
    """There is no such coachee in this practice."""


class ContactMomentAlone(Invalid):
    """A contact moment needs no trajectory: it is written down by itself, under its coachee."""


class ForAnotherCoach(Forbidden):
    """A coach begins trajectories and groups of her own only; the owner or an administrator begins them for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrajectory:
    coachee_id: CoacheeId
    coach_id: StaffId
    format: Format
    domain: Domain
    key_question: str
    planned_minutes: int
    method: Method = Method.KRACHTGERICHT


async def propose_trajectory(work: Work, new: NewTrajectory) -> Trajectory:
    """Put what coach and coachee have in mind before the coachee, who accepts or declines it."""
    must_be_a_trajectory(new.format)
    await _check_people(work, new)
    trajectory_id = TrajectoryId(new_id())
    sealed = await people.seal(work, new.coachee_id, new.key_question, key_question_context(trajectory_id))
    trajectory = Trajectory(
        practice_id=work.practice_id,
        id=trajectory_id,
        coachee_id=new.coachee_id,
        coach_id=new.coach_id,
        format=new.format,
        domain=new.domain,
        method=new.method,
        sealed_key_question=sealed,
        planned_minutes=new.planned_minutes,
        state=TrajectoryState.PROPOSED,
        proposed_at=work.now,
    )
    await work.store(trajectory)
    await refresh_access(work, trajectory.coachee_id)
    _announce(work, "trajectory_proposed", trajectory)
    return trajectory


def must_be_a_trajectory(wanted: Format) -> None:
    if wanted is Format.CONTACT_MOMENT:
        raise ContactMomentAlone(field="format")


async def _check_people(work: Work, new: NewTrajectory) -> None:
    if not sees(work.actor, new.coach_id):
        raise ForAnotherCoach(field="coach_id")
    if not await practice.coaches(work, new.coach_id):
        raise NotACoach(field="coach_id")
    try:
        coachee = await people.get_coachee(work, new.coachee_id)
    except CoacheeNotFound as error:
        raise NoSuchCoachee(field="coachee_id") from error
    people.must_be_open(coachee)
    if coachee.coach_id is None:
        await people.entrust(work, coachee, new.coach_id)


async def update_trajectory(work: Work, trajectory_id: TrajectoryId, changes: dict[str, Any]) -> Trajectory:
    """Change what is agreed; the key question only by the trajectory's own coach."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    if "key_question" in changes:
        must_be_own_coach(work, trajectory.coach_id)
    if "aftercare_until" in changes:
        await move_aftercare_end(work, trajectory, changes["aftercare_until"])
    await must_be_phases(work, [changes.get("phase")], field="phase")
    for name, value in changes.items():
        if name == "key_question":
            context = key_question_context(trajectory_id)
            trajectory.sealed_key_question = await people.seal(work, trajectory.coachee_id, value, context)
        else:
            setattr(trajectory, name, value)
    await work.session.flush()
    _announce(work, "trajectory_changed", trajectory, fields=",".join(sorted(changes)))
    return trajectory


async def accept_trajectory(work: Work, trajectory_id: TrajectoryId) -> Trajectory:
    """The coachee agrees: from now on the trajectory runs."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    people.must_be_open(await people.get_coachee(work, trajectory.coachee_id))
    return await _move(work, trajectory, TrajectoryState.RUNNING, "accepted", only_from=TrajectoryState.PROPOSED)


async def decline_trajectory(work: Work, trajectory_id: TrajectoryId) -> Trajectory:
    """The coachee does not go on; a planned intro is cancelled."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    await cancel_what_is_to_come(work, trajectory_id)
    return await _move(work, trajectory, TrajectoryState.DECLINED, "declined")


async def pause_trajectory(work: Work, trajectory_id: TrajectoryId) -> Trajectory:
    """Put the trajectory aside for a while; what is planned stays planned."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    return await _move(work, trajectory, TrajectoryState.PAUSED, "paused")


async def resume_trajectory(work: Work, trajectory_id: TrajectoryId) -> Trajectory:
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    return await _move(work, trajectory, TrajectoryState.RUNNING, "resumed", only_from=TrajectoryState.PAUSED)


async def complete_trajectory(
    work: Work, trajectory_id: TrajectoryId, completion: Completion | None = None
) -> Trajectory:
    """Coach and coachee are done and look back; sessions still to come are cancelled, but for aftercare."""
    wanted = completion or Completion()
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    step(MOVES, trajectory.state, TrajectoryState.COMPLETED)
    until = await aftercare_end(work, wanted.aftercare_until)
    await keep_review(work, trajectory, wanted.review)
    await cancel_what_is_to_come(work, trajectory_id, but=SessionKind.AFTERCARE)
    trajectory.aftercare_until = until
    return await _move(work, trajectory, TrajectoryState.COMPLETED, "completed")


async def stop_trajectory(work: Work, trajectory_id: TrajectoryId, reason: str) -> Trajectory:
    """End it before it is done; sessions still to come are cancelled."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    await cancel_what_is_to_come(work, trajectory_id)
    trajectory.stop_reason = reason
    return await _move(work, trajectory, TrajectoryState.STOPPED, "stopped")


async def _move(
    work: Work,
    trajectory: Trajectory,
    to: TrajectoryState,
    done: str,
    *,
    only_from: TrajectoryState | None = None,
) -> Trajectory:
    """`only_from` tells two verbs apart that lead to the same state."""
    if only_from is not None and trajectory.state != only_from:
        raise WrongState(state=trajectory.state, wanted=to, only_from=only_from)
    trajectory.move(to, work.now)
    await work.session.flush()
    _announce(work, f"trajectory_{done}", trajectory)
    return trajectory


def _announce(work: Work, kind: str, trajectory: Trajectory, **facts: object) -> None:
    announce(work, kind, trajectory.id, coachee_id=trajectory.coachee_id, coach_id=trajectory.coach_id, **facts)
