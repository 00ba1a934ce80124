"""How the database finds sessions in a practice that has had many: by an index, never by reading them all."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from domain.feeds import Feed
from domain.feeds.calendars import shown_sessions
from domain.kit.database import APP_ROLE, connect
from domain.kit.paging import PageRequest
from domain.kit.work import Reading, enter
from domain.practice import Role
from domain.trajectories import SessionFilter, SessionState, list_sessions
from tests.trajectories import make

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MANY = text("""
INSERT INTO sessions (practice_id, id, trajectory_id, coachee_id, coach_id, kind, state, day, time, zone, minutes,
                      starts_at, ends_at, version)
SELECT t.practice_id, gen_random_uuid(), t.id, t.coachee_id, t.coach_id, 'guidance', 'planned', at::date, at::time,
       'UTC', 60, at, at + interval '1 hour', 1
  FROM generate_series(0, 19999) AS number,
       LATERAL (SELECT timestamptz '2017-12-31 12:00Z' + number * interval '4 hours') AS moment (at),
       trajectories t
 WHERE t.id = CASE WHEN number % 100 = 0 THEN CAST(:few AS uuid) ELSE CAST(:many AS uuid) END
""")

# With two coachees in all, the database would find a coach's sessions by way of them.
OTHERS = text(r"""
INSERT INTO coachees
SELECT other.*
  FROM trajectories t
  JOIN coachees c ON c.practice_id = t.practice_id AND c.id = t.coachee_id,
       generate_series(1, 200) AS number,
       jsonb_populate_record(NULL\:\:coachees, to_jsonb(c) || jsonb_build_object(
         'id', gen_random_uuid(), 'email', number || '@example.org')) AS other
 WHERE t.id = :few
""")


class Explaining:
    """Explains the reads that are asked of it, and finds nothing."""

    def __init__(self, driver):
        self.driver = driver
        self.plan = []

    async def fetch(self, sql, *arguments):
        self.plan = await self.driver.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *arguments)
        return []


@pytest.fixture
def house(fresh_house):
    return fresh_house


@pytest.fixture
async def few(house, cast):
    return await make.trajectory(house, cast)


@pytest.fixture
async def busy(house, cast, fresh, few):
    """Nine years of sessions, one in a hundred of another coachee with another coach, and two hundred coachees without
    any.
    """
    many = await make.trajectory(house, cast, coach=Role.OWNER)
    owner = connect(fresh, role=None, pool_size=1)
    async with owner.connect() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(MANY, {"few": few, "many": many})
        await connection.execute(OTHERS, {"few": few})
        await connection.execute(text("ANALYZE sessions, coachees, trajectories"))
        await connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        await enter(connection, cast.practice_id)
        yield connection
        await connection.rollback()
    await owner.dispose()


def steps(plan):
    """Every step of a plan, the steps below it included."""
    [top] = plan
    left = [top["Plan"]]
    while left:
        step = left.pop()
        yield step
        left += step.get("Plans", [])


def found_by(plan):
    """By which indexes a plan finds sessions; it reads no table from end to end."""
    taken = [step for step in steps(plan) if "sessions" in (step.get("Relation Name"), step.get("Index Name", "")[:8])]
    assert not [step for step in taken if step["Node Type"] == "Seq Scan"], plan
    return {step["Index Name"] for step in taken if "Index Name" in step}


LISTS = [
    (Role.OWNER, {}, "sessions_time_idx"),
    (Role.OWNER, {"state": SessionState.PLANNED}, "sessions_planned_idx", "sessions_time_idx"),
    (Role.OWNER, {"from_day": date(2026, 3, 2), "to_day": date(2026, 3, 8)}, "sessions_time_idx"),
    (Role.OWNER, {"coach_id": Role.COACH}, "sessions_coach_idx"),
    (Role.OWNER, {"trajectory_id": "few"}, "sessions_trajectory_idx"),
    (Role.COACH, {}, "sessions_coach_idx"),
    (Role.COACH, {"coach_id": Role.COACH}, "sessions_coach_idx"),
    (Role.COACH, {"trajectory_id": "few"}, "sessions_trajectory_idx"),
]


async def test_a_page_of_sessions_is_read_in_the_order_of_an_index(house, cast, busy, few):
    named = {"few": few, **cast.staff}
    driver = (await busy.get_raw_connection()).driver_connection
    for role, wanted, *indexes in LISTS:
        asked = SessionFilter(**{name: named.get(value, value) for name, value in wanted.items()})
        reading = Reading(driver, NOW, cast.practice_id, make.acting_as(cast, role), house.vault)
        first = await list_sessions(reading, PageRequest(limit=20, cursor=None), asked)
        for cursor in {None, first.next_cursor}:
            explaining = Explaining(driver)
            await list_sessions(replace(reading, connection=explaining), PageRequest(limit=20, cursor=cursor), asked)
            assert found_by(explaining.plan) in [{index} for index in indexes], (role, wanted)
            assert not [step for step in steps(explaining.plan) if step["Node Type"] == "Sort"], (role, wanted)


async def test_a_feed_reads_the_sessions_of_its_person_alone(cast, busy, few):
    driver = (await busy.get_raw_connection()).driver_connection
    coachee_id = await busy.scalar(text("SELECT coachee_id FROM trajectories WHERE id = :few"), {"few": few})
    for whose, index in ((None, "sessions_coach_idx"), (coachee_id, "sessions_coachee_idx")):
        feed = Feed(practice_id=cast.practice_id, staff_id=cast.staff[Role.COACH], coachee_id=whose)
        query = shown_sessions(feed, NOW).compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        assert found_by(await driver.fetchval(f"EXPLAIN (FORMAT JSON) {query}")) == {index}
