"""What a coachee does about her channels herself: switch one on or off, and try whether it works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from domain.kit.egress import Egress
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.messaging import (
    Attempt,
    Channel,
    ChannelHealth,
    Receiver,
    Recipient,
    attempts_for,
    cancel_messages,
    health_of,
    post,
)
from domain.people.coachees import get_coachee
from domain.people.consents import give_consent, has_consent, withdraw_purpose
from domain.people.model import Coachee, GivenVia, Purpose, PushSubscription
from domain.people.reach import (
    CODE_LIVES,
    CoacheeReach,
    ask_code,
    confirm_number,
    drop_channel,
    prefer,
    reach_of,
    set_number,
    use_also,
)
from domain.people.sealing import must_keep_text
from domain.people.subscriptions import subscribe, subscriptions_of, unsubscribe
from domain.people.texting import offers_sms
from domain.people.wordings import current_version

TEST, CODE = "channel_test", "sms_code"
PATIENCE, NOTICE_LIVES = timedelta(days=1), timedelta(days=3)
CONSENT = {
    Channel.EMAIL: Purpose.CHANNEL_EMAIL,
    Channel.PUSH: Purpose.CHANNEL_PUSH,
    Channel.SMS: Purpose.CHANNEL_SMS,
}


class ChannelNotInUse(Conflict):
    """This channel is not in use for this coachee: it is switched on first."""


class SmsNotOffered(Conflict):
    """This practice sends no text messages."""


class EmailStays(Invalid):
    """Mail is taken back as a consent, where she reads what she agreed to."""


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """One channel of a coachee, in her order: whether it is in use, and when it last worked."""

    channel: Channel
    in_use: bool
    health: ChannelHealth


@dataclass(frozen=True, slots=True)
class Ways:
    """The channels that are tried, and those of them that she agrees to and can be reached at."""

    order: tuple[Channel, ...]
    usable: tuple[Channel, ...]

    @property
    def missing(self) -> Purpose | None:
        """What she would agree to first, where nothing reaches her yet: mail asks no more than that."""
        if self.usable:
            return None
        return CONSENT[Channel.EMAIL if Channel.EMAIL in self.order else self.order[0]]


@dataclass(frozen=True, slots=True)
class Channels:
    channels: tuple[ChannelNow, ...]
    explicit: bool
    number: str | None
    confirmed: bool  # that number, by its code
    browsers: int
    attempts: list[Attempt]


async def channels_of(work: Work, coachee_id: CoacheeId) -> Channels:
    """How she is reached now, and whether it still works."""
    reach, health = await reach_of(work, coachee_id), await health_of(work, coachee_id)
    order = reach.order or (Channel.EMAIL,)
    browsers = len(await subscriptions_of(work, coachee_id))
    now = [
        ChannelNow(
            channel,
            channel in order and await _in_use(work, coachee_id, channel, browsers, reach),
            health.get(channel, ChannelHealth(channel, None, None)),
        )
        for channel in (*order, *(one for one in Channel if one not in order))
    ]
    attempts = await attempts_for(work, coachee_id)
    confirmed = reach.sms_confirmed_at is not None
    return Channels(tuple(now), reach.explicit, reach.sms_number, confirmed, browsers, attempts)


async def ways_to(work: Work, coachee_id: CoacheeId, planned: Sequence[Channel]) -> Ways:
    """Through what check-ins would come to her: in her own order, or else as it is planned."""
    reach = await reach_of(work, coachee_id)
    browsers = len(await subscriptions_of(work, coachee_id))
    order = reach.order or tuple(planned)
    return Ways(order, tuple([one for one in order if await _in_use(work, coachee_id, one, browsers, reach)]))


async def notify(
    work: Work, coachee_id: CoacheeId, kind: str, *, planned: Sequence[Channel], due_at: datetime, **facts: object
) -> None:
    """A notice by the first of her channels that brings it; the next has its turn where that did not for a day."""
    coachee, reach = await get_coachee(work, coachee_id), await reach_of(work, coachee_id)
    for step, channel in enumerate((await ways_to(work, coachee_id, planned)).usable):
        told = Recipient(coachee_id, _address(coachee, channel, reach.sms_number), coachee.language, coachee.country)
        turn = due_at + step * PATIENCE
        order = {"step": step + 1, "only_one": True, "good_until": (turn + NOTICE_LIVES).isoformat()}
        post(work, kind, told, channel=channel, due_at=turn, **facts, **order)


async def switch_push_on(
    work: Work, coachee_id: CoacheeId, *, address: str, receiver: Receiver, key: str | None, egress: Egress
) -> PushSubscription:
    """This browser is notified from now on, before any other channel; she asked for it, and so she agrees to it."""
    await get_coachee(work, coachee_id, lock=True)  # her page may send it twice at once, as when two of its tabs open
    made = await subscribe(work, coachee_id, address=address, receiver=receiver, key=key, egress=egress)
    agreed_now = await _agree(work, coachee_id, Channel.PUSH)
    if agreed_now or Channel.PUSH not in ((await reach_of(work, coachee_id)).order or ()):
        await prefer(work, coachee_id, Channel.PUSH)
    return made


async def confirm_push(
    work: Work, coachee_id: CoacheeId, *, address: str, receiver: Receiver, key: str | None, egress: Egress
) -> bool:
    """Her page found at its opening that this browser is subscribed: it may be under another address or key by now, for
    browsers change them and tell nobody. Where she took her consent back meanwhile, it is not hers to renew.
    """
    await get_coachee(work, coachee_id, lock=True)
    if not await has_consent(work, coachee_id, Purpose.CHANNEL_PUSH):
        return False
    await subscribe(work, coachee_id, address=address, receiver=receiver, key=key, egress=egress)
    return True


async def switch_push_off(work: Work, coachee_id: CoacheeId, address: str) -> None:
    """This browser is notified no more; with the last one goes the consent."""
    await unsubscribe(work, coachee_id, address)
    if not await subscriptions_of(work, coachee_id):
        await withdraw_purpose(work, coachee_id, Purpose.CHANNEL_PUSH)


async def switch_sms_on(work: Work, coachee_id: CoacheeId, number: str) -> None:
    """Text messages to this number, once she typed the code that is sent to it."""
    if not await offers_sms(work):
        raise SmsNotOffered
    await must_keep_text(work, coachee_id)
    await set_number(work, coachee_id, number)
    await _agree(work, coachee_id, Channel.SMS)
    reach, coachee = await reach_of(work, coachee_id), await get_coachee(work, coachee_id)
    if reach.sms_confirmed_at is None:
        await cancel_messages(work, coachee_id, kind=CODE)
        asked_at, told = (
            await ask_code(work, coachee_id),
            Recipient(coachee_id, reach.sms_number, coachee.language, coachee.country),
        )
        good_until = (asked_at + CODE_LIVES).isoformat()
        post(work, CODE, told, channel=Channel.SMS, asked_at=asked_at.isoformat(), good_until=good_until)


async def confirm_sms(work: Work, coachee_id: CoacheeId, code: str) -> bool:
    """She typed the code that came to her number: check-ins may come there now, after her other channels."""
    if not await confirm_number(work, coachee_id, code):
        return False
    await use_also(work, coachee_id, Channel.SMS)
    return True


async def switch_off(work: Work, coachee_id: CoacheeId, channel: Channel) -> None:
    """Nothing comes by it any more; what is kept for it goes with the consent."""
    if channel is Channel.EMAIL:
        raise EmailStays(field="channel")
    await withdraw_purpose(work, coachee_id, CONSENT[channel])
    await drop_channel(work, coachee_id, channel)


async def try_channel(work: Work, coachee_id: CoacheeId, channel: Channel) -> None:
    """Send a test by one channel: it leaves within seconds, and takes the place of one that has not left yet."""
    coachee = await get_coachee(work, coachee_id)
    reach = await reach_of(work, coachee_id)
    browsers = len(await subscriptions_of(work, coachee_id))
    if not await _in_use(work, coachee_id, channel, browsers, reach):
        raise ChannelNotInUse(channel=channel)
    await cancel_messages(work, coachee_id, kind=TEST, channel=channel)
    post(
        work,
        TEST,
        Recipient(coachee_id, _address(coachee, channel, reach.sms_number), coachee.language, coachee.country),
        channel=channel,
    )


async def _in_use(work: Work, coachee_id: CoacheeId, channel: Channel, browsers: int, reach: CoacheeReach) -> bool:
    confirmed = reach.sms_confirmed_at is not None
    reached = {Channel.EMAIL: True, Channel.PUSH: browsers > 0, Channel.SMS: confirmed}
    return reached[channel] and await has_consent(work, coachee_id, CONSENT[channel])


async def _agree(work: Work, coachee_id: CoacheeId, channel: Channel) -> bool:
    """Her own act is her word; False where she had given it before."""
    purpose = CONSENT[channel]
    if await has_consent(work, coachee_id, purpose):
        return False
    await give_consent(work, coachee_id, purpose, wording_version=current_version(purpose), given_via=GivenVia.LINK)
    return True


def _address(coachee: Coachee, channel: Channel, number: str | None) -> str | None:
    match channel:
        case Channel.EMAIL:
            return coachee.email
        case Channel.SMS:
            return number
        case Channel.PUSH:
            return None
        case _:
            assert_never(channel)
