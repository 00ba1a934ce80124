"""Engagement templates, through the routes of the product."""

from typing import Any

from httpx import AsyncClient

SEVEN_HOURS: dict[str, Any] = {
    "name": "Zeven uur in vijf gesprekken",
    "domain": "professional",
    "planned_minutes": 420,
    "sessions": [{"kind": "guidance", "minutes": 90}] * 4 + [{"kind": "guidance", "minutes": 60}],
    "check_ins": {"weekdays": [2, 4], "windows": [{"from": "17:00", "to": "19:00"}], "lasts_days": 28},
    "funding_note": "Loopbaancheque of werkgever",
}


async def template(client: AsyncClient, **values: Any) -> str:
    answer = await client.post("/v1/engagement-templates", json=SEVEN_HOURS | values)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
