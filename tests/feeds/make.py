"""Calendar feeds for tests, and independent readers of what they show."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import recurring_ical_events
import vobject
from httpx import AsyncClient, Response
from icalendar import Calendar


async def address(client: AsyncClient, **body: Any) -> str:
    """The path of a new feed's secret address."""
    answer = await client.post("/v1/feeds", json=body)
    assert answer.status_code == 201, answer.text
    return urlsplit(answer.json()["url"]).path


async def look(client: AsyncClient, path: str) -> str:
    answer: Response = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def events(content: str) -> list[Any]:
    """What vobject reads, which takes the clock from the calendar's own VTIMEZONE."""
    return list(vobject.readOne(content).contents.get("vevent", []))


def event(content: str, session_id: str) -> Any:
    [found] = [one for one in events(content) if str(session_id) in one.uid.value]
    return found


def between(content: str, start: datetime, end: datetime) -> list[Any]:
    """What recurring-ical-events finds in a stretch of time."""
    return recurring_ical_events.of(Calendar.from_ical(content)).between(start, end)
