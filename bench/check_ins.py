"""Check-ins for those figures that send them: coachees by the million, planted in SQL."""

from datetime import UTC, datetime
from typing import Any

import asyncpg

from bench.planting import Planted

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EACH = 5  # check-ins of a coachee

# As a plan of the API has them, reminder included.
TERMS = """
'{"weekdays": [1], "windows": [{"start": "09:00:00", "end": "17:00:00", "slots": 1}], "expires_after_minutes": 600,
  "quiet_from": "21:00:00", "quiet_until": "08:00:00", "reminder": true}'::jsonb
"""
IDS = """
CREATE UNLOGGED TABLE IF NOT EXISTS bench_people
  (number int PRIMARY KEY, practice_id uuid, id uuid, trajectory_id uuid, plan_id uuid)
"""
PEOPLE = """
CREATE TEMP TABLE bench_ids AS
WITH made AS (
  INSERT INTO bench_people
  SELECT number, $1::uuid, gen_random_uuid(), gen_random_uuid(), gen_random_uuid()
    FROM generate_series((SELECT count(*) FROM bench_people) + 1, $2::int) AS number
  RETURNING *
)
SELECT * FROM made
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
    INSERT INTO check_in_plans (practice_id, id, version, trajectory_id, coachee_id, state, terms, edition, zone_mode,
                                zone, starts_on, ends_on, seed, token_digest, proposed_at, fatigue, unanswered,
                                pinned_from, pinned_count)
    SELECT practice_id, plan_id, 1, trajectory_id, id, 'accepted', {terms}, 1, 'fixed', 'UTC', '2026-01-01',
           '2026-12-31', '', '', now(), 0, 0, 0, 0
      FROM bench_ids
    """,
    """
    INSERT INTO check_ins (practice_id, id, plan_id, coachee_id, kind, state, local_day, slot, wall_time, zone, due_at,
                           expires_at, token_digest, source, edition)
    SELECT practice_id, gen_random_uuid(), plan_id, id, 'success', 'planned', '2026-03-02', slot,
           '12:00', 'UTC', '2027-01-01', '2028-01-01', '', 'prompted', 1
      FROM bench_ids CROSS JOIN generate_series(1, $1::int) AS slot
    """,
    "ANALYZE",
)
UNDO = """
UPDATE check_ins SET state = 'planned', due_at = '2027-01-01', sent_at = NULL, closed_at = NULL, reason = NULL
 WHERE state = 'sent'
"""
FORGET = "TRUNCATE messages, events, audit_entries CASCADE"
MAKE_DUE = """
UPDATE check_ins SET due_at = $1
  FROM bench_people b
 WHERE b.number % $2 = $3 AND check_ins.practice_id = b.practice_id AND check_ins.plan_id = b.plan_id
   AND check_ins.local_day = '2026-03-02' AND check_ins.slot = $4
"""


async def owner_of(planted: Planted) -> Any:
    """A connection for what is not measured: no trigger fires and no foreign key is looked up."""
    driver: Any = asyncpg
    connection = await driver.connect(planted.dsn)
    await connection.execute("SET session_replication_role = replica")
    return connection


async def plant(planted: Planted, check_ins: int) -> None:
    """Coachees who have consented, a plan for each, and its check-ins, all still far away; more until there are so
    many.
    """
    owner = await owner_of(planted)
    await owner.execute(IDS)
    await owner.execute(PEOPLE.replace("$1", f"'{planted.practice_id}'").replace("$2", str(check_ins // EACH)))
    for statement in TABLES:
        await owner.execute(statement.replace("{terms}", TERMS).replace("$1", str(EACH)))
    await owner.close()


async def make_due(owner: Any, turn: int, *, one_in: int) -> None:
    """Take back what was sent, and make one check-in due for one coachee in so many: in each turn for others."""
    await owner.execute(UNDO)
    await owner.execute(FORGET)
    await owner.execute(MAKE_DUE, NOON, one_in, turn % one_in, turn // one_in % EACH + 1)
