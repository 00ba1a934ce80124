"""The night watch: APScheduler keeps the time of each sweep; what is due stands in the database.

Each sweep is one job with one next moment: the earliest due thing, or its tick when that comes first. A notification
from the database, a moved test clock or a jump of the system clock brings every sweep forward.
"""
# APScheduler 3 has no types, and this is the one module that touches it.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from domain.kit.work import system_clock
from scheduler.sweep import Sweep, Tools, run, seconds_until_due

log = logging.getLogger("krachtlijn.scheduler")

IDLE_PAUSE = 0.2  # what is due and was not taken is in another scheduler's hands: no need to race for it
FAILURE_PAUSE = 5.0
GRACE_SECONDS = 5.0
CUT_SECONDS = 2.0  # for what was cut off to roll back
JUMP_CHECK_SECONDS = 2.0
JUMP = 1.0  # how far wall time may run from steady time before we look again


class Watch:
    """Runs the sweeps until it is closed; any number of watches may run on one database."""

    def __init__(self, sweeps: Sequence[Sweep], tools: Tools) -> None:
        self.sweeps, self.tools = {sweep.name: sweep for sweep in sweeps}, tools
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._resting = asyncio.Event()  # no sweep runs
        self._resting.set()
        self._closing = False
        self._jumps: asyncio.Task[None] | None = None
        # A run that plans its next moment is still running to APScheduler, which would drop what is due at once with
        # only one instance allowed; that one sweep never runs beside itself is our own doing, in `_run`.
        self._keeper: Any = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 3, "misfire_grace_time": None}
        )

    def start(self) -> None:
        self._keeper.start()
        self._jumps = asyncio.create_task(self._notice_jumps())
        self.wake()

    def wake(self) -> None:
        """Look at once whether something is due."""
        for name in self.sweeps:
            if name in self._running:
                self._again.add(name)
            else:
                self._plan(name, 0.0)

    async def close(self) -> None:
        """Stop: begin nothing new, and let what runs come to its end.

        A sweep that takes longer is cut off; what it had not committed is left to the next.
        """
        self._closing = True
        if self._jumps is not None:
            self._jumps.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._jumps
        await self._rest(GRACE_SECONDS)
        self._keeper.shutdown(wait=False)
        await asyncio.sleep(0)
        await self._rest(CUT_SECONDS)

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._resting.wait()

    def _plan(self, name: str, seconds: float) -> None:
        if self._closing:
            return
        moment = system_clock() + timedelta(seconds=seconds)
        self._keeper.add_job(self._run, "date", run_date=moment, args=(name,), id=name, replace_existing=True)

    async def _run(self, name: str) -> None:
        if self._closing:
            return
        if name in self._running:
            self._again.add(name)
            return
        sweep = self.sweeps[name]
        self._running.add(name)
        self._resting.clear()
        self._again.discard(name)
        pause = FAILURE_PAUSE
        try:
            outcome = await run(sweep, self.tools)
            pause = await seconds_until_due(sweep, self.tools.house)
            if outcome.done == 0:
                pause = max(pause, FAILURE_PAUSE if outcome.failed else IDLE_PAUSE)
        except (SQLAlchemyError, OSError) as error:
            log.warning("%s: the database is away: %s", name, type(error).__name__)
        finally:
            self._running.discard(name)
            if not self._running:
                self._resting.set()
            # Whatever happened, even what nobody foresaw: a sweep without a next moment would never run again.
            self._plan(name, 0.0 if name in self._again else pause)

    async def _notice_jumps(self) -> None:
        """When someone sets the system clock, planned moments no longer mean what they did."""
        wall, steady = time.time(), time.monotonic()
        while True:
            await asyncio.sleep(JUMP_CHECK_SECONDS)
            drift = (time.time() - wall) - (time.monotonic() - steady)
            if abs(drift) > JUMP:
                log.warning("the system clock jumped by %.0f seconds", drift)
                wall, steady = time.time(), time.monotonic()
                self.wake()
