"""What the story remembers from chapter to chapter."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from commands.story.server import Server

ZONE = ZoneInfo("Europe/Brussels")
FIRST_DAY = date(2026, 3, 2)  # a Monday, within the cheque scheme in force; every run lives the same days


@dataclass
class Year:
    """`office` calls as the administrator, `coach` as the coach of this run; names are new in each run."""

    office: Server
    run: str = field(default_factory=lambda: secrets.token_hex(3))
    coach: Server = field(init=False)
    coach_id: str = ""
    coachee_id: str = ""
    coachee_email: str = ""
    trajectory_id: str = ""
    cheque_id: str = ""
    plan_id: str = ""
    sponsor_id: str = ""
    invoice: dict[str, Any] = field(default_factory=dict[str, Any])
    held: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def __post_init__(self) -> None:
        self.coach = self.office

    def go_to(self, day: date, at: str) -> datetime:
        """Move the clock to that wall time in Brussels."""
        moment = datetime.combine(day, time.fromisoformat(at), ZONE).astimezone(UTC)
        self.office.move_clock(moment)
        return moment

    def day(self, number: int) -> date:
        """The day of the story, counted from its first."""
        return FIRST_DAY + timedelta(days=number)
