"""Hours, exceptions and locations for tests, made over the routes of the product."""

from httpx import AsyncClient

from domain.practice import Role
from tests.factories import Cast

LABELS = {"nl": "Wandeling", "fr": "Promenade", "en": "Walk", "de": "Spaziergang"}


async def made(client: AsyncClient, path: str, **body: object) -> dict:
    answer = await client.post(f"/v1/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def location(client: AsyncClient, *, name: str = "De kamer", kind: str = "room") -> str:
    return (await made(client, "locations", name=name, kind=kind))["id"]


async def day_off(client: AsyncClient, cast: Cast, *, day: str = "2026-12-24", role: Role = Role.COACH) -> str:
    wanted = {"kind": "off", "first_day": day, "last_day": day}
    return (await made(client, f"coaches/{cast.staff[role]}/exceptions", **wanted))["id"]


def hours(weekday: int = 2, from_time: str = "09:00", to_time: str = "12:00", **more: object) -> dict:
    return {"weekday": weekday, "from_time": from_time, "to_time": to_time, **more}


async def work(client: AsyncClient, cast: Cast, *week: dict, role: Role = Role.COACH) -> None:
    """The coach works these hours: on Tuesday mornings where none are given."""
    answer = await client.put(f"/v1/coaches/{cast.staff[role]}/hours", json={"hours": list(week or (hours(),))})
    assert answer.status_code == 200, answer.text


async def rule(client: AsyncClient, **changes: object) -> None:
    """Change the practice's rules."""
    read = await client.get("/v1/calendar")
    answer = await client.patch("/v1/calendar", json=changes, headers={"If-Match": read.headers["etag"]})
    assert answer.status_code == 200, answer.text
