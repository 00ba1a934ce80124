"""A session, from its booking to its end."""

from datetime import timedelta
from typing import Any

from commands.story.server import expect
from commands.story.year import Year


def hold(year: Year, number: int, at: str, minutes: int, kind: str = "guidance") -> dict[str, Any]:
    """Plan a session, let its time come and go, and say that it was held."""
    wanted = {"kind": kind, "day": year.day(number).isoformat(), "time": at, "minutes": minutes}
    session = year.coach.post(f"/v1/trajectories/{year.trajectory_id}/sessions", wanted)
    year.office.move_clock(year.go_to(year.day(number), at) + timedelta(minutes=minutes))
    held = year.coach.post(f"/v1/sessions/{session['id']}/hold")
    expect(held["state"] == "held", f"a held session is {held['state']}")
    return held
