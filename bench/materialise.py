"""Make the check-ins of the fortnight to come, out of plans: with policy, seed and zone, as the scheduler does it.

Plans of the bench are copies of one; each is made anew in every turn. What takes the check-ins back is not timed.
"""

import time
from collections.abc import AsyncGenerator
from typing import Any

from bench import check_ins
from bench.planting import VAULT, Planted
from bench.rounds import Figure, Pace, Telling, compared, take_turns
from domain import checkins
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.work import House

NAME = "checkins.materialise"
UNIT = "occasions/s"
GOAL = 10_000.0
PLANS = 400  # made in a turn; more do not change the rate
PLANTED = PLANS * check_ins.EACH
TAKE_BACK = """
DELETE FROM check_ins k USING bench_people b
 WHERE b.number <= $1 AND k.practice_id = b.practice_id AND k.plan_id = b.plan_id AND k.sent_at IS NULL
   AND k.due_at < '2027-01-01'
"""
MAKE_DUE = """
UPDATE check_in_plans p
   SET materialise_at = '2026-01-01', materialised_until = NULL, seed = sha256(p.id::text::bytea || $2::bytea),
       terms = p.terms || '{"weekdays": [1, 2, 3, 4, 5, 6, 7], "reminder": false}', zone = 'Europe/Brussels'
  FROM bench_people b
 WHERE b.number <= $1 AND p.practice_id = b.practice_id AND p.id = b.plan_id
"""
EDITIONS = """
UPDATE check_in_plan_editions e SET terms = p.terms, effective_from = p.starts_on
  FROM check_in_plans p, bench_people b
 WHERE b.number <= $1 AND p.practice_id = b.practice_id AND p.id = b.plan_id
   AND e.practice_id = p.practice_id AND e.plan_id = p.id
"""


async def measure(planted: Planted, pace: Pace, telling: Telling) -> AsyncGenerator[Figure]:
    owner = await check_ins.owner_of(planted)
    engine = connect(planted.url, role=SWEEP_ROLE)
    house = make_house(engine, lambda: check_ins.NOON, VAULT)
    try:
        turns = {"ours": lambda: occasions_per_second(owner, house)}
        found = await take_turns(turns, pace.rounds, lambda what: telling.step(f"{NAME}, {what}"))
        yield compared(NAME, UNIT, found["ours"], "goal", [GOAL] * len(found["ours"]))
    finally:
        await owner.execute(TAKE_BACK, PLANS)
        await engine.dispose()
        await owner.close()


async def occasions_per_second(owner: Any, house: House, plans: int = PLANS) -> float:
    """A seed of its own for every plan and turn."""
    await owner.execute(TAKE_BACK, plans)
    await owner.execute(MAKE_DUE, plans, str(time.perf_counter_ns()).encode())
    await owner.execute(EDITIONS, plans)
    before = await owner.fetchval("SELECT count(*) FROM check_ins")
    started = time.perf_counter()
    while (await checkins.materialise_due(house)).done:
        pass
    spent = time.perf_counter() - started
    made: int = await owner.fetchval("SELECT count(*) FROM check_ins") - before
    assert made >= plans * 7, made
    return made / spent
