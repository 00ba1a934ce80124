"""Teams and pulses, through the routes of the product."""

from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from domain.kit.ids import CoacheeId, PulseId
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Language
from domain.practice import Role
from domain.teams import PulseTicket, current_questions, questions
from tests.factories import Cast
from tests.people import make as people

QUESTION = "Hoe blijven we samen op koers als het druk wordt?"
SCORES = dict.fromkeys(questions(current_questions()), "4")


@dataclass(frozen=True)
class Group:
    """A team of a coach, and who is in it."""

    id: str
    coachees: list[CoacheeId]

    @property
    def path(self) -> str:
        return f"/v1/teams/{self.id}"


async def created(client: AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def team(
    client: AsyncClient, house: House, cast: Cast, *, members: int = 5, coach: Role = Role.COACH, **values: Any
) -> Group:
    """A team of so many, each with an open file."""
    made = await created(client, "/v1/teams", {"name": "De bakkerij", "coach_id": str(cast.staff[coach])} | values)
    coachees = [
        await people.coachee(house, cast, coach_id=cast.staff[coach], language=_spoken(n)) for n in range(members)
    ]
    for one in coachees:
        await created(client, f"/v1/teams/{made['id']}/members", {"coachee_id": str(one)})
    return Group(made["id"], coachees)


async def links(house: House, cast: Cast, pulse_id: str) -> list[str]:
    """The pages of a pulse, one a member."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(PulseTicket.id).where(PulseTicket.pulse_id == PulseId(pulse_id)).order_by(PulseTicket.id)
        return [f"/t/{house.vault.token('pulse', str(ticket_id))}" for ticket_id in await work.session.scalars(query)]


async def plant(client: AsyncClient, house: House, cast: Cast) -> tuple[str, str, str, str, str]:
    """One of everything of a team: itself, a member, a trajectory, a finding and a pulse."""
    group = await team(client, house, cast, coach=Role.OWNER)
    member = (await client.get(f"{group.path}/members")).json()["items"][0]
    guided = await created(client, f"{group.path}/trajectories", {"key_question": QUESTION, "planned_minutes": 600})
    found = await created(client, f"{group.path}/findings", {"kind": "quality", "catalogue_key": "patient"})
    pulse = await created(client, f"{group.path}/pulses", {})
    return group.id, member["id"], guided["id"], found["id"], pulse["id"]


def _spoken(number: int) -> Language:
    return list(Language)[number % len(Language)]
