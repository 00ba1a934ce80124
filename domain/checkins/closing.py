"""Check-ins that end without an answer: expired, cancelled with their plan, or set aside."""

from datetime import timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncSession

from domain.checkins.model import Plan
from domain.checkins.states import Reason
from domain.checkins.telling import said_by, statement
from domain.kit.due import Due
from domain.kit.ids import CheckInId, CoacheeId
from domain.kit.work import SCHEDULER, House, Work, transaction
from domain.messaging import cancel_messages

# Silence is counted at the plan, in the same statement; what her other plans counted is added, for her patience is one.
# Both rows are taken only where nobody holds them, so it waits
# for nobody and can stand in nobody's way.
EXPIRE = """
WITH due AS MATERIALIZED (
  SELECT k.practice_id, k.id FROM check_ins k
    JOIN check_in_plans p ON p.practice_id = k.practice_id AND p.id = k.plan_id
   WHERE k.state IN ('sent', 'started') AND k.answered_at IS NULL AND k.expires_at <= :now
   ORDER BY k.expires_at LIMIT {limit} FOR UPDATE OF k, p SKIP LOCKED
), moved AS (
  UPDATE check_ins c SET closed_at = :now, state = CASE WHEN EXISTS (
      SELECT FROM check_in_drafts d WHERE d.practice_id = c.practice_id AND d.id = c.id
    ) THEN 'partial' ELSE 'expired' END
    FROM due WHERE c.practice_id = due.practice_id AND c.id = due.id
  RETURNING c.practice_id, c.id, c.plan_id, c.coachee_id, c.state, c.reason, c.sent_at
), silent AS (
  SELECT m.*, (
      SELECT COALESCE(sum(o.unanswered), 0) FROM trajectories t
        JOIN check_in_plans o ON o.practice_id = t.practice_id AND o.trajectory_id = t.id
       WHERE t.practice_id = m.practice_id AND t.coachee_id = m.coachee_id AND o.id <> m.plan_id
         AND o.state = 'accepted'
    ) AS elsewhere
    FROM (
      SELECT practice_id, plan_id, coachee_id, count(*) AS times, min(sent_at) AS since
        FROM moved WHERE sent_at IS NOT NULL AND state = 'expired' GROUP BY practice_id, plan_id, coachee_id
    ) AS m
), counted AS (
  UPDATE check_in_plans p
     SET unanswered = LEAST(p.unanswered + s.times, 1000), silent_since = COALESCE(p.silent_since, s.since),
         tend_at = CASE WHEN p.unanswered + s.times + s.elsewhere >= {first_rung} THEN :now
                        ELSE LEAST(p.tend_at, COALESCE(p.silent_since, s.since) + interval '{silence} days') END
    FROM silent s WHERE p.practice_id = s.practice_id AND p.id = s.plan_id
), {tell}
SELECT count(*) FROM moved
"""
CANCEL = """
WITH moved AS (
  UPDATE check_ins SET state = 'cancelled', closed_at = :now, reason = :reason
   WHERE practice_id = :practice_id AND plan_id = :plan_id AND state IN ('planned', 'sent')
  RETURNING practice_id, id, plan_id, coachee_id, state, reason, sent_at
), {tell}
SELECT count(*) FROM moved WHERE sent_at IS NOT NULL
"""
SET_ASIDE = """
WITH moved AS (
  UPDATE check_ins SET state = 'failed', closed_at = :now, reason = 'problem', problem = :problem
   WHERE practice_id = :practice_id AND id = :id AND state = 'planned'
  RETURNING practice_id, id, plan_id, coachee_id, state, reason
), {tell}
SELECT count(*) FROM moved
"""

MAILS = ("check_in", "check_in_reminder")
FIRST_RUNG, SECOND_RUNG = 3, 5  # unanswered in a row (method.md §2.4)
SILENCE = timedelta(days=14)


class Swept(NamedTuple):
    """What one run of a sweep did: how many check-ins (or plans) it dealt with, and how many it could not."""

    done: int
    failed: int


async def expire_due(house: House, limit: int = 500) -> Swept:
    """Close the oldest of what was sent and not answered in time, in every practice, at most `limit` at once."""
    async with transaction(house.sessions) as session:
        done = await session.scalar(_expire(limit), said_by(SCHEDULER, house.clock()))
    return Swept(done or 0, 0)


async def expire_all_due(house: House) -> None:
    while (await expire_due(house)).done:
        pass


async def cancel_open(work: Work, plan: Plan, reason: Reason) -> None:
    """Cancel what is planned of a plan, and what was sent and is still open; its mail too if it has not left yet.

    What she began herself is hers to finish.
    """
    await work.session.flush()
    values = {"practice_id": plan.practice_id, "plan_id": plan.id, "reason": str(reason)}
    if await work.session.scalar(_cancel(), said_by(work.actor, work.now) | values):
        await cancel_mails(work, plan.coachee_id)


async def cancel_mails(work: Work, coachee_id: CoacheeId) -> None:
    """Whatever of a check-in has not left yet: the question, and the reminder of it."""
    for kind in MAILS:
        await cancel_messages(work, coachee_id, kind=kind)


async def set_aside(session: AsyncSession, due: Due[CheckInId], values: dict[str, object], problem: str) -> None:
    """Take a check-in that cannot be sent out of the way of the others, and keep why."""
    wanted = {"practice_id": due.practice_id, "id": due.id, "problem": problem[:200]}
    await session.execute(_set_aside(), values | wanted)


@cache
def _expire(limit: int) -> TextClause:
    return statement(EXPIRE, limit=str(int(limit)), first_rung=str(FIRST_RUNG), silence=str(SILENCE.days))


@cache
def _cancel() -> TextClause:
    return statement(CANCEL)


@cache
def _set_aside() -> TextClause:
    return statement(SET_ASIDE)
