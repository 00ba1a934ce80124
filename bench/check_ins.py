"""Check-ins for those figures that send them: one coachee made by the product's own actions, then copied in SQL."""

from datetime import UTC, date, datetime, time
from typing import Any

import asyncpg

from bench.planting import VAULT, Planted
from domain import checkins, people, trajectories
from domain.checkins import NewPlan, Terms, Window, ZoneMode
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.ids import CoacheeId, PlanId, TrajectoryId, new_id
from domain.kit.work import OPERATOR, House, Work, begin
from domain.people import GivenVia, NewCoachee, Purpose
from domain.trajectories import Domain, Format, NewTrajectory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
THE_DAY_BEFORE = datetime(2026, 3, 1, 12, tzinfo=UTC)
EACH = 5  # check-ins of a coachee
HAD = 3  # of which she was sent and answered the first
CONSENTS = (Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL, Purpose.OBSTACLE_PROMPTS)
TERMS = Terms(weekdays=(1,), windows=(Window(start=time(9), end=time(17)),), expires_after_minutes=600, reminder=False)

PEOPLE = """
CREATE UNLOGGED TABLE IF NOT EXISTS bench_people
  (number int PRIMARY KEY, practice_id uuid, id uuid, trajectory_id uuid, plan_id uuid)
"""
MORE = """
CREATE TEMP TABLE bench_new AS
WITH made AS (
  INSERT INTO bench_people
  SELECT number, $1::uuid, gen_random_uuid(), gen_random_uuid(), gen_random_uuid()
    FROM generate_series((SELECT count(*) FROM bench_people) + 1, $2::int) AS number
  RETURNING *
)
SELECT * FROM made
"""
COPY = """
INSERT INTO {table}
SELECT copied.*
  FROM {table} AS model, bench_new b, generate_series(1, {each}) AS part(number),
       LATERAL jsonb_populate_record(model, jsonb_build_object({changes})) AS copied
 WHERE model.{key} = $1
"""
# The kinds in about the shares that the policy gives them; all of a coachee's are of one kind, so that those who are
# made due together are of all kinds.
CHECK_IN = f"""
'id', gen_random_uuid(), 'plan_id', b.plan_id, 'coachee_id', b.id, 'slot', part.number, 'token_digest', b.id,
'expires_at', '2028-01-01') || CASE WHEN part.number <= {HAD} THEN jsonb_build_object(
'kind', 'success', 'state', 'answered', 'local_day', date '2026-02-20' + part.number,
'due_at', date '2026-02-20' + part.number, 'sent_at', date '2026-02-20' + part.number, 'answered_at', '2026-02-24')
ELSE jsonb_build_object('due_at', '2027-01-01', 'kind', CASE
WHEN b.number / 100 % 20 < 4 THEN 'obstacle' WHEN b.number / 100 % 20 < 7 THEN 'ideal'
WHEN b.number / 100 % 20 < 9 THEN 'quality_in_action' WHEN b.number / 100 % 20 < 10 THEN 'own' ELSE 'success' END) END
|| jsonb_build_object(
"""
OTHER_TABLES = ("coachee_rhythms", "own_questions", "coachee_reach")
# What the rules of the other kinds look at; every tenth chose her channels herself.
MORE_OF_THEM = """
INSERT INTO coachee_rhythms (practice_id, id, last_valence, obstacles_declined)
SELECT practice_id, id, 4, 0 FROM bench_new;
INSERT INTO own_questions
  (practice_id, id, plan_id, coachee_id, number, state, proposed_by, sealed_items, proposed_at)
SELECT practice_id, gen_random_uuid(), plan_id, id, 1, 'accepted', 'coach', '', now()
  FROM bench_new WHERE number / 100 % 20 = 9;
INSERT INTO coachee_reach (practice_id, id, channels, explicit)
SELECT practice_id, id, '{email}', false FROM bench_new WHERE number % 10 = 0
"""
# Of each table: what of the model's row is its own, and what a copy has instead.
TABLES = {
    "coachees": ("id", "'id', b.id, 'email', b.id || '@example.org'"),
    "consents": ("coachee_id", "'id', gen_random_uuid(), 'coachee_id', b.id"),
    "trajectories": ("coachee_id", "'id', b.trajectory_id, 'coachee_id', b.id"),
    "check_in_plans": ("coachee_id", "'id', b.plan_id, 'coachee_id', b.id, 'trajectory_id', b.trajectory_id"),
    "check_in_plan_editions": ("plan_id", "'id', gen_random_uuid(), 'plan_id', b.plan_id"),
    "check_ins": ("plan_id", CHECK_IN),
}
UNDO = """
UPDATE check_ins
   SET state = 'planned', due_at = '2027-01-01', sent_at = NULL, closed_at = NULL, reason = NULL,
       own_questions_id = NULL
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
    await owner.execute(PEOPLE)
    model = await _model(planted, owner)
    await owner.execute(MORE.replace("$1", f"'{planted.practice_id}'").replace("$2", str(check_ins // EACH)))
    for table, (key, changes) in TABLES.items():
        copy = COPY.format(table=table, each=EACH if table == "check_ins" else 1, key=key, changes=changes)
        await owner.execute(copy.replace("$1", f"'{model[key]}'"))
    await owner.execute(MORE_OF_THEM)
    await owner.execute("ANALYZE bench_people")
    # As tables are that have stood for a while: who is the first to read a new row writes to its page.
    await owner.execute(f"VACUUM ANALYZE {', '.join([*TABLES, *OTHER_TABLES])}")
    await owner.close()


async def _model(planted: Planted, owner: Any) -> dict[str, Any]:
    """One coachee with a check-in due on Monday, of which all others are copies; she herself is not among them."""
    engine, sweeps = connect(planted.url), connect(planted.url, role=SWEEP_ROLE)
    try:
        coachee_id, plan_id = await somebody(planted, make_house(engine, _the_day_before, VAULT))
        await checkins.materialise_due(make_house(sweeps, _the_day_before, VAULT))
    finally:
        await engine.dispose()
        await sweeps.dispose()
    await owner.execute("UPDATE check_in_plans SET materialise_at = '2030-01-01'")
    await owner.execute("DELETE FROM check_ins WHERE plan_id = $1 AND local_day > '2026-03-02'", plan_id)
    await owner.execute(
        "UPDATE check_ins SET due_at = '2029-01-01', expires_at = '2030-01-01' WHERE plan_id = $1", plan_id
    )
    return {"id": coachee_id, "coachee_id": coachee_id, "plan_id": plan_id}


async def somebody(planted: Planted, house: House) -> tuple[CoacheeId, PlanId]:
    """A coachee with an accepted plan, made by the product's own actions."""
    async with begin(house, planted.practice_id, OPERATOR) as work:
        coachee_id = await _coachee(work)
        trajectory_id = await _trajectory(work, planted, coachee_id)
        return coachee_id, await _plan(work, trajectory_id)


def _the_day_before() -> datetime:
    return THE_DAY_BEFORE


async def _coachee(work: Work) -> CoacheeId:
    new = NewCoachee(given_name="Amir", family_name="H.", email=f"{new_id()}@example.org", zone="UTC")
    coachee = await people.create_coachee(work, new)
    for purpose in CONSENTS:
        given = {"wording_version": 1, "given_via": GivenVia.PAPER, "language": coachee.language}
        await people.give_consent(work, coachee.id, purpose, **given)
    return coachee.id


async def _trajectory(work: Work, planted: Planted, coachee_id: CoacheeId) -> TrajectoryId:
    coach_id = (await trajectories.get_trajectory(work, planted.trajectories[0])).coach_id
    new = NewTrajectory(
        coachee_id=coachee_id,
        coach_id=coach_id,
        format=Format.TRAJECTORY,
        domain=Domain.BOTH,
        key_question="What do I want to keep?",
        planned_minutes=60,
    )
    made = await trajectories.propose_trajectory(work, new)
    return (await trajectories.accept_trajectory(work, made.id)).id


async def _plan(work: Work, trajectory_id: TrajectoryId) -> PlanId:
    days = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 12, 31)}
    new = NewPlan(terms=TERMS, zone_mode=ZoneMode.FIXED, zone="UTC", **days)
    plan = await checkins.propose_plan(work, trajectory_id, new)
    return (await checkins.accept_plan(work, plan.id)).id


async def take_back(owner: Any) -> None:
    """What was sent, with its mails and what was told of it."""
    await owner.execute(UNDO)
    await owner.execute(FORGET)


async def make_due(owner: Any, turn: int, *, one_in: int) -> None:
    """Make one check-in due for one coachee in so many: in each turn for others."""
    await owner.execute(MAKE_DUE, NOON, one_in, turn % one_in, turn // one_in % (EACH - HAD) + HAD + 1)
