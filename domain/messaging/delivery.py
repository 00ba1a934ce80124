"""Delivery: what is due in the outbox leaves the house, in every practice, at least once and as a rule once.

A deliverer leases a batch of one channel, so that no other takes it; sends each message outside any transaction; and
then writes down how it went. Killed in between, its lease runs out and the message is sent again, with the same
Message-ID.

A prompt may have several messages, one for each channel in the order in which they are tried: each falls due a while
after the one before, and is taken back as soon as she opens the prompt. Where a channel turns out not to work, the next
follows at once; where one is still being tried when the next falls due, it is taken back: never two at once.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.due import Due
from domain.kit.ids import MessageId, PracticeId
from domain.kit.leases import claim, give_back
from domain.kit.work import SCHEDULER, House, Work, begin, transaction
from domain.messaging.attempts import Attempt, Outcome
from domain.messaging.channels import Channel, MailDeferred, Mailer, MailerUnreachable, MailNotSent, MailRefused
from domain.messaging.events import announce
from domain.messaging.mailing import MailWay, SenderSettings
from domain.messaging.outbox import Message, MessageState
from domain.messaging.templates import PRODUCT

log = logging.getLogger("krachtlijn.delivery")

LEASE = timedelta(minutes=5)
LONGEST_SEND = 60.0  # seconds; a mailer that hangs is unreachable
LONGEST_ROUND = LEASE.total_seconds() - 2 * LONGEST_SEND  # no mail starts so late that its lease could run out
OUTAGE_PAUSE = timedelta(minutes=1)  # how long mails that were not tried wait when the server is away
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600))
MOST_ATTEMPTS = len(BACKOFF) + 1
JITTER = 0.1
STEP_ASIDE = timedelta(seconds=30)  # how long a message waits for the one before it that is being sent at this moment
# Of which each attempt is written down: what reaches a coachee, or does not, at a moment that was agreed.
NOTICES = frozenset({"check_in_pace", "check_in_taper", "check_in_paused"})
LEDGERED = frozenset({"check_in", "check_in_reminder", "channel_test", "sms_code"}) | NOTICES
QUEUED = Message.state == MessageState.QUEUED

Names = Callable[[Any, set[PracticeId]], Awaitable[dict[PracticeId, str]]]
_chance = random.SystemRandom()


class Way(Protocol):
    """How messages of one channel leave; `at_once` says how many may be on their way at the same time."""

    @property
    def channel(self) -> Channel: ...

    @property
    def at_once(self) -> int: ...

    async def carry(self, message: Message, name: str) -> None:
        """Hand it over under the practice's name, or raise one of the reasons why not (MailNotSent)."""
        ...


class Delivery(NamedTuple):
    """How many messages left, and how many did not."""

    done: int
    failed: int


class Fate(Enum):
    SENT = auto()
    FAILED = auto()
    UNREACHABLE = auto()
    GONE = auto()  # sent, cancelled or leased by another meanwhile: not ours any more


async def deliver_due(house: House, mailer: Mailer, sender: SenderSettings, names: Names, limit: int = 50) -> Delivery:
    """Send the mails that are due, at the most `limit`; `names` tells under which name each practice writes."""
    return await carry_due(house, MailWay(house, mailer, sender), names, limit)


async def carry_due(house: House, way: Way, names: Names, limit: int = 50) -> Delivery:
    """Send what is due by one way, at the most `limit` messages.

    Any number of deliverers may run at once. An unreachable server ends the round: what was not tried waits a little,
    and no attempt of it is counted.
    """
    lease = house.clock() + LEASE
    async with transaction(house.sessions) as session:
        only = (QUEUED, *_of(way.channel))
        untried = await claim(session, Message.id, *only, now=house.clock(), until=lease, limit=limit)
        known = await names(session, {due.practice_id for due in untried})
    round_ = _Round(house, way, known, lease)
    fates: list[Fate] = []
    started = time.monotonic()
    try:
        while untried and Fate.UNREACHABLE not in fates and time.monotonic() - started < LONGEST_ROUND:
            batch = [untried.pop(0) for _ in range(min(way.at_once, len(untried)))]
            fates += await asyncio.gather(*(round_.deliver(due) for due in batch))
    finally:  # when we are told to stop, too
        pause = OUTAGE_PAUSE if Fate.UNREACHABLE in fates else timedelta()
        await give_back(house, Message.id, untried, QUEUED, until=lease, due_at=house.clock() + pause)
    return Delivery(fates.count(Fate.SENT), fates.count(Fate.FAILED) + fates.count(Fate.UNREACHABLE))


async def next_delivery_at(session: AsyncSession, channel: Channel = Channel.EMAIL) -> datetime | None:
    """When the next message of a channel is due in any practice, or a lost lease runs out.

    Leases are looked for only before that.
    """
    queued = (QUEUED, *_of(channel))
    free = await session.scalar(select(func.min(Message.due_at)).where(*queued, Message.leased_until.is_(None)))
    leased = select(func.min(Message.leased_until)).where(*queued, Message.leased_until.is_not(None))
    held = await session.scalar(leased if free is None else leased.where(Message.due_at < free))
    return min((moment for moment in (free, held) if moment is not None), default=None)


def _of(channel: Channel) -> Sequence[ColumnElement[bool]]:
    """The second condition is the index's own (messages_other_due_idx)."""
    named = Message.channel == channel
    return (named,) if channel is Channel.EMAIL else (named, Message.channel != Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class _Round:
    """One deliverer's batch, under one lease."""

    house: House
    way: Way
    names: dict[PracticeId, str]
    lease: datetime

    async def deliver(self, due: Due[MessageId]) -> Fate:
        """Look again just before sending: she may have withdrawn her consent meanwhile."""
        async with self.house.sessions() as session:
            message = await session.get(Message, (due.practice_id, due.id))
        if message is None or not self.holds(message):
            return Fate.GONE
        if message.outlived(self.house.clock()):
            return await self.settle(due, lambda found: found.cancel(), Fate.GONE)
        if not await self.is_its_turn(message, due):
            return Fate.GONE
        try:
            await self.send(message)
        except MailNotSent as reason:
            return await self.note_failure(due, reason)
        return await self.settle(due, lambda found: found.sent(self.house.clock()), Fate.SENT, Outcome.SENT)

    async def is_its_turn(self, message: Message, due: Due[MessageId]) -> bool:
        """Of several channels: whether the ones before are out of the way, or (a reminder) this one is the one that
        brought the prompt.
        """
        if "reminds" in message.facts:
            if await self._brought_by(message) is message.channel:
                return True
            await self.settle(due, lambda found: found.cancel(), Fate.GONE)
            return False
        if "step" not in message.facts or await self._take_back_earlier(message):
            return True
        await self.settle(
            due, lambda found: found.put_off(self.house.clock() + STEP_ASIDE, "waits its turn"), Fate.GONE
        )
        return False

    async def _brought_by(self, message: Message) -> Channel | None:
        """The channel by which the prompt itself left last."""
        query = _siblings(message).where(Message.kind == message.facts["reminds"], Message.state == MessageState.SENT)
        async with self.house.sessions() as session:
            latest = await session.scalar(query.order_by(Message.sent_at.desc()).limit(1))
        return None if latest is None else latest.channel

    async def _take_back_earlier(self, message: Message) -> bool:
        """Take back what the channels before have not brought yet; False while one of them is bringing it."""
        async with begin(self.house, message.practice_id, SCHEDULER) as work:
            query = _siblings(message).where(Message.kind == message.kind, QUEUED)
            for other in (await work.session.scalars(query.with_for_update())).all():
                if _step(other) >= _step(message):
                    continue
                if other.leased_until is not None and other.leased_until > work.now:
                    return False
                other.cancel()
                announce(work, "message_cancelled", other.id, mail=other.kind)
        return True

    async def send(self, message: Message) -> None:
        """Hand it over; whatever goes wrong becomes a reason that names no person."""
        try:
            async with asyncio.timeout(LONGEST_SEND):
                await self.way.carry(message, self.names.get(message.practice_id, PRODUCT))
        except MailNotSent:
            raise
        except TimeoutError:
            raise MailerUnreachable("timeout") from None
        except Exception as error:  # noqa: BLE001 - one broken mail must not hold up the others
            log.error("message %s: unforeseen %s", message.id, type(error).__name__)  # noqa: TRY400 - may quote people
            raise MailDeferred(f"unforeseen {type(error).__name__}") from None

    async def note_failure(self, due: Due[MessageId], reason: MailNotSent) -> Fate:
        told = f"{type(reason).__name__}: {reason}"
        log.warning("message %s did not leave: %s", due.id, told)
        fate = Fate.UNREACHABLE if isinstance(reason, MailerUnreachable) else Fate.FAILED

        def put_off(found: Message) -> None:
            if isinstance(reason, MailRefused) or found.attempts >= MOST_ATTEMPTS:
                found.park(told)
            else:
                wait = backoff(found.attempts) if reason.after is None else reason.after
                found.put_off(self.house.clock() + wait, told)

        return await self.settle(due, put_off, fate, Outcome.PUT_OFF, str(reason))

    async def settle(
        self,
        due: Due[MessageId],
        change: Callable[[Message], None],
        fate: Fate,
        outcome: Outcome | None = None,
        reason: str | None = None,
    ) -> Fate:
        """Write down how it went, unless the message is another's by now."""
        async with begin(self.house, due.practice_id, SCHEDULER) as work:
            message = await work.session.get(Message, (due.practice_id, due.id), with_for_update=True)
            if message is None or not self.holds(message):
                return fate
            change(message)
            if outcome is not None:
                await _write_down(work, message, outcome, reason)
            if message.state != MessageState.QUEUED:
                announce(work, f"message_{message.state}", message.id, mail=message.kind, attempts=message.attempts)
        return fate

    def holds(self, message: Message) -> bool:
        return message.state == MessageState.QUEUED and message.leased_until == self.lease


async def _write_down(work: Work, message: Message, outcome: Outcome, reason: str | None) -> None:
    """Into the ledger; where a channel is given up, the next one of the same prompt is due at once, and says so."""
    if message.kind not in LEDGERED:
        return
    given_up = message.state == MessageState.PARKED
    if message.state == MessageState.SENT and message.facts.get("only_one"):
        await _call_off_others(work, message)
    attempt = Attempt(
        practice_id=work.practice_id,
        message_id=message.id,
        recipient_id=message.recipient_id,
        subject_id=message.about,
        kind=message.kind,
        channel=message.channel,
        at=work.now,
        outcome=Outcome.GIVEN_UP if given_up else outcome,
        reason=reason and reason[:80],
    )
    work.session.add(attempt)
    if given_up and message.about is not None:
        query = _siblings(message).where(Message.kind == message.kind, QUEUED)
        following = (
            await work.session.scalars(query.order_by(Message.due_at).limit(1).with_for_update())
        ).one_or_none()
        if following is not None:
            following.due_at = min(following.due_at, work.now)
            following.facts = following.facts | {"lost": str(message.channel)}


async def _call_off_others(work: Work, message: Message) -> None:
    """It was brought: by the channels after this one it need not come."""
    query = _siblings(message).where(Message.kind == message.kind, QUEUED)
    for other in (await work.session.scalars(query.with_for_update())).all():
        other.cancel()
        announce(work, "message_cancelled", other.id, mail=other.kind)


def _siblings(message: Message) -> Any:
    """The messages about the same prompt of the same coachee."""
    return select(Message).where(
        Message.practice_id == message.practice_id,
        Message.recipient_id == message.recipient_id,
        Message.facts["link"].astext == message.facts.get("link"),
    )


def _step(message: Message) -> int:
    """Its place in the order of channels."""
    return int(message.facts.get("step", 1))


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many attempts; never the same for all, so that they do not come back as one."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1] * _chance.uniform(1 - JITTER, 1 + JITTER)
