"""Where a coachee is notified: browsers that she subscribed, each with an address that is kept sealed."""

import hashlib
from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.egress import Egress
from domain.kit.errors import DomainError, NotFound
from domain.kit.ids import CoacheeId, PushSubscriptionId, new_id
from domain.kit.installation import Setting
from domain.kit.work import Work
from domain.messaging import Channel, Receiver, announce, cancel_messages, public_key
from domain.people.model import PushSubscription
from domain.people.sealing import seal, unseal

KEY_NUMBER = "push_key_number"
LOST_MAIL = "notifications_lost"
MOST_BROWSERS = 5
REFUSED_TOO_OFTEN = 3  # in a row, for another reason than that it is gone


class PushSubscriptionNotFound(NotFound):
    """No such subscription of this coachee."""


class Endpoint(msgspec.Struct, frozen=True):
    """What is sealed of a subscription: where to send, and for whose eyes."""

    address: str
    public: bytes
    auth: bytes

    @property
    def receiver(self) -> Receiver:
        return Receiver(self.public, self.auth)


@dataclass(frozen=True, slots=True)
class PushKey:
    """What her browser subscribes with: the installation's key in force, and its number."""

    number: int
    key: str


async def push_key_in_force(session: AsyncSession) -> int:
    number = await session.scalar(select(Setting.value).where(Setting.name == KEY_NUMBER))
    return int(number or 1)


async def push_key(work: Work) -> PushKey:
    number = await push_key_in_force(work.session)
    return PushKey(number, public_key(work.vault.push_key(number)))


async def rotate_push_key(session: AsyncSession) -> int:
    """A new key from now on. Who subscribed under an older one is written to with that one, and subscribes anew when
    she opens her page next: a key that is taken away would silence everybody without a word.
    """
    number = await push_key_in_force(session) + 1
    statement = insert(Setting).values(name=KEY_NUMBER, value=number)
    await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": number}))
    return number


async def subscribe(
    work: Work, coachee_id: CoacheeId, *, address: str, receiver: Receiver, key: str | None, egress: Egress
) -> PushSubscription:
    """Notify this browser from now on; the same one again is confirmed. It takes the place of her oldest beyond five.

    The browser of another coachee of the practice becomes hers: two people who share a phone share no notifications.
    """
    try:
        await egress.check(address)
    except DomainError as error:
        error.field = "endpoint"
        raise
    known = await _find(work, address)
    number = await _number_of(work, key)
    if known is not None and known.coachee_id == coachee_id and known.key_number == number:
        known.confirmed_at = work.now
        return known
    if known is not None:
        await work.session.delete(known)
        await work.session.flush()
    made = PushSubscription(
        practice_id=work.practice_id,
        id=PushSubscriptionId(new_id()),
        coachee_id=coachee_id,
        endpoint_digest=_digest(address),
        key_number=number,
        created_at=work.now,
        confirmed_at=work.now,
        refusals=0,
    )
    endpoint = msgspec.json.encode(Endpoint(address, receiver.public, receiver.auth)).decode()
    made.sealed_endpoint = await seal(work, coachee_id, endpoint, _context(made.id))
    await work.store(made)
    await _keep_the_newest(work, coachee_id)
    await cancel_messages(work, coachee_id, kind=LOST_MAIL)
    announce(work, "push_subscribed", coachee_id)
    return made


async def unsubscribe(work: Work, coachee_id: CoacheeId, address: str) -> None:
    """Notify this browser no more; nothing more leaves for her by push where it was the last."""
    known = await _find(work, address)
    if known is None or known.coachee_id != coachee_id:
        raise PushSubscriptionNotFound
    await work.session.delete(known)
    await work.session.flush()
    announce(work, "push_unsubscribed", coachee_id)
    if not await subscriptions_of(work, coachee_id):
        await cancel_messages(work, coachee_id, channel=Channel.PUSH)


async def forget_subscriptions(work: Work, coachee_id: CoacheeId) -> None:
    """All of her browsers: she takes her consent back, or her file is closed."""
    await work.session.execute(
        delete(PushSubscription).where(
            PushSubscription.practice_id == work.practice_id, PushSubscription.coachee_id == coachee_id
        )
    )
    await cancel_messages(work, coachee_id, channel=Channel.PUSH)


async def subscriptions_of(work: Work, coachee_id: CoacheeId) -> list[PushSubscription]:
    query = select(PushSubscription).where(
        PushSubscription.practice_id == work.practice_id, PushSubscription.coachee_id == coachee_id
    )
    return list((await work.session.scalars(query.order_by(PushSubscription.id))).all())


async def endpoint_of(work: Work, subscription: PushSubscription) -> Endpoint:
    opened = await unseal(work, subscription.coachee_id, subscription.sealed_endpoint, _context(subscription.id))
    return msgspec.json.decode(opened, type=Endpoint)


async def note_push(work: Work, subscription_id: PushSubscriptionId, *, works: bool, gone: bool = False) -> None:
    """How a push to one browser went: one that is gone, or that refused three times in a row, is dropped."""
    found = await work.session.get(
        PushSubscription, (work.practice_id, subscription_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        return
    if works:
        found.worked_at, found.refusals = work.now, 0
        return
    found.refusals += 1
    if gone or found.refusals >= REFUSED_TOO_OFTEN:
        await work.session.delete(found)
        announce(work, "push_subscription_lost", found.coachee_id, gone=gone)


async def _number_of(work: Work, key: str | None) -> int:
    """The number of the key under which a browser says that it subscribed; the one in force where it does not say."""
    number = await push_key_in_force(work.session)
    older = (one for one in range(number, 0, -1) if public_key(work.vault.push_key(one)) == key)
    return next(older, number)


async def _find(work: Work, address: str) -> PushSubscription | None:
    query = select(PushSubscription).where(
        PushSubscription.practice_id == work.practice_id, PushSubscription.endpoint_digest == _digest(address)
    )
    return await work.session.scalar(query.with_for_update())


async def _keep_the_newest(work: Work, coachee_id: CoacheeId) -> None:
    for old in (await subscriptions_of(work, coachee_id))[:-MOST_BROWSERS]:
        await work.session.delete(old)


async def count_subscriptions(session: AsyncSession) -> int:
    """In every practice that the session sees."""
    return await session.scalar(select(func.count()).select_from(PushSubscription)) or 0


def _digest(address: str) -> bytes:
    return hashlib.sha256(address.encode()).digest()


def _context(subscription_id: PushSubscriptionId) -> str:
    return f"push:{subscription_id}"
