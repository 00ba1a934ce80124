"""Making check-ins out of plans: the next fourteen local days of each accepted plan, in batches over every practice."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import DateTime, TextClause, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.checkins.closing import Swept
from domain.checkins.model import Reason
from domain.checkins.plans import OPEN_TRAJECTORY, finish, wake_schedulers
from domain.checkins.queries import get_plan
from domain.checkins.refusals import refusal
from domain.checkins.rules import SLOT, Rhythm, last_day_to_make, look_again_at, occasions
from domain.checkins.telling import said_by, statement
from domain.kit.calendar import local_day
from domain.kit.errors import DomainError
from domain.kit.ids import new_id
from domain.kit.secrets import Vault, digest
from domain.kit.work import SCHEDULER, House, Work, transaction

log = logging.getLogger("krachtlijn.checkins")

TRY_AGAIN = timedelta(hours=1)
ONE_DAY = timedelta(days=1)

OLDEST = "p.state = 'accepted' AND p.materialise_at <= :now ORDER BY p.materialise_at LIMIT {limit}"
ONE = "p.practice_id = :practice_id AND p.id = :id AND p.state = 'accepted' AND p.materialise_at <= :now"
CLAIM = """
SELECT p.practice_id, p.id, p.coachee_id, p.weekdays, p.window_from, p.window_to, p.starts_on, p.ends_on,
       p.expires_after_minutes, p.seed, p.materialised_until, t.state AS trajectory_state,
       CASE p.zone_mode WHEN 'follow_person' THEN c.zone WHEN 'practice' THEN o.zone ELSE p.zone END AS zone,
       EXISTS (SELECT FROM consents n WHERE n.practice_id = p.practice_id AND n.coachee_id = p.coachee_id
                  AND n.purpose = 'obstacle_prompts' AND n.withdrawn_at IS NULL) AS obstacles,
       (SELECT count(*) FROM check_ins k WHERE k.practice_id = p.practice_id AND k.plan_id = p.id
           AND k.slot = {slot}) AS made
  FROM check_in_plans p
  JOIN practices o ON o.id = p.practice_id
  JOIN coachees c ON c.practice_id = p.practice_id AND c.id = p.coachee_id
  JOIN trajectories t ON t.practice_id = p.practice_id AND t.id = p.trajectory_id
 WHERE {which} FOR UPDATE OF p SKIP LOCKED
"""
DUE = "SELECT p.practice_id, p.id FROM check_in_plans p WHERE {which}"
INSERT = """
WITH made AS (
  INSERT INTO check_ins (practice_id, id, plan_id, coachee_id, kind, state, local_day, slot, wall_time, zone,
                         due_at, expires_at, token_digest)
  SELECT practice_id, id, plan_id, coachee_id, kind, 'planned', local_day, {slot}, wall_time, zone,
         due_at, expires_at, token_digest
    FROM unnest(CAST(:practice_id AS uuid[]), CAST(:id AS uuid[]), CAST(:plan_id AS uuid[]),
                CAST(:coachee_id AS uuid[]), CAST(:kind AS text[]), CAST(:local_day AS date[]),
                CAST(:wall_time AS time[]), CAST(:zone AS text[]), CAST(:due_at AS timestamptz[]),
                CAST(:expires_at AS timestamptz[]), CAST(:token_digest AS bytea[]))
      AS new(practice_id, id, plan_id, coachee_id, kind, local_day, wall_time, zone, due_at, expires_at, token_digest)
  ON CONFLICT (practice_id, plan_id, local_day, slot) DO NOTHING
  RETURNING practice_id, plan_id, local_day
), plans AS (
  SELECT practice_id, plan_id, jsonb_build_object('count', count(*), 'until', max(local_day)) AS facts
    FROM made GROUP BY practice_id, plan_id
), told AS (
  INSERT INTO events (practice_id, id, at, kind, subject_id, facts)
  SELECT practice_id, {new_id}, :now, 'check_ins_planned', plan_id, facts FROM plans
)
INSERT INTO audit_entries (practice_id, id, at, actor_kind, actor_id, action, subject_id, facts)
SELECT practice_id, {new_id}, :now, :actor_kind, :actor_id, 'check_ins_planned', plan_id, facts FROM plans
"""
COLUMNS = (
    *("practice_id", "id", "plan_id", "coachee_id", "kind", "local_day", "wall_time", "zone"),
    *("due_at", "expires_at", "token_digest"),
)
# The version, which is what clients see as the ETag, counts only what they can see: the zone.
PLAN_NEXT = text("""
UPDATE check_in_plans p
   SET materialised_until = COALESCE(n.until, p.materialised_until), materialise_at = n.look_again_at, zone = n.zone,
       version = p.version + CASE WHEN p.zone = n.zone THEN 0 ELSE 1 END
  FROM unnest(CAST(:practice_id AS uuid[]), CAST(:id AS uuid[]), CAST(:until AS date[]),
              CAST(:look_again_at AS timestamptz[]), CAST(:zone AS text[]))
    AS n(practice_id, id, until, look_again_at, zone)
 WHERE p.practice_id = n.practice_id AND p.id = n.id
""")
NEXT_COLUMNS = ("practice_id", "id", "until", "look_again_at", "zone")
PUT_OFF = text("""
UPDATE check_in_plans SET materialise_at = :later
 WHERE practice_id = :practice_id AND id = :id AND state = 'accepted'
""").bindparams(bindparam("later", type_=DateTime(timezone=True)))


@dataclass(slots=True)
class Batch:
    """What is to be written for the plans of one claim."""

    vault: Vault
    now: datetime
    check_ins: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    plans: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    over: list[tuple[Any, Reason]] = field(default_factory=list[tuple[Any, Reason]])

    def add(self, plan: Any) -> None:
        """The check-ins of one plan, and when to look at it again."""
        today = local_day(self.now, plan.zone)
        if plan.trajectory_state not in OPEN_TRAJECTORY:
            self.over.append((plan, Reason.TRAJECTORY_CLOSED))
            return
        if today > plan.ends_on:
            self.over.append((plan, Reason.PLAN_NOT_RUNNING))
            return
        last = last_day_to_make(today, plan.starts_on, plan.ends_on)
        if last is not None:
            first = max(plan.starts_on, today, (plan.materialised_until or plan.starts_on - ONE_DAY) + ONE_DAY)
            made = occasions(_rhythm(plan), first, last, after=self.now, ordinal=plan.made)
            self.check_ins.extend([self._row(plan, *occasion) for occasion in made])
        again = look_again_at(last, plan.starts_on, plan.ends_on, plan.zone)
        self.plans.append((plan.practice_id, plan.id, last, again, plan.zone))

    def _row(self, plan: Any, day: Any, kind: Any, wall_time: Any, due_at: Any, expires_at: Any) -> tuple[Any, ...]:
        check_in_id = new_id()
        token = digest(self.vault.token("check_in", str(check_in_id)))
        return (
            *(plan.practice_id, check_in_id, plan.id, plan.coachee_id, kind, day, wall_time, plan.zone),
            *(due_at, expires_at, token),
        )


async def materialise_due(house: House, limit: int = 200) -> Swept:
    """Make the check-ins of the plans that are due for it, at most `limit` plans, in one transaction.

    A plan that cannot be made is looked at again in an hour; a plan that is over, or whose trajectory is, ends here.
    """
    now = house.clock()
    try:
        return Swept(await _make(house, now, _statement(CLAIM, limit), {}), 0)
    except (DBAPIError, DomainError, ValueError, LookupError) as error:
        log.warning("a batch of plans was refused (%s); making them one by one", refusal(error).text)
    async with house.sessions() as session:
        due = (await session.execute(_statement(DUE, limit), {"now": now})).all()
    made = [await _make_one(house, now, plan) for plan in due]
    return Swept(sum(made), len(made) - sum(made))


async def _make_one(house: House, now: datetime, plan: Any) -> bool:
    wanted = {"practice_id": plan.practice_id, "id": plan.id}
    try:
        await _make(house, now, _statement(CLAIM, None), wanted)
    except (DBAPIError, DomainError, ValueError, LookupError) as error:
        if not refusal(error).is_poison:
            raise
        log.warning("plan %s cannot be made: %s; trying again in an hour", plan.id, refusal(error).text)
        async with transaction(house.sessions) as session:
            await session.execute(PUT_OFF, wanted | {"later": now + TRY_AGAIN})
        return False
    return True


async def _make(house: House, now: datetime, claim: TextClause, wanted: dict[str, Any]) -> int:
    batch = Batch(house.vault, now)
    async with transaction(house.sessions) as session:
        plans = (await session.execute(claim, wanted | {"now": now})).all()
        for plan in plans:
            batch.add(plan)
        await _write(session, batch)
        for plan, reason in batch.over:
            work = Work(session, now, plan.practice_id, SCHEDULER, house.vault)
            await finish(work, await get_plan(work, plan.id, lock=True), reason)
    return len(plans)


async def _write(session: AsyncSession, batch: Batch) -> None:
    if batch.check_ins:
        insert = _insert()
        columns = dict(zip(COLUMNS, map(list, zip(*batch.check_ins, strict=True)), strict=True))
        await session.execute(insert, said_by(SCHEDULER, batch.now) | columns)
        await wake_schedulers(session)
    if batch.plans:
        columns = zip(NEXT_COLUMNS, map(list, zip(*batch.plans, strict=True)), strict=True)
        await session.execute(PLAN_NEXT, dict(columns))


def _rhythm(plan: Any) -> Rhythm:
    return Rhythm(
        weekdays=plan.weekdays,
        window_from=plan.window_from,
        window_to=plan.window_to,
        zone=plan.zone,
        expires_after=timedelta(minutes=plan.expires_after_minutes),
        seed=bytes(plan.seed),
        coachee=plan.coachee_id.bytes,
        obstacles=plan.obstacles,
    )


@cache
def _statement(sql: str, limit: int | None) -> TextClause:
    """The statement for the oldest `limit`, or for one."""
    which = ONE if limit is None else OLDEST.format(limit=int(limit))
    return text(sql.format(which=which, slot=SLOT)).bindparams(bindparam("now", type_=DateTime(timezone=True)))


@cache
def _insert() -> TextClause:
    return statement(INSERT, slot=str(SLOT))
