"""How late check-ins are when a thousand fall due each second: the product's own watch, which wakes when one is due."""

import asyncio
import dataclasses
import statistics
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

from bench import check_ins
from bench.check_ins import HAD, NOON, UNDO
from bench.planting import VAULT, Planted
from bench.rounds import Figure, Pace, Telling
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.work import system_clock
from scheduler.main import SWEEPS
from scheduler.sweep import Outcome, Sweep, Tools
from scheduler.watch import Watch

NAME = "checkins.lateness"
GOALS_MS = {"p50": (50, 10.0), "p99": (99, 50.0)}  # the percentile, and the most that it should be
PER_SECOND, SECONDS = 1000, 20
LEAD = timedelta(seconds=2)
SPREAD = """
UPDATE check_ins SET due_at = $1::timestamptz + n.number * interval '1 second' / $2::int
  FROM (SELECT practice_id, id, row_number() OVER (ORDER BY coachee_id) AS number
          FROM check_ins WHERE slot = $4 LIMIT $3) AS n
 WHERE check_ins.practice_id = n.practice_id AND check_ins.id = n.id
"""


class _Clock:
    """The real time of a day on which it is noon: check-ins are not sent at night."""

    def __init__(self) -> None:
        self.offset = NOON - system_clock()
        self.read: datetime | None = None

    def __call__(self) -> datetime:
        now = system_clock() + self.offset
        self.read = self.read or now  # the first reading in a sweep is what it writes as sent_at
        return now


async def measure(planted: Planted, _: Pace, telling: Telling) -> AsyncGenerator[Figure]:
    owner = await check_ins.owner_of(planted)
    engine = connect(planted.url, role=SWEEP_ROLE)
    clock, finished = _Clock(), dict[datetime, datetime]()
    house = make_house(engine, clock, VAULT)
    sending = next(sweep for sweep in SWEEPS if sweep.name == "send check-ins")

    async def act(tools: Tools) -> Outcome:
        clock.read = None
        outcome = await sending.act(tools)
        finished[clock.read or clock()] = clock()
        return outcome

    try:
        due = await _spread(owner, clock)
        telling.step(f"{NAME}: {due} check-ins at {PER_SECOND} a second")
        await _watch(dataclasses.replace(sending, act=act), Tools(house, None, None), due)  # type: ignore[arg-type]
        rows = await owner.fetch("SELECT due_at, sent_at FROM check_ins WHERE state = 'sent'")
        assert len(rows) == due, (len(rows), due)
        late = [(finished[sent_at] - due_at).total_seconds() * 1000 for due_at, sent_at in rows]
        for name, (percent, goal) in GOALS_MS.items():
            found = statistics.quantiles(late, n=100)[percent - 1]
            yield Figure(f"{NAME}_{name}_ms", found, "ms", "goal", found / goal)
    finally:
        await engine.dispose()
        await owner.close()


async def _spread(owner: Any, clock: _Clock) -> int:
    await owner.execute(UNDO)
    await owner.execute("VACUUM ANALYZE check_ins")
    spread: str = await owner.execute(SPREAD, clock() + LEAD, PER_SECOND, PER_SECOND * SECONDS, HAD + 1)
    return int(spread.rpartition(" ")[2])


async def _watch(sweep: Sweep, tools: Tools, due: int) -> None:
    watch = Watch([sweep], tools)
    watch.start()
    await asyncio.sleep(LEAD.total_seconds() + due / PER_SECOND + 1)
    await watch.close()
