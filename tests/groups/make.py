"""Group sessions for tests, made over the routes of the product."""

from httpx import AsyncClient, Response

from domain.kit.ids import CoacheeId
from domain.kit.work import House
from domain.people import Purpose
from domain.practice import Role
from tests.factories import Cast
from tests.people import make as people

TUESDAY = {"title": "Samen kijken", "day": "2026-03-03", "time": "14:00", "minutes": 90, "seats": 3}


async def ask(client: AsyncClient, cast: Cast, *, role: Role = Role.COACH, **wanted: object) -> Response:
    return await client.post("/v1/group-sessions", json={"coach_id": str(cast.staff[role])} | TUESDAY | wanted)


async def group(client: AsyncClient, cast: Cast, *, role: Role = Role.COACH, **wanted: object) -> str:
    """One of three seats, on the day after the tests' first."""
    answer = await ask(client, cast, role=role, **wanted)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def participants(house: House, cast: Cast, number: int, *, mails: bool = False) -> list[CoacheeId]:
    """Coachees of Cas, who take mails if wanted."""
    found = [await people.coachee(house, cast) for _ in range(number)]
    for coachee_id in found if mails else ():
        await people.consent(house, cast, coachee_id, Purpose.CHANNEL_EMAIL)
    return found


async def join(client: AsyncClient, group_id: str, coachee_id: object, **more: object) -> Response:
    return await client.post(f"/v1/group-sessions/{group_id}/seats", json={"coachee_id": str(coachee_id)} | more)


async def seats(client: AsyncClient, group_id: str) -> list[str]:
    """The states of the seats, in the order of asking."""
    answer = await client.get(f"/v1/group-sessions/{group_id}/seats?limit=100")
    return [one["state"] for one in answer.json()["items"]]
