"""Send due check-ins: the product's own sweep, and a bare update of the same rows, in turns.

A hundred check-ins for each coachee, one of them due at a time: one in a hundred rows, as in the goal. What a turn does
to make rows due is not timed.
"""

import itertools
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import asyncpg

from bench.planting import VAULT, Planted
from bench.rounds import Figure, Pace, Telling, compared, take_turns
from domain import checkins
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.work import House
from scheduler.main import BATCH

NAME = "checkins.dispatch"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EACH = 100
BATCHES_A_SLICE = 10
BARE_BATCH = 1000

PLANT = """
CREATE TEMP TABLE bench_ids AS
SELECT $1::uuid AS practice_id, gen_random_uuid() AS id, gen_random_uuid() AS trajectory_id,
       gen_random_uuid() AS plan_id, number
  FROM generate_series(1, $2::int) AS number
"""
TABLES = (
    """
    INSERT INTO coachees (practice_id, id, version, given_name, family_name, email, language, zone, created_at)
    SELECT practice_id, id, 1, 'Amir', 'H.', 'amir' || number || '@example.org', 'nl', 'UTC', now() FROM bench_ids
    """,
    """
    INSERT INTO consents (practice_id, id, coachee_id, purpose, wording_version, wording_digest, language, given_at,
                          given_via)
    SELECT practice_id, gen_random_uuid(), id, purpose, 1, '', 'nl', now(), 'paper'
      FROM bench_ids CROSS JOIN unnest(ARRAY['check_ins', 'channel_email', 'obstacle_prompts']) AS purpose
    """,
    """
    INSERT INTO trajectories (practice_id, id, version, coachee_id, coach_id, format, domain, sealed_key_question,
                              planned_minutes, state, proposed_at, decided_at)
    SELECT practice_id, trajectory_id, 1, bench_ids.id, (SELECT id FROM staff LIMIT 1), 'trajectory', 'both', '', 60,
           'running', now(), now()
      FROM bench_ids
    """,
    """
    INSERT INTO check_in_plans (practice_id, id, version, trajectory_id, coachee_id, state, weekdays, window_from,
                                window_to, zone_mode, zone, starts_on, ends_on, channel, expires_after_minutes, seed,
                                token_digest, proposed_at)
    SELECT practice_id, plan_id, 1, trajectory_id, id, 'accepted', '{1}', '09:00', '17:00', 'fixed', 'UTC',
           '2026-01-01', '2026-12-31', 'email', 600, '', '', now()
      FROM bench_ids
    """,
    """
    INSERT INTO check_ins (practice_id, id, plan_id, coachee_id, kind, state, local_day, slot, wall_time, zone, due_at,
                           expires_at, token_digest)
    SELECT practice_id, gen_random_uuid(), plan_id, id, 'success', 'planned', '2026-03-02', slot, '12:00', 'UTC',
           '2027-01-01', '2028-01-01', ''
      FROM bench_ids CROSS JOIN generate_series(1, $1::int) AS slot
    """,
    "ANALYZE",
)
CLOSE = "UPDATE check_ins SET state = 'expired', closed_at = $1 WHERE state = 'sent'"
MAKE_DUE = "UPDATE check_ins SET due_at = $1 WHERE slot = $2 AND state = 'planned'"
START_AGAIN = """
UPDATE check_ins SET state = 'planned', due_at = '2027-01-01', sent_at = NULL, closed_at = NULL, reason = NULL
"""
BARE = f"""
UPDATE check_ins SET state = 'sent', sent_at = $1
 WHERE (practice_id, id) IN (SELECT practice_id, id FROM check_ins WHERE state = 'planned' AND due_at <= $1
                             ORDER BY due_at LIMIT {BARE_BATCH})
RETURNING id
"""


async def measure(planted: Planted, pace: Pace, telling: Telling) -> AsyncGenerator[Figure]:
    coachees = pace.check_ins // EACH
    owner: Any = await asyncpg.connect(planted.dsn)
    engine = connect(planted.url, role=SWEEP_ROLE)
    try:
        await plant(owner, planted, coachees)
        house = make_house(engine, lambda: NOON, VAULT)
        contest = _Contest(owner, house, coachees)
        turns = {"ours": contest.ours, "bare-update": contest.bare}
        found = await take_turns(turns, pace.rounds, lambda what: telling.step(f"{NAME}, {what}"))
        yield compared(NAME, "check-ins/s", found["ours"], "bare-update", found["bare-update"])
    finally:
        await engine.dispose()
        await owner.close()


async def plant(owner: Any, planted: Planted, coachees: int) -> None:
    await owner.execute("SET session_replication_role = replica")  # foreign keys hold by construction
    await owner.execute(PLANT.replace("$1", f"'{planted.practice_id}'").replace("$2", str(coachees)))
    for statement in TABLES:
        await owner.execute(statement.replace("$1", str(EACH)))
    await owner.execute("SET session_replication_role = origin")


class _Contest:
    def __init__(self, owner: Any, house: House, coachees: int) -> None:
        self.owner, self.house, self.coachees = owner, house, coachees
        self.slots = itertools.cycle(range(1, EACH + 1))

    async def ours(self) -> float:
        return await self._slice(self._sweep)

    async def bare(self) -> float:
        return await self._slice(self._update)

    async def _slice(self, send: Any) -> float:
        spent = 0.0
        for _ in range(BATCHES_A_SLICE):
            await self._make_due()
            started = time.perf_counter()
            sent = await send()
            spent += time.perf_counter() - started
            assert sent == self.coachees, (sent, self.coachees)
        await self.owner.execute("VACUUM check_ins")
        return BATCHES_A_SLICE * self.coachees / spent

    async def _make_due(self) -> None:
        slot = next(self.slots)
        if slot == 1:
            await self.owner.execute(START_AGAIN)
            await self.owner.execute("VACUUM check_ins")
        await self.owner.execute(CLOSE, NOON)
        await self.owner.execute(MAKE_DUE, NOON, slot)

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
