"""Alerts for tests."""

from httpx import AsyncClient


async def alerted(coach: AsyncClient, page: str) -> str:
    """The id of the alert to a coach, after her coachee asked for it on the page of a check-in."""
    told = await coach.post(page, data={"support": "tell"})
    assert told.status_code == 200, told.text
    return (await coach.get("/v1/support-alerts")).json()["items"][-1]["id"]
