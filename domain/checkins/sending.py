"""Sending what is due: in batches, each one statement, over every practice; one by one only to find a poison row.

The claim takes rows that no other scheduler holds, judges each, and writes the mails, the events and the audit lines
of what it judged: all of it, or nothing.
"""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.exc import DBAPIError

from domain.checkins.closing import Swept, expire_all_due, set_aside
from domain.checkins.model import CheckIn
from domain.checkins.refusals import refusal
from domain.checkins.send_statement import sending
from domain.checkins.states import CheckInState
from domain.checkins.telling import said_by
from domain.kit.due import Due
from domain.kit.errors import DomainError
from domain.kit.ids import CheckInId, PracticeId
from domain.kit.work import SCHEDULER, House, transaction

log = logging.getLogger("krachtlijn.checkins")

# Every row of a batch is looked up by its key, by one plan that is made once: planning takes longer than sending a few,
# and a plan for a full batch would read whole tables for them.
LOOK_UP = text(
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true)"
)


async def send_due(house: House, limit: int = 500) -> Swept:
    """Send the oldest of what is due in every practice, at most `limit` check-ins, in one transaction."""
    now = house.clock()
    try:
        async with transaction(house.sessions) as session:
            await session.execute(LOOK_UP)
            found = (await session.execute(sending(limit), said_by(SCHEDULER, now))).one()
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
            found = (await session.execute(sending(None), values | wanted)).one()
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
