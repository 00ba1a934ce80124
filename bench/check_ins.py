"""Check-ins for those figures that send them: coachees by the thousand, planted in SQL."""

from datetime import UTC, datetime
from typing import Any

import asyncpg

from bench.planting import Planted

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EACH, GROUPS = 10, 10  # check-ins of a coachee, and of the plans as many groups, told by their day

PLANT = """
CREATE TEMP TABLE bench_ids AS
SELECT $1::uuid AS practice_id, gen_random_uuid() AS id, gen_random_uuid() AS trajectory_id,
       gen_random_uuid() AS plan_id, number
  FROM generate_series(1, $2::int) AS number
"""
TABLES = (
    """
    INSERT INTO coachees (practice_id, id, version, given_name, family_name, email, country, language, zone,
                          created_at)
    SELECT practice_id, id, 1, 'Amir', 'H.', 'amir' || number || '@example.org', 'BE', 'nl', 'UTC', now()
      FROM bench_ids
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
    SELECT practice_id, gen_random_uuid(), plan_id, id, 'success', 'planned', date '2026-03-02' + number % $2, slot,
           '12:00', 'UTC', '2027-01-01', '2028-01-01', ''
      FROM bench_ids CROSS JOIN generate_series(1, $1::int) AS slot
    """,
    "ANALYZE",
)
START_AGAIN = """
UPDATE check_ins SET state = 'planned', due_at = '2027-01-01', sent_at = NULL, closed_at = NULL, reason = NULL
"""


async def plant(planted: Planted, check_ins: int) -> None:
    """Coachees who have consented, a plan for each, and its check-ins, all still far away."""
    coachees = check_ins // EACH
    owner: Any = await asyncpg.connect(planted.dsn)
    await owner.execute("SET session_replication_role = replica")  # foreign keys hold by construction
    await owner.execute(PLANT.replace("$1", f"'{planted.practice_id}'").replace("$2", str(coachees)))
    for statement in TABLES:
        await owner.execute(statement.replace("$1", str(EACH)).replace("$2", str(GROUPS)))
    await owner.close()
