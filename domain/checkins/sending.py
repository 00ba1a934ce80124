"""Sending what is due: in batches, each one statement, over every practice; one by one only to find a poison row.

The claim takes rows that no other scheduler holds, judges each, and writes the mails, the events and the audit lines
of what it judged: all of it, or nothing.
"""

import logging
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, TextClause, select
from sqlalchemy.exc import DBAPIError

from domain.checkins.closing import Swept, expire_all_due, set_aside
from domain.checkins.model import CheckIn, CheckInState
from domain.checkins.refusals import refusal
from domain.checkins.rules import QUIET_FROM, QUIET_UNTIL
from domain.checkins.telling import said_by, statement
from domain.kit.due import Due
from domain.kit.errors import DomainError
from domain.kit.ids import CheckInId, PracticeId
from domain.kit.work import SCHEDULER, House, transaction

log = logging.getLogger("krachtlijn.checkins")

OLDEST = "state = 'planned' AND due_at <= :now ORDER BY due_at LIMIT {limit}"
ONE = "practice_id = :practice_id AND id = :id AND state = 'planned' AND due_at <= :now"

# A check-in is cancelled when it may not be sent any more, and missed when it could not be in time; `wait` leaves it
# due, for its coachee has one open that has run out and is about to be closed. No backlog is ever sent: of several due
# for one coachee the earliest goes out, and one per coachee is open at a time (check_ins_one_open_idx says so too).
# Quiet hours are those of the check-in's zone and, where the plan follows the person, of where she is now; a mail that
# is held up is good until they begin. The open one is looked up row by row, in its index: a join would be planned by
# statistics from before the batch.
SEND = """
WITH due AS MATERIALIZED (
  SELECT practice_id, id, plan_id, coachee_id, kind, zone, due_at, expires_at
    FROM check_ins WHERE {which} FOR UPDATE SKIP LOCKED
), judged AS MATERIALIZED (
  SELECT due.practice_id, due.id, due.coachee_id, due.kind, due.due_at, c.email, c.language, said.obstacles,
    LEAST(due.expires_at, ((:now AT TIME ZONE here.zone)::date + {quiet_from}) AT TIME ZONE here.zone) AS good_until,
    CASE
      WHEN p.state <> 'accepted' THEN 'plan_not_running'
      WHEN t.state IN ('completed', 'stopped', 'declined') THEN 'trajectory_closed'
      WHEN t.state <> 'running' THEN 'plan_not_running'
      WHEN c.archived_at IS NOT NULL THEN 'coachee_archived'
      WHEN said.yes IS NOT TRUE THEN 'consent_withdrawn'
      WHEN due.expires_at <= :now THEN 'late'
      WHEN (:now AT TIME ZONE due.zone)::time >= {quiet_from} OR (:now AT TIME ZONE due.zone)::time < {quiet_until}
        OR (:now AT TIME ZONE here.zone)::time >= {quiet_from} OR (:now AT TIME ZONE here.zone)::time < {quiet_until}
      THEN 'quiet_hours'
      WHEN o.expires_at > :now THEN 'another_open'
      WHEN o.id IS NOT NULL THEN 'wait'
    END AS reason
    FROM due
    JOIN check_in_plans p ON p.practice_id = due.practice_id AND p.id = due.plan_id
    JOIN trajectories t ON t.practice_id = due.practice_id AND t.id = p.trajectory_id
    JOIN coachees c ON c.practice_id = due.practice_id AND c.id = due.coachee_id
    LEFT JOIN LATERAL (
      SELECT id, expires_at FROM check_ins
       WHERE practice_id = due.practice_id AND coachee_id = due.coachee_id AND state = 'sent'
       ORDER BY practice_id, coachee_id LIMIT 1
    ) AS o ON true
    CROSS JOIN LATERAL (
      SELECT bool_or(purpose = 'check_ins') AND bool_or(purpose = 'channel_email') AS yes,
             bool_or(purpose = 'obstacle_prompts') AS obstacles
        FROM consents n
       WHERE n.practice_id = due.practice_id AND n.coachee_id = due.coachee_id AND n.withdrawn_at IS NULL
    ) AS said
    CROSS JOIN LATERAL (SELECT CASE p.zone_mode WHEN 'follow_person' THEN c.zone ELSE due.zone END AS zone) AS here
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY practice_id, coachee_id, reason IS NULL ORDER BY due_at, id) AS place
    FROM judged
), decided AS (
  SELECT practice_id, id, email, language, good_until,
         CASE WHEN reason IS NULL AND place > 1 THEN 'another_open' ELSE reason END AS reason,
         CASE WHEN obstacles OR reason IS NOT NULL THEN kind ELSE 'success' END AS kind
    FROM ranked
), moved AS (
  UPDATE check_ins k
     SET state = CASE WHEN d.reason IS NULL THEN 'sent'
                      WHEN d.reason IN ('late', 'quiet_hours', 'another_open') THEN 'missed'
                      ELSE 'cancelled' END,
         kind = d.kind,
         reason = d.reason,
         sent_at = CASE WHEN d.reason IS NULL THEN :now END,
         closed_at = CASE WHEN d.reason IS NOT NULL THEN :now END
    FROM decided d
   WHERE k.practice_id = d.practice_id AND k.id = d.id AND d.reason IS DISTINCT FROM 'wait'
  RETURNING k.practice_id, k.id, k.plan_id, k.coachee_id, k.state, k.reason, d.email, d.language, d.good_until
), posted AS (
  INSERT INTO messages
    (practice_id, id, kind, state, recipient_id, address, language, facts, created_at, due_at, attempts)
  SELECT practice_id, {new_id}, 'check_in', 'queued', coachee_id, email, language,
         jsonb_build_object('link', 'check_in:' || id, 'good_until', good_until), :now, :now, 0
    FROM moved WHERE state = 'sent'
), {tell}
SELECT (SELECT count(*) FROM moved) AS moved, (SELECT count(*) FROM judged WHERE reason = 'wait') AS waiting
"""


async def send_due(house: House, limit: int = 500) -> Swept:
    """Send the oldest of what is due in every practice, at most `limit` check-ins, in one transaction."""
    now = house.clock()
    try:
        async with transaction(house.sessions) as session:
            found = (await session.execute(_send(limit), said_by(SCHEDULER, now))).one()
    except (DBAPIError, DomainError) as error:
        log.warning("a batch of check-ins was refused (%s); sending them one by one", refusal(error).text)
        return await _send_one_by_one(house, now, limit)
    await _make_way(house, found)
    return Swept(found.moved, 0)


async def _send_one_by_one(house: House, now: datetime, limit: int) -> Swept:
    query = (
        select(CheckIn.practice_id, CheckIn.id)
        .where(CheckIn.state == CheckInState.PLANNED, CheckIn.due_at <= now)
        .order_by(CheckIn.due_at)
        .limit(limit)
    )
    async with house.sessions() as session:
        rows = (await session.execute(query)).all()
    done = failed = 0
    for practice_id, check_in_id in rows:
        sent = await _send_one(house, now, Due(PracticeId(practice_id), CheckInId(check_in_id)))
        done, failed = done + sent.done, failed + sent.failed
    return Swept(done, failed)


async def _send_one(house: House, now: datetime, due: Due[CheckInId]) -> Swept:
    values = said_by(SCHEDULER, now)
    try:
        async with transaction(house.sessions) as session:
            wanted = {"practice_id": due.practice_id, "id": due.id}
            found = (await session.execute(_send(None), values | wanted)).one()
    except (DBAPIError, DomainError) as error:
        refused = refusal(error)
        if refused.passes:
            return Swept(0, 0)
        if not refused.is_poison:
            raise
        log.warning("check-in %s cannot be sent and is set aside: %s", due.id, refused.text)
        async with transaction(house.sessions) as session:
            await set_aside(session, due, values, refused.text)
        return Swept(0, 1)
    await _make_way(house, found)
    return Swept(found.moved, 0)


async def _make_way(house: House, found: Row[Any]) -> None:
    """Close what has run out, where it stands in the way of what is due."""
    if found.waiting:
        await expire_all_due(house)


@cache
def _send(limit: int | None) -> TextClause:
    """The statement for the oldest `limit`, or for one; the limit is written into it, which keeps its plan generic."""
    which = ONE if limit is None else OLDEST.format(limit=int(limit))
    return statement(SEND, which=which, quiet_from=f"time '{QUIET_FROM}'", quiet_until=f"time '{QUIET_UNTIL}'")
