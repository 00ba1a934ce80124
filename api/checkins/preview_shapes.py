"""What a plan is going to send, on the wire."""

from datetime import date, datetime
from typing import Any

import msgspec

from api.checkins.shapes import PlanIn, Weeks
from api.checkins.trial_shapes import LotOut
from domain.checkins import Foreseen, Kind, Reason
from domain.kit.ids import TrajectoryId


class PreviewIn(PlanIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    trajectory_id: TrajectoryId
    weeks: Weeks = 4


class ForeseenOut(msgspec.Struct, frozen=True, kw_only=True):
    local_day: date
    slot: int
    edition: int
    wall_time: str
    zone: str
    due_at: datetime
    expires_at: datetime
    kind: Kind | None
    """Null where nothing is sent. What she answers until then may still turn an obstacle into a success."""
    why: str | None
    """Why it is of that kind."""
    skipped: Reason | None
    """Why nothing is sent."""
    lot: LotOut | None
    """How the lot of a trial falls here, where one counts."""

    @classmethod
    def of(cls, one: Foreseen) -> "ForeseenOut":
        values: dict[str, Any] = {name: getattr(one, name) for name in cls.__struct_fields__}
        values["wall_time"] = one.wall_time.isoformat("seconds")
        values["lot"] = LotOut.of_slot(one.lot)
        return cls(**values)


class PreviewOut(msgspec.Struct, frozen=True):
    items: list[ForeseenOut]

    @classmethod
    def of(cls, foreseen: list[Foreseen]) -> "PreviewOut":
        return cls([ForeseenOut.of(one) for one in foreseen])
