"""The end of a trajectory: its closing review, and how long aftercare may follow."""

import json
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from domain import audit, people, practice
from domain.kit.calendar import add_months, local_day, sane_day
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work
from domain.trajectories.access import must_be_own_coach, reads_private_of
from domain.trajectories.model import Format, Session, SessionState, Trajectory, TrajectoryState
from domain.trajectories.queries import get_trajectory
from domain.trajectories.records import ClosingReview

AFTERCARE_MONTHS, LONGEST_AFTERCARE_MONTHS = 12, 24


class ClosingReviewMissing(Conflict):
    """A coach brings her trajectory to its end with a closing review along the three starting points."""


class AftercareOutOfRange(Invalid):
    """The aftercare ends today at the earliest, and within two years."""


class NotCompletedYet(Conflict):
    """Aftercare follows a trajectory that was completed: its last day is named then, and may be moved after it."""


class AftercareStillPlanned(Conflict):
    """Aftercare is planned after that day: move or cancel it first. `facts` name the sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What tapped strength and what helped with obstacles; how she directs herself now; how the contact was."""

    strength: str
    self_direction: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    review: Review | None = None
    aftercare_until: date | None = None


async def keep_review(work: Work, trajectory: Trajectory, review: Review | None) -> None:
    """Seal the review. The office may end a trajectory without one; its own coach does not."""
    if review is None:
        if trajectory.format is Format.TRAJECTORY and reads_private_of(work.actor) == trajectory.coach_id:
            raise ClosingReviewMissing(field="review")
        return
    must_be_own_coach(work, trajectory.coach_id)
    text = json.dumps(asdict(review), ensure_ascii=False)
    await work.store(
        ClosingReview(
            practice_id=work.practice_id,
            trajectory_id=trajectory.id,
            coachee_id=trajectory.coachee_id,
            author_id=trajectory.coach_id,
            sealed_answers=await people.seal(work, trajectory.coachee_id, text, _context(trajectory.id)),
            written_at=work.now,
        )
    )


async def read_review(work: Work, trajectory_id: TrajectoryId) -> Review | None:
    """Only as the trajectory's own coach; that it was read is kept in the audit trail."""
    trajectory = await get_trajectory(work, trajectory_id)
    must_be_own_coach(work, trajectory.coach_id)
    kept = await work.session.get(ClosingReview, (work.practice_id, trajectory_id))
    if kept is None:
        return None
    text = await people.unseal(work, kept.coachee_id, kept.sealed_answers, _context(trajectory_id))
    audit.record(work, "closing_review_read", trajectory_id, coachee_id=kept.coachee_id)
    return Review(**json.loads(text))


async def aftercare_end(work: Work, wanted: date | None) -> date:
    """The last day on which aftercare may take place: a year from now where none is named."""
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    if wanted is None:
        return add_months(today, AFTERCARE_MONTHS)
    if not today <= sane_day(wanted, field="aftercare_until") <= add_months(today, LONGEST_AFTERCARE_MONTHS):
        raise AftercareOutOfRange(field="aftercare_until")
    return wanted


async def move_aftercare_end(work: Work, trajectory: Trajectory, wanted: date) -> date:
    """Another last day; nothing that is planned may lie after it."""
    if trajectory.state is not TrajectoryState.COMPLETED:
        raise NotCompletedYet(field="aftercare_until", state=trajectory.state)
    until = await aftercare_end(work, wanted)
    later = (Session.trajectory_id == trajectory.id, Session.day > until)
    query = select(Session.id).where(Session.practice_id == work.practice_id, *later)
    waiting = Session.state.in_((SessionState.PLANNED, SessionState.ON_HOLD))
    if planned := (await work.session.scalars(query.where(waiting).order_by(Session.id))).all():
        raise AftercareStillPlanned(field="aftercare_until", sessions=[str(one) for one in planned])
    return until


def _context(trajectory_id: TrajectoryId) -> str:
    return f"trajectory:{trajectory_id}:closing_review"
