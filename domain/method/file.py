"""A coachee's file in the method: who may open it, and how its private text is sealed and opened."""

from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, select

from domain import people
from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, StaffId
from domain.kit.work import Work, find
from domain.method.model import Evidence
from domain.method.shape import InFile
from domain.people import Coachee, SealingKey, TextDestroyed
from domain.practice import Role
from domain.trajectories import NotYourCoachee, Trajectory, TrajectoryState, reads_private_of

Thing = TypeVar("Thing", bound=InFile)
# A proposal that the coachee has not agreed to, or never did, opens nothing.
NOT_AGREED = (TrajectoryState.PROPOSED, TrajectoryState.DECLINED)


def own_coachees(work: Work) -> Select[CoacheeId]:
    """The coachees who agreed on a trajectory with whoever acts."""
    return select(Trajectory.coachee_id).where(
        Trajectory.practice_id == work.practice_id,
        Trajectory.coach_id == reads_private_of(work.actor),
        Trajectory.state.not_in(NOT_AGREED),
    )


async def open_file(work: Work, coachee_id: CoacheeId) -> Coachee:
    """Only for a coach with whom the coachee agreed on a trajectory, and only until its text is destroyed."""
    coachee = await people.get_coachee(work, coachee_id)
    if not await work.session.scalar(select(own_coachees(work).where(Trajectory.coachee_id == coachee_id).exists())):
        raise NotYourCoachee
    destroyed = select(SealingKey.destroyed_at).where(
        SealingKey.practice_id == work.practice_id, SealingKey.id == coachee_id
    )
    if (destroyed_at := await work.session.scalar(destroyed)) is not None:
        raise TextDestroyed(destroyed_at=destroyed_at)
    return coachee


async def open_file_to_add(work: Work, coachee_id: CoacheeId) -> StaffId:
    """The same, where something new begins: not in a file that is archived. Who adds it."""
    people.must_be_open(await open_file(work, coachee_id))
    return cast("StaffId", work.actor.id)


async def find_thing(
    work: Work,
    kind: type[Thing],
    thing_id: UUID,
    missing: type[NotFound],
    *,
    lock: bool = False,
    own_alone: bool = False,
) -> Thing:
    """A thing in a file that the actor may open; to a coach, what is in a colleague's is not found.

    `own_alone` is for what nobody but its author may know of.
    """
    only = kind.coachee_id.in_(own_coachees(work)) if work.actor.role == Role.COACH else None
    if own_alone:
        only = kind.added_by == work.actor.id
    thing = await find(work, kind, thing_id, missing, lock=lock, only=only)
    await open_file(work, thing.coachee_id)
    return thing


async def write(work: Work, thing: InFile | Evidence, field: str, text: str | None) -> None:
    """Seal a text into a field of a thing, bound to that thing and that field."""
    sealed = None if text is None else await people.seal(work, thing.coachee_id, text, _context(thing, field))
    setattr(thing, f"sealed_{field}", sealed)


async def read(work: Work, thing: InFile | Evidence, field: str) -> str:
    return await people.unseal(work, thing.coachee_id, getattr(thing, f"sealed_{field}"), _context(thing, field))


async def read_any(work: Work, thing: InFile | Evidence, field: str) -> str | None:
    """The same of a field that may be empty."""
    return None if getattr(thing, f"sealed_{field}") is None else await read(work, thing, field)


async def change(work: Work, thing: InFile | Evidence, changes: dict[str, Any]) -> None:
    """Set what is named: what the thing keeps sealed is sealed anew."""
    with work.session.no_autoflush:  # one change of the thing, one step of its version
        for name, value in changes.items():
            if hasattr(thing, f"sealed_{name}"):
                await write(work, thing, name, value)
            else:
                setattr(thing, name, value)


def _context(thing: InFile | Evidence, field: str) -> str:
    row: Any = thing
    return f"{thing.__tablename__}:{row.id}:{field}"
