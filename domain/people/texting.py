"""The way by text message: a link and nothing else, within what the practice lets a month cost; and what comes back."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.kit.calendar import local_day
from domain.kit.ids import CoacheeId, PracticeId
from domain.kit.tables import Table, Tenant
from domain.kit.work import SCHEDULER, House, Work, begin
from domain.messaging import (
    Channel,
    MailDeferred,
    MailRefused,
    Message,
    SenderSettings,
    Text,
    Texter,
    WordingMissing,
    fits,
    page_of,
    render_text,
)
from domain.people.reach import number_code

STOP = {"stop", "stopp", "arret", "arrêt", "end", "quit", "unsubscribe"}
PAUSE = {"pauze", "pause"}
WORD = re.compile(r"[^\W\d_]+")


class SmsMonth(Tenant, Table):
    """What a practice's text messages of one month cost so far; its row is taken before each of them leaves."""

    __tablename__ = "sms_months"

    month: Mapped[date] = mapped_column(primary_key=True)
    messages: Mapped[int] = mapped_column(default=0)
    cents: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class SmsWay:
    """`price_cents` is what one message costs, as the operator says."""

    house: House
    texter: Texter
    sender: SenderSettings
    price_cents: int
    channel: Channel = Channel.SMS
    at_once: int = 1

    async def carry(self, message: Message, name: str) -> None:  # noqa: ARG002 - a lock screen never names the practice
        told = self.write(message)
        month = await self._reserve(message)
        try:
            await self.texter.send(told)
        except (MailRefused, MailDeferred):  # it was not taken, so it costs nothing
            if month is not None:
                await self._give_back(message, month)
            raise

    def write(self, message: Message) -> Text:
        if message.address is None:
            raise MailRefused("no number")
        try:
            link = page_of(message, self.house.vault, self.sender.base_url)
            words = render_text(
                message.kind,
                message.language,
                link=link,
                code=self._code(message, message.address),
                spoken=message.facts.get("spoken"),
            )
        except (WordingMissing, ValueError, KeyError) as error:
            raise MailRefused(f"cannot be written: {type(error).__name__}") from None
        if not fits(words):
            raise MailRefused("does not fit into one message")
        return Text(number=message.address, text=words, reference=str(message.id))

    def _code(self, message: Message, number: str) -> str:
        asked_at: str | None = message.facts.get("asked_at")
        if asked_at is None:
            return ""
        return number_code(self.house.vault, message.recipient_id, number, datetime.fromisoformat(asked_at))

    async def _reserve(self, message: Message) -> date | None:
        """Take its price out of the month's, which it returns; the cap is kept, also by several schedulers at once.

        None where an attempt that may have reached the gateway was counted before: it is the same message.
        """
        async with begin(self.house, message.practice_id, SCHEDULER) as work:
            home = await practice.get_practice(work)
            month = local_day(work.now, home.zone).replace(day=1)
            if not await _charge(work, message, None, month):
                return None
            if not await _spend(work, month, self.price_cents, home.sms_cap_cents):
                raise MailRefused("the month's limit is reached")
        return month

    async def _give_back(self, message: Message, month: date) -> None:
        async with begin(self.house, message.practice_id, SCHEDULER) as work:
            found = await work.session.get(SmsMonth, (message.practice_id, month), with_for_update=True)
            if found is not None and await _charge(work, message, month, None):
                found.messages, found.cents = found.messages - 1, found.cents - self.price_cents


async def _charge(work: Work, message: Message, before: date | None, after: date | None) -> bool:
    """Write down in which month a message was counted; False where another attempt of it did meanwhile."""
    mine = (Message.practice_id == work.practice_id, Message.id == message.id)
    changed = update(Message).where(*mine, Message.charged_in.is_not_distinct_from(before)).values(charged_in=after)
    return await work.session.scalar(changed.returning(Message.id)) is not None


async def _spend(work: Work, month: date, price: int, cap: int) -> bool:
    """Count one more in the month; False where that would be more than the cap."""
    if price > cap:
        return False
    statement = insert(SmsMonth).values(practice_id=work.practice_id, month=month, messages=1, cents=price)
    more = statement.on_conflict_do_update(
        index_elements=["practice_id", "month"],
        set_={"messages": SmsMonth.messages + 1, "cents": SmsMonth.cents + price},
        where=SmsMonth.cents + price <= cap,
    )
    return await work.session.scalar(more.returning(SmsMonth.cents)) is not None


async def sms_spent(work: Work) -> int:
    """What this month's text messages cost the practice so far, in cents."""
    month = local_day(work.now, (await practice.get_practice(work)).zone).replace(day=1)
    query = select(SmsMonth.cents).where(SmsMonth.practice_id == work.practice_id, SmsMonth.month == month)
    return await work.session.scalar(query) or 0


async def offers_sms(work: Work) -> bool:
    """Whether the practice pays for text messages at all."""
    return (await practice.get_practice(work)).sms_cap_cents > 0


async def coachees_of_number(session: AsyncSession, number: str) -> list[tuple[PracticeId, CoacheeId]]:
    """Who is texted at a number, in any practice."""
    query = text("SELECT practice_id, coachee_id FROM find_by_sms_number(:wanted)").bindparams(bindparam("wanted"))
    rows = await session.execute(query, {"wanted": number})
    return [(PracticeId(row.practice_id), CoacheeId(row.coachee_id)) for row in rows]


def asks_to_stop(answer: str) -> bool:
    return _first_word(answer) in STOP


def asks_to_pause(answer: str) -> bool:
    return _first_word(answer) in PAUSE


def _first_word(answer: str) -> str:
    found = WORD.search(answer[:200])
    return found[0].lower() if found else ""
