"""A sweep: something that happens by itself. It does what is due, carries on past failures and shows a sign of life."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.due import Due
from domain.kit.installation import beat
from domain.kit.tries import LaidAside, attempt
from domain.kit.work import SCHEDULER, Clock, House, Work, begin, system_clock, transaction
from domain.messaging import Mailer, SenderSettings, Way
from domain.peppol import AccessPoint, NoAccessPoint

log = logging.getLogger("krachtlijn.scheduler")
Id = TypeVar("Id")


class Outcome(NamedTuple):
    """How many things a run did, and at how many it failed."""

    done: int = 0
    failed: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What sweeps work with: a house that sees every practice, and the ways out: for mails, e-invoices and the rest."""

    house: House
    mailer: Mailer
    sender: SenderSettings
    access_point: AccessPoint = field(default_factory=NoAccessPoint)
    push: Way | None = None
    sms: Way | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """`act` does what is due now; `next_due` tells when to come back, `tick` is the longest wait in seconds."""

    name: str
    tick: float
    act: Callable[[Tools], Awaitable[Outcome]]
    next_due: Callable[[AsyncSession], Awaitable[datetime | None]] | None = None


def one_by_one(
    find: Callable[[AsyncSession, datetime], Awaitable[list[Due[Id]]]],
    act: Callable[[Work, Id], Awaitable[object]],
    *,
    deadly: str | None = None,
) -> Callable[[Tools], Awaitable[Outcome]]:
    """A sweep of little volume: each thing in a transaction of its own, so that one failure stops no other.

    `deadly` is a name for work that could end the process: its tries are counted.
    """

    async def once(house: House, due: Due[Id]) -> bool:
        if deadly is not None:
            return await attempt(house, deadly, due, act)
        async with begin(house, due.practice_id, SCHEDULER) as work:
            await act(work, due.id)
        return True

    async def sweep(tools: Tools) -> Outcome:
        async with tools.house.sessions() as session:
            found = await find(session, tools.house.clock())
        done, failed, error = 0, 0, None
        for due in found:
            try:
                done += await once(tools.house, due)
            except Exception as failure:
                if not isinstance(failure, LaidAside):  # which it stays for a day: heartbeat and doctor tell of it
                    log.exception("%s failed for %s; it stays due", getattr(act, "__name__", "a sweep"), due.id)
                failed, error = failed + 1, type(failure).__name__
        return Outcome(done, failed, error)

    return sweep


async def run(sweep: Sweep, tools: Tools) -> Outcome:
    """Run it once and leave a sign of life; what fails stays due."""
    try:
        outcome = await sweep.act(tools)
    except Exception as failure:
        log.exception("%s failed; what is due stays due", sweep.name)
        outcome = Outcome(failed=1, error=type(failure).__name__)
    async with transaction(tools.house.sessions) as session:
        await beat(session, sweep.name, system_clock(), done=outcome.done, failed=outcome.failed, error=outcome.error)
    return outcome


async def seconds_until_due(sweep: Sweep, house: House) -> float:
    """How long until the sweep has something to do, by the house's clock, and never longer than its tick."""
    if sweep.next_due is None:
        return sweep.tick
    async with house.sessions() as session:
        due = await sweep.next_due(session)
    return sweep.tick if due is None else min(sweep.tick, max(0.0, _seconds(due, house.clock)))


def _seconds(due: datetime, clock: Clock) -> float:
    return (due - clock()).total_seconds()
