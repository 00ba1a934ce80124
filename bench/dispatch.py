"""Send due check-ins: the product's own sweep, and a bare update of the same rows, in turns.

Ten check-ins for each coachee, and one of them due for every tenth coachee: one row in a hundred, as in the goal. What
makes them due is not timed.
"""

import itertools
import time
from typing import Any

import asyncpg

from bench.check_ins import EACH, GROUPS, NOON, START_AGAIN
from bench.planting import VAULT, Planted
from bench.rounds import Figure, Pace, Telling, compared, take_turns
from domain import checkins
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.work import House
from scheduler.main import BATCH

NAME = "checkins.dispatch"
TIMES_A_SLICE = 10
BARE_BATCH = 1000

CLOSE = "UPDATE check_ins SET state = 'expired', closed_at = $1 WHERE state = 'sent'"
MAKE_DUE = """
UPDATE check_ins SET due_at = $1 WHERE slot = $2 AND local_day = date '2026-03-02' + $3::int AND state = 'planned'
"""
BARE = f"""
UPDATE check_ins SET state = 'sent', sent_at = $1
 WHERE (practice_id, id) IN (SELECT practice_id, id FROM check_ins WHERE state = 'planned' AND due_at <= $1
                             ORDER BY due_at LIMIT {BARE_BATCH})
RETURNING id
"""


async def measure(planted: Planted, pace: Pace, telling: Telling) -> Figure:
    coachees = pace.check_ins // EACH
    owner: Any = await asyncpg.connect(planted.dsn)
    engine = connect(planted.url, role=SWEEP_ROLE)
    try:
        house = make_house(engine, lambda: NOON, VAULT)
        contest = _Contest(owner, house, coachees)
        turns = {"ours": contest.ours, "bare-update": contest.bare}
        found = await take_turns(turns, pace.rounds, lambda what: telling.step(f"{NAME}, {what}"))
        return compared(NAME, "check-ins/s", found["ours"], "bare-update", found["bare-update"])
    finally:
        await engine.dispose()
        await owner.close()


class _Contest:
    def __init__(self, owner: Any, house: House, coachees: int) -> None:
        self.owner, self.house, self.due = owner, house, coachees // GROUPS
        self.turns = itertools.cycle(itertools.product(range(1, EACH + 1), range(GROUPS)))

    async def ours(self) -> float:
        return await self._slice(self._sweep)

    async def bare(self) -> float:
        return await self._slice(self._update)

    async def _slice(self, send: Any) -> float:
        spent = 0.0
        for _ in range(TIMES_A_SLICE):
            await self._make_due()
            started = time.perf_counter()
            sent = await send()
            spent += time.perf_counter() - started
            assert sent == self.due, (sent, self.due)
        await self.owner.execute("VACUUM check_ins")
        return TIMES_A_SLICE * self.due / spent

    async def _make_due(self) -> None:
        slot, group = next(self.turns)
        if (slot, group) == (1, 0):
            await self.owner.execute(START_AGAIN)
            await self.owner.execute("VACUUM check_ins")
        await self.owner.execute(CLOSE, NOON)
        await self.owner.execute(MAKE_DUE, NOON, slot, group)

    async def _sweep(self) -> int:
        """As the scheduler does it: batch after batch until nothing is due."""
        sent = 0
        while batch := (await checkins.send_due(self.house, BATCH))[0]:
            sent += batch
        return sent

    async def _update(self) -> int:
        sent = 0
        while batch := len(await self.owner.fetch(BARE, NOON)):
            sent += batch
        return sent
