"""Sending what is queued, and asking after what is under way: in every practice, at least once, and taken once.

As mails are delivered: a batch is leased, each document is sent outside any transaction, and how it went is written
down in one of its own. Killed in between, the lease runs out and it is sent again under the same key.
"""

import asyncio
import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Interval, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain import invoicing
from domain.kit.due import Due
from domain.kit.ids import InvoiceId
from domain.kit.leases import claim, give_back
from domain.kit.work import SCHEDULER, House, Work, begin, transaction
from domain.peppol.access_points import (
    AccessPoint,
    AccessPointUnreachable,
    NotTransmitted,
    Outgoing,
    Progress,
    TransmissionDeferred,
)
from domain.peppol.model import Dispatch, DispatchState
from domain.peppol.news import tell, tell_away, tell_given_up

log = logging.getLogger("krachtlijn.peppol")

LEASE = timedelta(minutes=10)
LONGEST_CALL = 60.0  # seconds; an access point that hangs is unreachable
LONGEST_ROUND = LEASE.total_seconds() - 2 * LONGEST_CALL
OUTAGE_PAUSE = timedelta(minutes=1)
HELD_BACK = 2 * OUTAGE_PAUSE
WORTH_TELLING = timedelta(hours=1)  # how long the oldest has waited before the office hears that nothing goes out
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
MOST_ATTEMPTS = len(BACKOFF) + 1
MOST_LOOKS = 30  # a month, for the last steps are days; news may still be told to us after that
JITTER = 0.1
UNDER_WAY = (DispatchState.QUEUED, DispatchState.SENT)
_chance = random.SystemRandom()


class Dispatched(NamedTuple):
    """How many documents went on their way or further, and how many did not."""

    done: int
    failed: int


async def dispatch_due(house: House, access_point: AccessPoint, limit: int = 20) -> Dispatched:
    """Send and follow what is due. Any number may run at once; an unreachable access point ends the round, and no
    attempt is counted: it says nothing of the documents, unless it fails at one alone."""
    lease = house.clock() + LEASE
    async with transaction(house.sessions) as session:
        untried = await claim(session, Dispatch.invoice_id, now=house.clock(), until=lease, limit=limit)
    round_, done, failed = _Round(house, access_point, lease), 0, 0
    started, pause = time.monotonic(), timedelta()
    try:
        while untried and time.monotonic() - started < LONGEST_ROUND:
            try:
                went = await round_.attend(untried.pop(0))
            except AccessPointUnreachable:
                failed, pause = failed + 1, OUTAGE_PAUSE
                break
            done, failed = done + int(went), failed + int(not went)
    finally:
        await give_back(house, Dispatch.invoice_id, untried, until=lease, due_at=house.clock() + pause)
    return Dispatched(done, failed)


async def next_dispatch_at(session: AsyncSession) -> datetime | None:
    free = select(func.min(Dispatch.due_at)).where(Dispatch.due_at.is_not(None), Dispatch.leased_until.is_(None))
    leased = select(func.min(Dispatch.leased_until)).where(
        Dispatch.due_at.is_not(None), Dispatch.leased_until.is_not(None)
    )
    moments = [moment for moment in (await session.scalar(free), await session.scalar(leased)) if moment is not None]
    return min(moments, default=None)


@dataclass(frozen=True, slots=True)
class _Round:
    """One batch, under one lease."""

    house: House
    access_point: AccessPoint
    lease: datetime

    async def attend(self, due: Due[InvoiceId]) -> bool:
        """Send it, or ask how it stands; whether that went well."""
        async with begin(self.house, due.practice_id, SCHEDULER) as work:
            dispatch = await work.session.get(Dispatch, (due.practice_id, due.id))
            if dispatch is None or not self.holds(dispatch):
                return True
            remote_id = dispatch.remote_id if dispatch.state is DispatchState.SENT else None
            document = None if remote_id else _outgoing(dispatch, await invoicing.read_ubl(work, due.id))
        try:
            progress = await self.call(due, remote_id, document)
        except AccessPointUnreachable as reason:
            if not await self.at_fault(due):
                await self.put_off(due, reason)
                raise
            await self.put_off(due, TransmissionDeferred(f"{reason}, at this document alone"))
            return False
        except NotTransmitted as reason:
            await self.put_off(due, reason)
            return False
        await self.settle(due, progress)
        return True

    async def call(self, due: Due[InvoiceId], remote_id: str | None, document: Outgoing | None) -> Progress:
        try:
            async with asyncio.timeout(LONGEST_CALL):
                if document is not None:
                    return await self.access_point.send(document)
                return await self.access_point.look(remote_id or "")
        except NotTransmitted:
            raise
        except TimeoutError:
            raise AccessPointUnreachable("timeout") from None
        except Exception as error:  # noqa: BLE001 - one broken document must not hold up the others
            log.error("document %s: unforeseen %s", due.id, type(error).__name__)  # noqa: TRY400 - may quote people
            raise TransmissionDeferred(f"unforeseen {type(error).__name__}") from None

    async def at_fault(self, due: Due[InvoiceId]) -> bool:
        """Whether it is the document at which the access point fails: it failed before, and others went since; or no
        other waits, and it answers all the same."""
        async with transaction(self.house.sessions) as session:
            own = aliased(Dispatch)
            failed_before = (own.practice_id == due.practice_id) & (own.invoice_id == due.id) & own.reason.is_not(None)
            others = Dispatch.invoice_id != due.id
            since = own.due_at - literal(HELD_BACK, Interval())
            if await session.scalar(select(exists().where(failed_before, others, Dispatch.sent_at > since))):
                return True
            if await session.scalar(select(exists().where(others, Dispatch.state == DispatchState.QUEUED))):
                return False
        return await self.answers()

    async def answers(self) -> bool:
        try:
            async with asyncio.timeout(LONGEST_CALL):
                await self.access_point.check()
        except (NotTransmitted, TimeoutError):
            return False
        return True

    async def settle(self, due: Due[InvoiceId], progress: Progress) -> None:
        async with begin(self.house, due.practice_id, SCHEDULER) as work:
            dispatch = await work.session.get(Dispatch, (due.practice_id, due.id), with_for_update=True)
            if dispatch is None or not self.holds(dispatch):
                return
            dispatch.via = self.access_point.name
            looks = 0 if dispatch.state is DispatchState.QUEUED else dispatch.attempts
            if dispatch.reach(progress, work.now, look_at=self.next_look(work.now, looks)):
                await tell(work, dispatch)

    def next_look(self, now: datetime, looks: int) -> datetime | None:
        return now + backoff(looks + 1) if self.access_point.follows and looks < MOST_LOOKS else None

    async def put_off(self, due: Due[InvoiceId], reason: NotTransmitted) -> None:
        told = f"{type(reason).__name__}: {reason}"
        log.warning("document %s did not go over Peppol: %s", due.id, told)
        async with begin(self.house, due.practice_id, SCHEDULER) as work:
            dispatch = await work.session.get(Dispatch, (due.practice_id, due.id), with_for_update=True)
            if dispatch is None or not self.holds(dispatch):
                return
            if isinstance(reason, AccessPointUnreachable):
                await self.hold_back(work, dispatch, told)
            elif dispatch.state is DispatchState.SENT:
                looking = dispatch.attempts < MOST_LOOKS
                dispatch.put_off(work.now + backoff(dispatch.attempts) if looking else None, told)
            elif dispatch.attempts >= MOST_ATTEMPTS:
                dispatch.give_up(told)
                await tell_given_up(work, dispatch)
            else:
                dispatch.put_off(work.now + backoff(dispatch.attempts), told)

    async def hold_back(self, work: Work, dispatch: Dispatch, told: str) -> None:
        """All waits while the access point is away, and none is given up for it. The one that was tried comes after the
        others, so that one at which it hangs holds nobody up."""
        dispatch.attempts -= 1
        dispatch.put_off(work.now + HELD_BACK, told)
        await tell_away(work, work.now - WORTH_TELLING)

    def holds(self, dispatch: Dispatch) -> bool:
        return dispatch.state in UNDER_WAY and dispatch.leased_until == self.lease


def _outgoing(dispatch: Dispatch, file: invoicing.InvoiceFile) -> Outgoing:
    envelope = invoicing.envelope_of(file.content)
    return Outgoing(
        key=dispatch.key,
        reference=f"{dispatch.practice_id}:{dispatch.invoice_id}:{dispatch.round}",
        name=file.name,
        sender=envelope.sender,
        receiver=dispatch.receiver,
        document_type=envelope.document_type,
        process=envelope.process,
        content=file.content,
        sha256=file.sha256,
    )


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many attempts; never the same for all, so that they do not come back as one."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1] * _chance.uniform(1 - JITTER, 1 + JITTER)
