"""What a coachee may bring to her next session: what she wrote since the last one, and what is still to be done."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from domain import assignments, checkins
from domain.checkins import IdealReply, Obstacle, QualityInAction, Success, Told
from domain.digests.model import Digest, Words
from domain.kit.ids import AssignmentId, CheckInId, CoacheeId
from domain.kit.work import Work
from domain.messaging import Language
from domain.people import Purpose, has_consent
from domain.trajectories import Session, SessionState, Trajectory

MOST_OFFERED = 10  # successes to choose from
MOST_TASK = 200  # characters of an assignment


@dataclass(frozen=True, slots=True)
class OfferedWords:
    """Something that she wrote, and whether her coach may read it already."""

    check_in_id: CheckInId
    words: Words
    shared: bool


@dataclass(frozen=True, slots=True)
class OfferedAssignment:
    id: AssignmentId
    due_on: date
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """All that she may choose from. Of check-ins only where she agreed that answers may be shared at all."""

    since: datetime
    may_share: bool
    successes: list[OfferedWords]
    obstacle: OfferedWords | None
    qualities: list[str]
    step: OfferedWords | None
    assignments: list[OfferedAssignment]


async def offer_of(work: Work, digest: Digest, language: Language) -> Offer:
    """For herself alone: private answers are in it too. Nothing of it is kept but what she then shares."""
    session = await work.session.get_one(Session, (work.practice_id, digest.session_id))
    since = await _last_time(work, session)
    may_share = await has_consent(work, digest.coachee_id, Purpose.SHARE_CHECK_INS_WITH_COACH)
    told = await checkins.told_since(work, digest.coachee_id, since) if may_share else []
    return Offer(
        since=since,
        may_share=may_share,
        successes=successes_of(told)[:MOST_OFFERED],
        obstacle=await _obstacle(work, digest.coachee_id, told),
        qualities=qualities_of(told),
        step=step_of(told),
        assignments=[
            OfferedAssignment(one.id, one.due_on, " ".join(await assignments.task_of(work, one, language))[:MOST_TASK])
            for one in await assignments.open_assignments_of(work, digest.coachee_id, session.trajectory_id)
        ],
    )


def successes_of(told: list[Told]) -> list[OfferedWords]:
    """What went well, the latest first."""
    return [
        OfferedWords(one.check_in_id, Words(day=one.day, text=one.reply.text), one.shared)
        for one in told
        if isinstance(one.reply, Success | QualityInAction) and one.reply.text
    ]


def obstacle_of(told: list[Told]) -> OfferedWords | None:
    """The last thing that held her back, together with how she would have liked it to be."""
    for one in told:
        if isinstance(one.reply, Obstacle) and one.reply.sentence:
            words = Words(day=one.day, text=one.reply.sentence, wished=one.reply.wished)
            return OfferedWords(one.check_in_id, words, one.shared)
    return None


def qualities_of(told: list[Told]) -> list[str]:
    """The qualities that she named, each once."""
    named = list[str]()
    for one in told:
        if isinstance(one.reply, Success | QualityInAction | Obstacle):
            named += [*one.reply.qualities, *filter(None, [one.reply.other_quality])]
    return list(dict.fromkeys(named))


def step_of(told: list[Told]) -> OfferedWords | None:
    """The last small step that she meant to take."""
    for one in told:
        if isinstance(one.reply, Obstacle | IdealReply) and one.reply.small_step:
            return OfferedWords(one.check_in_id, Words(day=one.day, text=one.reply.small_step), one.shared)
    return None


async def _obstacle(work: Work, coachee_id: CoacheeId, told: list[Told]) -> OfferedWords | None:
    """Nothing of obstacles where she is spared them for now."""
    return None if await checkins.kept_from_obstacles(work, coachee_id) else obstacle_of(told)


async def _last_time(work: Work, session: Session) -> datetime:
    """When she last met her coach in this trajectory; before the first time, when they agreed on it."""
    met = select(func.max(Session.starts_at)).where(
        Session.practice_id == work.practice_id,
        Session.trajectory_id == session.trajectory_id,
        Session.state.in_([SessionState.HELD, SessionState.PLANNED]),
        Session.starts_at < min(session.starts_at, work.now),
    )
    if (last := await work.session.scalar(met)) is not None:
        return last
    trajectory = await work.session.get_one(Trajectory, (work.practice_id, session.trajectory_id))
    return trajectory.decided_at or trajectory.proposed_at
