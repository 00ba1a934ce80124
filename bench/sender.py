"""One sender in a process of its own: `python -m bench.sender WHAT URL`. For each line that it reads it sends until
nothing is due, and answers how many check-ins that were and how much memory it holds.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from sqlalchemy import make_url

from bench.check_ins import NOON
from bench.planting import VAULT
from domain import checkins
from domain.checkins.telling import new_id_of, said_by, statement
from domain.kit.database import SWEEP_ROLE, connect, house
from domain.kit.work import SCHEDULER, transaction
from scheduler.main import BATCH

BARE_BATCH = 1000
BARE = f"""
UPDATE check_ins SET state = 'sent', sent_at = $1
 WHERE (practice_id, id) IN (SELECT practice_id, id FROM check_ins WHERE state = 'planned' AND due_at <= $1
                             ORDER BY due_at LIMIT {BARE_BATCH} FOR UPDATE SKIP LOCKED)
RETURNING id
"""
# The same, and all that sending writes: mail, event and audit line. What ours costs beyond it is the judging.
WRITING = f"""
WITH moved AS (
  UPDATE check_ins SET state = 'sent', sent_at = :now
   WHERE (practice_id, id) IN (SELECT practice_id, id FROM check_ins WHERE state = 'planned' AND due_at <= :now
                               ORDER BY due_at LIMIT {BARE_BATCH} FOR UPDATE SKIP LOCKED)
  RETURNING practice_id, id, plan_id, coachee_id, state, reason
), posted AS (
  INSERT INTO messages
    (practice_id, id, kind, channel, state, recipient_id, address, language, facts, created_at, due_at, attempts)
  SELECT practice_id, {{message_id}}, 'check_in', 'email', 'queued', coachee_id, coachee_id || '@example.org', 'nl',
         jsonb_build_object('link', 'check_in:' || id, 'good_until', :now), :now, :now, 0
    FROM moved
), {{tell}}
SELECT count(*) FROM moved
"""
Send = Callable[[], Awaitable[int]]


async def main(what: str, url: str) -> None:
    send = await {"ours": _ours, "writing": _writing, "bare": _bare}[what](url)
    say("ready")
    while await asyncio.to_thread(sys.stdin.readline):
        sent = 0
        while batch := await send():
            sent += batch
        say(f"{sent} {_memory_mb()}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _ours(url: str) -> Send:
    """As the scheduler does it: batch after batch until nothing is due."""
    made = house(connect(url, role=SWEEP_ROLE), _noon, VAULT)

    async def send() -> int:
        return (await checkins.send_due(made, BATCH))[0]

    return send


async def _writing(url: str) -> Send:
    made = house(connect(url, role=SWEEP_ROLE), _noon, VAULT)
    writing = statement(WRITING, message_id=new_id_of("id"))

    async def send() -> int:
        async with transaction(made.sessions) as session:
            return await session.scalar(writing, said_by(SCHEDULER, NOON)) or 0

    return send


async def _bare(url: str) -> Send:
    """The least that sending can be: nothing is judged, no mail is written and nobody is told."""
    driver: Any = asyncpg
    connection = await driver.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))

    async def send() -> int:
        return len(await connection.fetch(BARE, NOON))

    return send


def _noon() -> datetime:
    return NOON


def _memory_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


uvloop.run(main(*sys.argv[1:]))
