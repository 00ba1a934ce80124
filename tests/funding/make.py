"""What tests of the funding need: a running trajectory, sessions in it, and cheques."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from httpx import AsyncClient, Response

from domain import funding
from domain.kit.ids import CoacheeId, SessionId, StaffId, TrajectoryId, new_id
from domain.kit.work import OPERATOR, House, begin
from domain.practice import Role
from domain.trajectories import Session, SessionKind, SessionState, Trajectory, TrajectoryState
from tests.agreements import make as agreements
from tests.conftest import NOON
from tests.development import make as development
from tests.factories import Cast, once
from tests.people import make as people

TODAY = NOON.date()


@dataclass
class Engagement:
    """Amir's trajectory with Cas, in a practice that has its schemes."""

    house: House
    cast: Cast
    coachee_id: CoacheeId
    trajectory_id: TrajectoryId
    coach_id: StaffId
    begins_at: datetime = field(default=NOON - timedelta(days=30))

    async def session(
        self, *, minutes: int = 60, kind: SessionKind = SessionKind.GUIDANCE, state: SessionState = SessionState.HELD
    ) -> str:
        """One more session, after those before it."""
        session = self.held(minutes, kind, state)
        async with begin(self.house, self.cast.practice_id, OPERATOR) as work:
            await work.store(session)
        return str(session.id)

    def held(
        self, minutes: int, kind: SessionKind = SessionKind.GUIDANCE, state: SessionState = SessionState.HELD
    ) -> Session:
        """The next session, not stored yet."""
        self.begins_at += timedelta(hours=24)
        return Session(
            practice_id=self.cast.practice_id,
            id=SessionId(new_id()),
            trajectory_id=self.trajectory_id,
            coachee_id=self.coachee_id,
            coach_id=self.coach_id,
            kind=kind,
            state=state,
            day=self.begins_at.date(),
            time=time(12),
            zone="Europe/Brussels",
            minutes=minutes,
            starts_at=self.begins_at,
            ends_at=self.begins_at + timedelta(minutes=minutes),
        )


async def engage(
    house: House,
    cast: Cast,
    *,
    coachee_id: CoacheeId | None = None,
    coach: Role = Role.COACH,
    state: TrajectoryState = TrajectoryState.RUNNING,
    agreed: bool = True,
) -> Engagement:
    """A trajectory of a new coachee, or one more of a coachee who is here already, under a signed agreement."""
    trajectory = Trajectory(
        practice_id=cast.practice_id,
        id=TrajectoryId(new_id()),
        coachee_id=coachee_id or await people.coachee(house, cast),
        coach_id=cast.staff[coach],
        format="trajectory",
        domain="professional",
        sealed_key_question=b"sealed",
        planned_minutes=240,
        state=state,
        proposed_at=NOON,
        decided_at=None if state is TrajectoryState.PROPOSED else NOON,
    )
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await funding.load_schemes(work)
        await work.store(trajectory)
    if agreed:
        await agreements.signed(house, cast, trajectory.id)
    return Engagement(house, cast, trajectory.coachee_id, trajectory.id, trajectory.coach_id)


def codes(number: str | None = None) -> dict[str, str]:
    return {"cheque_number": number or new_id().hex, "client_number": "k 1"}


async def register(client: AsyncClient, engagement: Engagement, **known: Any) -> Response:
    body = {"trajectory_id": str(engagement.trajectory_id), **known}
    return await client.post("/v1/cheques", json=body)


async def issued(client: AsyncClient, engagement: Engagement, day: date = TODAY) -> dict[str, Any]:
    """A cheque that was ordered and issued on that day."""
    days = {"ordered_on": day.isoformat(), "issued_on": day.isoformat()}
    answer = await register(client, engagement, **days, **codes())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def start(client: AsyncClient, cheque: dict[str, Any], day: date | str = TODAY) -> Response:
    return await client.post(f"/v1/cheques/{cheque['id']}/start", json={"started_on": str(day)})


async def started(
    client: AsyncClient, engagement: Engagement, day: date = TODAY - timedelta(days=40)
) -> dict[str, Any]:
    """A cheque from before the engagement's sessions, started before them too."""
    cheque = await issued(client, engagement, day=day)
    answer = await start(client, cheque, day)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def book(client: AsyncClient, cheque: dict[str, Any], session_id: str, **known: Any) -> Response:
    return await client.post(f"/v1/cheques/{cheque['id']}/bookings", json={"session_id": session_id, **known})


async def close(client: AsyncClient, engagement: Engagement, cheque: dict[str, Any], **said: Any) -> Response:
    """With its development plan finalised."""
    await development.finalised(engagement.house, engagement.cast, engagement.trajectory_id, cheque["id"])
    return await client.post(f"/v1/cheques/{cheque['id']}/close", json=said)


async def started_in(client: AsyncClient, engagement: Engagement, clock: Any, nth: int = 1) -> dict[str, Any]:
    """A first or second cheque, started, whatever the year."""
    day = clock.now.date().isoformat()
    cheque = (await register(client, engagement, ordered_on=day, issued_on=day, nth=nth, **codes())).json()
    answer = await start(client, cheque, day)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(answer: Response) -> tuple[int | str, ...]:
    """A refusal in short: status, code, and the fields to mend."""
    body = answer.json()
    pointers = [error["pointer"] for error in body.get("errors", [])]
    return answer.status_code, body["type"].removeprefix("/problems/"), *pointers


async def receipt(client: AsyncClient, cents: int = 1000, **known: Any) -> str:
    """A sum that came in from the funder."""
    [funder, *_] = (await client.get("/v1/funders")).json()["items"]
    body = {"funder_id": funder["id"], "received_on": str(TODAY), "reference": "LBC 03", "amount_cents": cents}
    answer = await client.post("/v1/settlement-receipts", json=body | known, headers=once())
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def package(client: AsyncClient, engagement: Engagement, **known: Any) -> Response:
    """Two sessions that the coachee bought before the first of them."""
    body = {"coachee_id": str(engagement.coachee_id), "name": "Two", "unit": "sessions", "granted": 2}
    return await client.post("/v1/packages", json=body | {"bought_on": str(TODAY - timedelta(days=60))} | known)


async def draw(client: AsyncClient, session_id: str, unit: str = "sessions") -> Response:
    return await client.post(f"/v1/sessions/{session_id}/package-draws", json={"unit": unit})
