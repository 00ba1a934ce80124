"""Assignments for tests, through the routes of the product."""

from httpx import AsyncClient, Response

OWN_WORDS = "Let deze week op wat je rust geeft."
GIVEN = {"exercise_key": "role_model", "instruction": OWN_WORDS, "due_on": "2026-03-09"}


async def give(client: AsyncClient, trajectory_id: object, **others: object) -> Response:
    body = {name: value for name, value in (GIVEN | others).items() if value is not None}
    return await client.post(f"/v1/trajectories/{trajectory_id}/assignments", json=body)


async def given(client: AsyncClient, trajectory_id: object) -> str:
    answer = await give(client, trajectory_id)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
