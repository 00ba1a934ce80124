"""Delivery: what is due in the outbox leaves the house, in every practice, at least once and as a rule once.

A deliverer leases a batch, so that no other takes it; sends each mail outside any transaction; and then writes down how
it went. Killed in between, its lease runs out and the mail is sent again, with the same Message-ID.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.due import Due
from domain.kit.ids import MessageId, PracticeId
from domain.kit.work import SCHEDULER, House, begin, transaction
from domain.messaging.channels import Mail, MailDeferred, Mailer, MailerUnreachable, MailNotSent, MailRefused
from domain.messaging.events import announce
from domain.messaging.outbox import Message, MessageState
from domain.messaging.pausing import pause_page
from domain.messaging.templates import PRODUCT, WordingMissing, render

log = logging.getLogger("krachtlijn.delivery")

LEASE = timedelta(minutes=5)
LONGEST_SEND = 60.0  # seconds; a mailer that hangs is unreachable
LONGEST_ROUND = LEASE.total_seconds() - 2 * LONGEST_SEND  # no mail starts so late that its lease could run out
OUTAGE_PAUSE = timedelta(minutes=1)  # how long mails that were not tried wait when the server is away
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600))
MOST_ATTEMPTS = len(BACKOFF) + 1
JITTER = 0.1
HEADERS = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no out-of-office replies, please
# Where the link of each kind of thing opens.
PAGES = {
    "check_in": "c",
    "plan": "p",
    "review": "r",
    "assignment": "o",
    "agreement": "a",
    "development_plan": "d",
    "pulse": "t",
    "group_seat": "g",
    "guardian": "w",
    "sign_in": "me/in",
}
# What a coachee may pause without a word to anyone.
PAUSABLE = frozenset({"check_in", "check_in_reminder", "check_in_pace", "check_in_taper"})

Names = Callable[[Any, set[PracticeId]], Awaitable[dict[PracticeId, str]]]
_chance = random.SystemRandom()


class Delivery(NamedTuple):
    """How many mails left, and how many did not."""

    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """Where people reach us, and the address that mails come from."""

    base_url: str
    from_address: str


class Fate(Enum):
    SENT = auto()
    FAILED = auto()
    UNREACHABLE = auto()
    GONE = auto()  # sent, cancelled or leased by another meanwhile: not ours any more


async def deliver_due(house: House, mailer: Mailer, sender: SenderSettings, names: Names, limit: int = 50) -> Delivery:
    """Send what is due, at the most `limit` mails; `names` tells under which name each practice writes.

    Any number of deliverers may run at once. An unreachable server ends the round: what was not tried waits a little,
    and no attempt of it is counted.
    """
    lease = house.clock() + LEASE
    async with transaction(house.sessions) as session:
        untried = await _claim(session, house.clock(), lease, limit)
        known = await names(session, {due.practice_id for due in untried})
    round_ = _Round(house, mailer, sender, known, lease)
    fates: list[Fate] = []
    started = time.monotonic()
    try:
        while untried and Fate.UNREACHABLE not in fates and time.monotonic() - started < LONGEST_ROUND:
            fates.append(await round_.deliver(untried.pop(0)))
    finally:  # when we are told to stop, too
        pause = OUTAGE_PAUSE if Fate.UNREACHABLE in fates else timedelta()
        await _release(house, untried, lease, house.clock() + pause)
    return Delivery(fates.count(Fate.SENT), fates.count(Fate.FAILED) + fates.count(Fate.UNREACHABLE))


async def next_delivery_at(session: AsyncSession) -> datetime | None:
    """When the next mail is due in any practice, or a lost lease runs out. Leases are looked for only before that."""
    queued = Message.state == MessageState.QUEUED
    free = await session.scalar(select(func.min(Message.due_at)).where(queued, Message.leased_until.is_(None)))
    leased = select(func.min(Message.leased_until)).where(queued, Message.leased_until.is_not(None))
    held = await session.scalar(leased if free is None else leased.where(Message.due_at < free))
    return min((moment for moment in (free, held) if moment is not None), default=None)


async def _claim(session: AsyncSession, now: datetime, lease: datetime, limit: int) -> list[Due[MessageId]]:
    due = (
        select(Message.practice_id, Message.id)
        .where(Message.state == MessageState.QUEUED, Message.due_at <= now)
        .where(or_(Message.leased_until.is_(None), Message.leased_until <= now))
        .order_by(Message.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claimed = await session.execute(
        update(Message)
        .where(Message.practice_id == due.c.practice_id, Message.id == due.c.id)
        .values(leased_until=lease, attempts=Message.attempts + 1)
        .returning(Message.practice_id, Message.id)
        .execution_options(synchronize_session=False)
    )
    return sorted((Due(practice_id, message_id) for practice_id, message_id in claimed), key=lambda due: due.id)


async def _release(house: House, untried: list[Due[MessageId]], lease: datetime, due_at: datetime) -> None:
    """Give back what was claimed and not tried, as if it had not been claimed."""
    if not untried:
        return
    async with transaction(house.sessions) as session:
        await session.execute(
            update(Message)
            .where(tuple_(Message.practice_id, Message.id).in_([(due.practice_id, due.id) for due in untried]))
            .where(Message.state == MessageState.QUEUED, Message.leased_until == lease)
            .values(leased_until=None, attempts=Message.attempts - 1, due_at=func.greatest(Message.due_at, due_at))
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True, slots=True)
class _Round:
    """One deliverer's batch, under one lease."""

    house: House
    mailer: Mailer
    sender: SenderSettings
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
        try:
            await self.send(message)
        except MailNotSent as reason:
            return await self.note_failure(due, reason)
        return await self.settle(due, lambda found: found.sent(self.house.clock()), Fate.SENT)

    async def send(self, message: Message) -> None:
        """Hand it to the mailer; whatever goes wrong becomes a reason that names no person."""
        try:
            async with asyncio.timeout(LONGEST_SEND):
                await self.mailer.send(self.write(message))
        except MailNotSent:
            raise
        except TimeoutError:
            raise MailerUnreachable("timeout") from None
        except Exception as error:  # noqa: BLE001 - one broken mail must not hold up the others
            log.error("message %s: unforeseen %s", message.id, type(error).__name__)  # noqa: TRY400 - may quote people
            raise MailDeferred(f"unforeseen {type(error).__name__}") from None

    def write(self, message: Message) -> Mail:
        if message.address is None:
            raise MailRefused("no address")
        name = self.names.get(message.practice_id, PRODUCT)
        try:
            link = self.page_of(message)
            facts = message.facts | self.code_of(message)
            words = render(message.kind, message.language, facts, practice_name=name, link=link)
        except (WordingMissing, ValueError, KeyError, TypeError) as error:
            raise MailRefused(f"cannot be written: {type(error).__name__}") from None
        return Mail(
            message_id=f"<{message.id}@{self.sender.from_address.rpartition('@')[2]}>",
            to=message.address,
            sender_name=words.sender,
            sender_address=self.sender.from_address,
            subject=words.subject,
            text=words.text,
            html=words.html,
            language=message.language,
            written_at=self.house.clock(),
            headers=HEADERS | self.way_out(message),
            attachments=message.attachments,
        )

    def way_out(self, message: Message) -> dict[str, str]:
        """What a mail program needs to show its own button (RFC 8058) on a mail that she asked for and may pause."""
        if message.kind not in PAUSABLE:
            return {}
        path = pause_page(self.house.vault, message.practice_id, message.recipient_id)
        address = f"<{self.sender.base_url.rstrip('/')}{path}>"
        return {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    def page_of(self, message: Message) -> str | None:
        """The address of the page that a fact `link` ("check_in:<id>") names; its token is made now, kept nowhere.

        A page of her own area ("me/digest") has no token: she signs in there.
        """
        if (link := message.facts.get("link")) is None:
            return None
        purpose, _, subject = str(link).partition(":")
        if not subject:
            return f"{self.sender.base_url.rstrip('/')}/{purpose}"
        token = self.house.vault.token(purpose, str(UUID(subject)))
        return f"{self.sender.base_url.rstrip('/')}/{PAGES[purpose]}/{token}"

    def code_of(self, message: Message) -> dict[str, str]:
        """What a fact `code` ("sign_in:<id>") stands for: six digits, made now and kept nowhere."""
        if (code := message.facts.get("code")) is None:
            return {}
        purpose, _, subject = str(code).partition(":")
        return {"code": self.house.vault.code(purpose, str(UUID(subject)))}

    async def note_failure(self, due: Due[MessageId], reason: MailNotSent) -> Fate:
        told = f"{type(reason).__name__}: {reason}"
        log.warning("message %s did not leave: %s", due.id, told)
        fate = Fate.UNREACHABLE if isinstance(reason, MailerUnreachable) else Fate.FAILED

        def put_off(found: Message) -> None:
            if isinstance(reason, MailRefused) or found.attempts >= MOST_ATTEMPTS:
                found.park(told)
            else:
                found.put_off(self.house.clock() + backoff(found.attempts), told)

        return await self.settle(due, put_off, fate)

    async def settle(self, due: Due[MessageId], change: Callable[[Message], None], fate: Fate) -> Fate:
        """Write down how it went, unless the message is another's by now."""
        async with begin(self.house, due.practice_id, SCHEDULER) as work:
            message = await work.session.get(Message, (due.practice_id, due.id), with_for_update=True)
            if message is None or not self.holds(message):
                return fate
            change(message)
            if message.state != MessageState.QUEUED:
                announce(work, f"message_{message.state}", message.id, mail=message.kind, attempts=message.attempts)
        return fate

    def holds(self, message: Message) -> bool:
        return message.state == MessageState.QUEUED and message.leased_until == self.lease


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many attempts; never the same for all, so that they do not come back as one."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1] * _chance.uniform(1 - JITTER, 1 + JITTER)
