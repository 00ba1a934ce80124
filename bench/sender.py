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
from domain.kit.database import SWEEP_ROLE, connect, house
from scheduler.main import BATCH

BARE_BATCH = 1000
BARE = f"""
UPDATE check_ins SET state = 'sent', sent_at = $1
 WHERE (practice_id, id) IN (SELECT practice_id, id FROM check_ins WHERE state = 'planned' AND due_at <= $1
                             ORDER BY due_at LIMIT {BARE_BATCH} FOR UPDATE SKIP LOCKED)
RETURNING id
"""
Send = Callable[[], Awaitable[int]]


async def main(what: str, url: str) -> None:
    send = await {"ours": _ours, "bare": _bare}[what](url)
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
