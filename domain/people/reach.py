"""How a coachee wants to be reached: through what, in which order, how plainly; her own choice before any plan's."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, String, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeId
from domain.kit.secrets import Vault
from domain.kit.tables import Table, Tenant
from domain.kit.work import Work
from domain.messaging import Channel, announce

E164 = re.compile(r"\+[1-9][0-9]{7,14}")
NOISE = re.compile(r"[\s./()-]")
CODE_LIVES, MOST_TRIES = timedelta(minutes=10), 5  # as of the code that signs her in


class NumberNotInternational(Invalid):
    """This is no mobile number that we can write to: type it with its country, as in +32 470 12 34 56."""


class CoacheeReach(Tenant, Table):
    """A coachee without one is reached as her plan says, and neutrally."""

    __tablename__ = "coachee_reach"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "id"], ["coachees.practice_id", "coachees.id"]),
        Index("coachee_reach_number_idx", "sms_number", postgresql_where=text("sms_number IS NOT NULL")),
    )

    id: Mapped[CoacheeId] = mapped_column(primary_key=True)
    channels: Mapped[list[str] | None] = mapped_column(ARRAY(String(16)))
    explicit: Mapped[bool] = mapped_column(default=False)  # what her lock screen may say
    sms_number: Mapped[str | None] = mapped_column(String(16))
    sms_confirmed_at: Mapped[datetime | None]  # with the code that was sent to it: a mistyped one is a stranger's
    sms_asked_at: Mapped[datetime | None]  # when the code that counts was made; each new one is another
    sms_tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))

    @property
    def order(self) -> tuple[Channel, ...] | None:
        return None if self.channels is None else tuple(Channel(name) for name in self.channels)


async def reach_of(work: Work, coachee_id: CoacheeId) -> CoacheeReach:
    """Hers, or what holds where she chose nothing; to read."""
    found = await work.session.get(CoacheeReach, (work.practice_id, coachee_id))
    return found or CoacheeReach(practice_id=work.practice_id, id=coachee_id, explicit=False)


async def prefer(work: Work, coachee_id: CoacheeId, channel: Channel) -> None:
    """From now on this one is tried before the others that she uses."""
    reach = await _hold(work, coachee_id)
    others = [one for one in reach.order or (Channel.EMAIL,) if one is not channel]
    await _order(work, reach, (channel, *others))


async def use_also(work: Work, coachee_id: CoacheeId, channel: Channel) -> None:
    """Where the others do not reach her, this one is tried after them."""
    reach = await _hold(work, coachee_id)
    others = [one for one in reach.order or (Channel.EMAIL,) if one is not channel]
    await _order(work, reach, (*others, channel))


async def drop_channel(work: Work, coachee_id: CoacheeId, channel: Channel) -> None:
    """Her own order no longer has it; her mail address stays what she can be reached at, if she agrees to that."""
    reach = await _hold(work, coachee_id)
    if reach.order is not None:
        await _order(work, reach, tuple(one for one in reach.order if one is not channel) or (Channel.EMAIL,))


async def speak_plainly(work: Work, coachee_id: CoacheeId, *, explicit: bool) -> None:
    """Whether her lock screen may say that it is about her coaching."""
    reach = await _hold(work, coachee_id)
    reach.explicit = explicit


async def forget_number(work: Work, coachee_id: CoacheeId) -> None:
    """It is kept for as long as she agrees to be texted and her file is open, and not a moment longer."""
    hers = (CoacheeReach.practice_id == work.practice_id, CoacheeReach.id == coachee_id)
    gone = {"sms_number": None, "sms_confirmed_at": None, "sms_asked_at": None, "sms_tries": 0}
    await work.session.execute(update(CoacheeReach).where(*hers).values(gone))


async def set_number(work: Work, coachee_id: CoacheeId, number: str) -> None:
    """A new one is used once she typed the code that was sent to it."""
    reach, wanted = await _hold(work, coachee_id), mobile_number(number)
    if reach.sms_number != wanted:
        reach.sms_number, reach.sms_confirmed_at = wanted, None
        await work.session.flush()


async def ask_code(work: Work, coachee_id: CoacheeId) -> datetime:
    """A new code for her number: the one before no longer counts, and the tries begin anew. When it was asked for."""
    reach = await _hold(work, coachee_id)
    reach.sms_asked_at, reach.sms_tries = work.now, 0
    await work.session.flush()
    return work.now


async def confirm_number(work: Work, coachee_id: CoacheeId, code: str) -> bool:
    """Whether that is the code which was sent to her number, in time and within few tries; then it is used."""
    reach = await _hold(work, coachee_id)
    if reach.sms_number is None or reach.sms_asked_at is None:
        return False
    right = hmac.compare_digest(
        number_code(work.vault, coachee_id, reach.sms_number, reach.sms_asked_at).encode(), code.encode()
    )
    if reach.sms_confirmed_at is not None:  # pressed twice
        return right
    if reach.sms_tries >= MOST_TRIES or work.now >= reach.sms_asked_at + CODE_LIVES:
        return False
    reach.sms_tries += 1
    reach.sms_confirmed_at = work.now if right else None
    await work.session.flush()
    return right


def number_code(vault: Vault, coachee_id: UUID, number: str, asked_at: datetime) -> str:
    """Six digits for one number of one coachee, asked for once; computed when the text is written, and kept nowhere."""
    return vault.code("sms_number", f"{coachee_id}:{number}:{asked_at.timestamp()}")


def mobile_number(typed: str) -> str:
    """E.164, as gateways want it: "00" is a plus, and what people put between digits is left out."""
    plain = NOISE.sub("", typed)
    plain = "+" + plain[2:] if plain.startswith("00") else plain
    if not E164.fullmatch(plain):
        raise NumberNotInternational(field="number")
    return plain


async def _order(work: Work, reach: CoacheeReach, channels: Sequence[Channel]) -> None:
    if reach.order != tuple(channels):
        reach.channels = [str(one) for one in channels]
        await work.session.flush()
        announce(work, "channels_chosen", reach.id, channels=",".join(channels))


async def _hold(work: Work, coachee_id: CoacheeId) -> CoacheeReach:
    row = {"practice_id": work.practice_id, "id": coachee_id, "explicit": False}
    await work.session.execute(insert(CoacheeReach).values(row).on_conflict_do_nothing())
    query = select(CoacheeReach).where(CoacheeReach.practice_id == work.practice_id, CoacheeReach.id == coachee_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(query)).one()
