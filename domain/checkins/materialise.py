"""Making check-ins out of plans: the next fourteen local days of each accepted plan, in batches over every practice."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import DateTime, TextClause, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.checkins.closing import Swept
from domain.checkins.courses import READ, Standing, course_of, made_of
from domain.checkins.plans import OPEN_TRAJECTORY, finish, wake_schedulers
from domain.checkins.queries import get_plan
from domain.checkins.refusals import refusal
from domain.checkins.schedule import Occasion, last_day_to_make, look_again_at, occasions
from domain.checkins.slots import Course
from domain.checkins.states import Reason
from domain.checkins.telling import new_id_of, said_by, statement
from domain.kit.calendar import local_day, start_of_day
from domain.kit.errors import DomainError
from domain.kit.ids import new_id
from domain.kit.secrets import Vault, digest
from domain.kit.work import SCHEDULER, House, Work, transaction

log = logging.getLogger("krachtlijn.checkins")

TRY_AGAIN = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
A_MOMENT = timedelta(minutes=1)  # in which what is due is sent
GRACE = timedelta(hours=2)  # in which what has run out may still be answered

OLDEST = "p.state = 'accepted' AND p.materialise_at <= :now ORDER BY p.materialise_at LIMIT {limit}"
ONE = "p.practice_id = :practice_id AND p.id = :id AND p.state = 'accepted' AND p.materialise_at <= :now"
# What is to be made anew goes first, in a statement of its own, so that the reading after it counts what is left. A
# check-in that is due by now is left to be sent.
CLAIM = """
WITH claimed AS MATERIALIZED (
  SELECT p.practice_id, p.id, p.replan_from FROM check_in_plans p WHERE {which} FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM check_ins k USING claimed c
   WHERE c.replan_from IS NOT NULL AND k.practice_id = c.practice_id AND k.plan_id = c.id
     AND k.local_day >= c.replan_from AND k.sent_at IS NULL AND k.due_at > :now AND k.source = 'prompted'
     AND k.state IN ('planned', 'skipped')
)
SELECT practice_id, id FROM claimed
"""
DUE = "SELECT p.practice_id, p.id FROM check_in_plans p WHERE {which}"
INSERT = """
WITH made AS (
  INSERT INTO check_ins (practice_id, id, plan_id, coachee_id, kind, source, edition, decision, state, local_day, slot,
                         wall_time, zone, due_at, expires_at, token_digest, reason, closed_at)
  SELECT practice_id, id, plan_id, coachee_id, kind, 'prompted', edition, CAST(decision AS jsonb),
         CASE WHEN reason IS NULL THEN 'planned' ELSE 'skipped' END, local_day, slot, wall_time, zone,
         due_at, expires_at, token_digest, reason, CASE WHEN reason IS NOT NULL THEN :now END
    FROM unnest(CAST(:practice_id AS uuid[]), CAST(:id AS uuid[]), CAST(:plan_id AS uuid[]),
                CAST(:coachee_id AS uuid[]), CAST(:kind AS text[]), CAST(:edition AS int[]),
                CAST(:decision AS text[]), CAST(:local_day AS date[]), CAST(:slot AS int[]),
                CAST(:wall_time AS time[]), CAST(:zone AS text[]), CAST(:due_at AS timestamptz[]),
                CAST(:expires_at AS timestamptz[]), CAST(:token_digest AS bytea[]), CAST(:reason AS text[]))
      AS new(practice_id, id, plan_id, coachee_id, kind, edition, decision, local_day, slot, wall_time, zone, due_at,
             expires_at, token_digest, reason)
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
    *("practice_id", "id", "plan_id", "coachee_id", "kind", "edition", "decision", "local_day", "slot", "wall_time"),
    *("zone", "due_at", "expires_at", "token_digest", "reason"),
)
# The version, which is what clients see as the ETag, counts only what they can see: the zone and the terms in force.
PLAN_NEXT = text("""
UPDATE check_in_plans p
   SET materialised_until = COALESCE(n.until, p.materialised_until), materialise_at = n.look_again_at, zone = n.zone,
       replan_from = NULL, edition = e.number, terms = e.terms,
       version = p.version + CASE WHEN p.zone = n.zone AND p.edition = e.number THEN 0 ELSE 1 END
  FROM unnest(CAST(:practice_id AS uuid[]), CAST(:id AS uuid[]), CAST(:until AS date[]),
              CAST(:look_again_at AS timestamptz[]), CAST(:zone AS text[]), CAST(:edition AS int[]))
    AS n(practice_id, id, until, look_again_at, zone, edition)
  JOIN check_in_plan_editions e ON e.practice_id = n.practice_id AND e.plan_id = n.id AND e.number = n.edition
 WHERE p.practice_id = n.practice_id AND p.id = n.id
""")
NEXT_COLUMNS = ("practice_id", "id", "until", "look_again_at", "zone", "edition")
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

    def add(self, plan: Standing) -> None:
        """The check-ins of one plan, and when to look at it again."""
        course = course_of(plan)
        today = local_day(self.now, plan.zone)
        if plan.trajectory_state not in OPEN_TRAJECTORY:
            self.over.append((plan, Reason.TRAJECTORY_CLOSED))
            return
        if today > course.last_on or _is_complete(plan, course, today, self.now):
            self.over.append((plan, Reason.PLAN_NOT_RUNNING))
            return
        made, found = made_of(plan), list[Occasion]()
        last = last_day_to_make(today, plan.starts_on, course.last_on)
        if last is not None:
            found = list(occasions(course, first_day(plan, today), last, after=self.now, made=made))
            self.check_ins.extend([self._row(plan, occasion) for occasion in found])
        if made.halted_on is not None:
            last = made.halted_on - ONE_DAY
            again = self._once_sent(plan, found)
        else:
            again = look_again_at(last, plan.starts_on, course.last_on, plan.zone)
        again = min([again, *_turns(plan, course, today)])
        in_force = course.edition(max(today, plan.starts_on)).number
        self.plans.append((plan.practice_id, plan.id, last, again, plan.zone, in_force))

    def _once_sent(self, plan: Standing, found: Sequence[Occasion]) -> datetime:
        """When it is known whether the last of its number was sent: if not, one more is made."""
        to_come = [one.due_at for one in found if one.decision is not None]
        return max(self.now, plan.last_due_at or self.now, *to_come) + A_MOMENT

    def _row(self, plan: Standing, one: Occasion) -> tuple[Any, ...]:
        check_in_id = new_id()
        token = digest(self.vault.token("check_in", str(check_in_id)))
        decision = None if one.decision is None else msgspec.json.encode(one.decision).decode()
        return (
            *(plan.practice_id, check_in_id, plan.id, plan.coachee_id, one.kind, one.edition, decision, one.day),
            *(one.slot, one.wall_time, plan.zone, one.due_at, one.expires_at, token, one.skipped),
        )


def first_day(plan: Standing, today: date) -> date:
    """From which day on the check-ins of a plan are still to be made."""
    unmade = plan.starts_on if plan.materialised_until is None else plan.materialised_until + ONE_DAY
    if plan.replan_from is not None:
        unmade = min(unmade, plan.replan_from)
    return max(plan.starts_on, today, unmade)


def _turns(plan: Standing, course: Course, today: date) -> Iterator[datetime]:
    """When a plan is another than it was: a new edition is in force from its first day on, and its number is had."""
    for one in course.editions:
        if one.effective_from > today:
            yield start_of_day(one.effective_from, plan.zone)
    if plan.open_until is not None and _had_all(plan, course, today):
        yield plan.open_until + GRACE


def _is_complete(plan: Standing, course: Course, today: date, now: datetime) -> bool:
    """Whether it was sent as many check-ins as any edition from now on asks, and the last of them has run out."""
    return _had_all(plan, course, today) and (plan.open_until is None or plan.open_until <= now)


def _had_all(plan: Standing, course: Course, today: date) -> bool:
    days = [today, *(one.effective_from for one in course.editions if one.effective_from > today)]
    most = [course.edition(day).terms.after_n for day in days]
    return all(number is not None and plan.sent >= number for number in most)


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
        claimed = (await session.execute(claim, wanted | {"now": now})).all()
        for plan in await _read(session, now, claimed):
            batch.add(plan)
            await asyncio.sleep(0)  # a thousandth of a second each: what is due meanwhile is sent, not kept waiting
        await _write(session, batch)
        for plan, reason in batch.over:
            work = Work(session, now, plan.practice_id, SCHEDULER, house.vault)
            await finish(work, await get_plan(work, plan.id, lock=True), reason)
    return len(claimed)


async def _read(session: AsyncSession, now: datetime, claimed: Sequence[Any]) -> list[Standing]:
    if not claimed:
        return []
    which = {"practice_ids": [one.practice_id for one in claimed], "ids": [one.id for one in claimed], "now": now}
    return [Standing(*row) for row in (await session.execute(READ, which)).all()]


async def _write(session: AsyncSession, batch: Batch) -> None:
    if batch.check_ins:
        insert = _insert()
        columns = dict(zip(COLUMNS, map(list, zip(*batch.check_ins, strict=True)), strict=True))
        await session.execute(insert, said_by(SCHEDULER, batch.now) | columns)
        await wake_schedulers(session)
    if batch.plans:
        columns = zip(NEXT_COLUMNS, map(list, zip(*batch.plans, strict=True)), strict=True)
        await session.execute(PLAN_NEXT, dict(columns))


@cache
def _statement(sql: str, limit: int | None) -> TextClause:
    """The statement for the oldest `limit`, or for one."""
    which = ONE if limit is None else OLDEST.format(limit=int(limit))
    return text(sql.format(which=which)).bindparams(bindparam("now", type_=DateTime(timezone=True)))


@cache
def _insert() -> TextClause:
    return statement(INSERT, new_id=new_id_of("plan_id"))
