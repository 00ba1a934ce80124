"""Trajectories for tests, made through the same actions as the product."""

from dataclasses import asdict
from datetime import date, time
from functools import partial

from httpx import AsyncClient

from domain import trajectories
from domain.kit.ids import CoacheeId, NoteId, SessionId, TrajectoryId
from domain.kit.work import Actor, ActorKind, House, begin
from domain.people import Purpose
from domain.practice import Role
from domain.trajectories import (
    Completion,
    Domain,
    Format,
    NewSession,
    NewTrajectory,
    Review,
    SessionKind,
    TrajectoryState,
    Visibility,
)
from tests.factories import Cast
from tests.people import make as people

QUESTION = "Hoe blijf ik rustig als het druk wordt?"
REVIEW = Review(strength="Haar geduld.", self_direction="Ze kiest zelf.", contact="Open en warm.")
REVIEWED = {"review": asdict(REVIEW)}
BODIES = {"complete": {}, "stop": {"reason": "Verhuisd"}}
VERBS = {
    TrajectoryState.RUNNING: [trajectories.accept_trajectory],
    TrajectoryState.DECLINED: [trajectories.decline_trajectory],
    TrajectoryState.PAUSED: [trajectories.accept_trajectory, trajectories.pause_trajectory],
    TrajectoryState.COMPLETED: [
        trajectories.accept_trajectory,
        partial(trajectories.complete_trajectory, completion=Completion(review=REVIEW)),
    ],
    TrajectoryState.STOPPED: [
        trajectories.accept_trajectory,
        partial(trajectories.stop_trajectory, reason="Verhuisd"),
    ],
}


def acting_as(cast: Cast, role: Role) -> Actor:
    return Actor(ActorKind.STAFF, cast.staff[role], role)


async def trajectory(
    house: House,
    cast: Cast,
    *,
    coachee_id: CoacheeId | None = None,
    coach: Role = Role.COACH,
    state: TrajectoryState = TrajectoryState.RUNNING,
) -> TrajectoryId:
    """A trajectory of Amir's with Cas (or Lena, `coach=Role.OWNER`), brought to the wanted state."""
    new = NewTrajectory(
        coachee_id=coachee_id or await people.coachee(house, cast),
        coach_id=cast.staff[coach],
        format=Format.TRAJECTORY,
        domain=Domain.PROFESSIONAL,
        key_question=QUESTION,
        planned_minutes=480,
    )
    async with begin(house, cast.practice_id, acting_as(cast, coach)) as work:
        made = await trajectories.propose_trajectory(work, new)
        for verb in VERBS.get(state, []):
            await verb(work, made.id)
    return made.id


async def session(
    house: House,
    cast: Cast,
    trajectory_id: TrajectoryId,
    *,
    day: date = date(2026, 3, 3),
    at: str = "09:00",
    minutes: int = 60,
    kind: SessionKind = SessionKind.GUIDANCE,
    held: bool = False,
) -> SessionId:
    """A session on the day after the tests' first; `held` needs a day in the past."""
    new = NewSession(kind=kind, day=day, time=time.fromisoformat(at), minutes=minutes, in_hindsight=True)
    async with begin(house, cast.practice_id, acting_as(cast, Role.OWNER)) as work:
        made = await trajectories.plan_session(work, trajectory_id, new)
        if held:
            await trajectories.hold_session(work, made.id)
    return made.id


async def series(client: AsyncClient, trajectory_id: TrajectoryId, **others: object) -> str:
    """Three sessions, a week apart."""
    body = {"kind": "guidance", "day": "2026-04-07", "time": "16:00", "minutes": 60, "rule": "FREQ=WEEKLY;COUNT=3"}
    answer = await client.post(f"/v1/trajectories/{trajectory_id}/series", json=body | others)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def note(house: House, cast: Cast, session_id: SessionId, text: str) -> NoteId:
    """A note by the session's own coach; the coachee consents to notes if she had not yet."""
    async with begin(house, cast.practice_id, acting_as(cast, Role.OWNER)) as work:
        found = await trajectories.get_session(work, session_id)
    actor = Actor(ActorKind.STAFF, found.coach_id, Role.COACH)
    await people.consent_once(house, cast, found.coachee_id, Purpose.SESSION_NOTES)
    async with begin(house, cast.practice_id, actor) as work:
        written = await trajectories.write_note(work, session_id, text=text, visibility=Visibility.SHARED)
    return written.id


async def goal(client: AsyncClient, trajectory_id: TrajectoryId, text: str = "Elke dag om vijf uur naar huis.") -> str:
    answer = await client.post(f"/v1/trajectories/{trajectory_id}/goals", json={"text": text})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def hold(house: House, cast: Cast, trajectory_id: TrajectoryId, *, at: str = "16:00") -> SessionId:
    """A place that is kept for five minutes, on the day after the tests' first."""
    new = NewSession(kind=SessionKind.GUIDANCE, day=date(2026, 3, 3), time=time.fromisoformat(at), minutes=60)
    async with begin(house, cast.practice_id, acting_as(cast, Role.OWNER)) as work:
        return (await trajectories.place_hold(work, trajectory_id, new)).id
