"""Is it there, and is it ready?"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from sqlalchemy import text

from domain.kit.installation import Heartbeat, heartbeats
from domain.kit.work import House, system_clock

SILENT = timedelta(minutes=2)  # a sweep beats at least once a minute


class Alive(msgspec.Struct, frozen=True):
    status: str


class SweepHealth(msgspec.Struct, frozen=True):
    """The last sign of life of one of the things that happen by themselves."""

    name: str
    beaten_at: datetime
    late: bool
    failed: int
    last_error: str | None

    @classmethod
    def of(cls, beat: Heartbeat) -> "SweepHealth":
        return cls(beat.sweep, beat.beaten_at, system_clock() - beat.beaten_at > SILENT, beat.failed, beat.last_error)


class Ready(msgspec.Struct, frozen=True):
    status: str
    """`ready`, or `degraded` when no scheduler shows a sign of life or one reports failures."""
    sweeps: list[SweepHealth]


@get("/live", public=True, tags=["service"], sync_to_thread=False)
def live() -> Alive:
    """Say that the process answers; it asks nothing of the database."""
    return Alive("live")


@get("/ready", public=True, tags=["service"])
async def ready(request: Request[Any, Any, Any]) -> Response[Ready]:
    """Say whether the database answers, and when each sweep of the scheduler last ran."""
    house: House = request.app.state["house"]
    async with house.sessions() as session:
        await session.execute(text("SELECT 1"))
        sweeps = [SweepHealth.of(beat) for beat in await heartbeats(session)]
    healthy = bool(sweeps) and not any(sweep.late or sweep.failed for sweep in sweeps)
    return Response(Ready("ready" if healthy else "degraded", sweeps))


router = Router("/health", route_handlers=[live, ready])
