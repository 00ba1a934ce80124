"""The way by web push: to each browser that she subscribed, encrypted for it alone; and what a refusal means for it."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.kit.errors import DomainError
from domain.kit.ids import CoacheeId
from domain.kit.work import SCHEDULER, House, begin, system_clock
from domain.messaging import (
    Channel,
    Courier,
    MailDeferred,
    MailNotSent,
    MailRefused,
    Message,
    Reply,
    SenderSettings,
    Unreachable,
    WordingMissing,
    encrypt,
    page_of,
    render_notice,
    signed_by,
)
from domain.people.model import PushSubscription
from domain.people.reach import reach_of
from domain.people.sealing import TextDestroyed
from domain.people.subscriptions import (
    Endpoint,
    endpoint_of,
    forget_subscriptions,
    note_push,
    subscriptions_of,
)

DECLARATIVE = 8030  # the mark of a declarative message (Push API): a browser that knows it needs no script to show it
LIVES = timedelta(hours=1)  # of what has no end of its own: a test
GONE = {404, 410}
TOO_MANY, TOO_LARGE = 429, 413
SERVER_SIDE = 500
AT_ONCE = 8
HOME = "/me/channels"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One browser's share of a message."""

    subscription: PushSubscription
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class PushWay:
    """`contact` is whom a push service can reach about us (RFC 8292 §2.1): mailto: or https:."""

    house: House
    courier: Courier
    sender: SenderSettings
    contact: str
    channel: Channel = Channel.PUSH
    at_once: int = AT_ONCE

    async def carry(self, message: Message, name: str) -> None:  # noqa: ARG002 - a lock screen never names the practice
        parcels, explicit = await self._parcels(message)
        if not parcels:
            raise MailRefused("no browser is subscribed")
        body = self.write(message, explicit=explicit)
        outcomes = [await self._hand_over(message, parcel, body) for parcel in parcels]
        failures = [outcome for outcome in outcomes if outcome is not None]
        if len(failures) == len(outcomes):
            raise next((one for one in failures if isinstance(one, MailDeferred)), failures[0])

    async def _parcels(self, message: Message) -> tuple[list[Parcel], bool]:
        """Her browsers, opened with her own key; none are left where that was destroyed."""
        coachee_id = CoacheeId(message.recipient_id)
        async with begin(self.house, message.practice_id, SCHEDULER) as work:
            hers = await subscriptions_of(work, coachee_id)
            try:
                parcels = [Parcel(one, await endpoint_of(work, one)) for one in hers]
            except TextDestroyed:
                await forget_subscriptions(work, coachee_id)
                return [], False
            return parcels, (await reach_of(work, coachee_id)).explicit

    def write(self, message: Message, *, explicit: bool) -> bytes:
        """A declarative message, which our service worker reads as well."""
        try:
            words = render_notice(message.kind, message.language, explicit=explicit, spoken=message.facts.get("spoken"))
            link = page_of(message, self.house.vault, self.sender.base_url)
        except (WordingMissing, ValueError, KeyError) as error:
            raise MailRefused(f"cannot be written: {type(error).__name__}") from None
        notification: dict[str, Any] = {
            "title": words.title,
            "body": words.body,
            "lang": str(message.language),
            "dir": "ltr",
            "navigate": link or self.sender.base_url.rstrip("/") + HOME,
            "tag": topic_of(message),
            "silent": False,
        }
        return json.dumps({"web_push": DECLARATIVE, "notification": notification}, ensure_ascii=False).encode()

    async def _hand_over(self, message: Message, parcel: Parcel, body: bytes) -> MailNotSent | None:
        """To one browser; why not, where it was not taken."""
        subscription, endpoint = parcel.subscription, parcel.endpoint
        key = self.house.vault.push_key(subscription.key_number)
        headers = {
            "TTL": str(self._seconds_left(message)),
            "Urgency": "normal",
            "Topic": topic_of(message),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": signed_by(key, endpoint.address, self.contact, system_clock()),
        }
        try:
            reply = await self.courier.post(endpoint.address, headers, encrypt(body, endpoint.receiver))
        except Unreachable as error:
            return MailDeferred(str(error))
        except DomainError as error:  # it leads to a private place by now
            await self._note(message, subscription, works=False, gone=True)
            return MailRefused(error.code())
        return await self._judge(message, subscription, reply)

    async def _judge(self, message: Message, subscription: PushSubscription, reply: Reply) -> MailNotSent | None:
        told = f"push service: {reply.status}"
        if reply.taken:
            await self._note(message, subscription, works=True)
            return None
        if reply.status == TOO_MANY or reply.status >= SERVER_SIDE:
            return MailDeferred(told, after=reply.retry_after(system_clock()))
        if reply.status != TOO_LARGE:
            await self._note(message, subscription, works=False, gone=reply.status in GONE)
        return MailRefused(told)

    async def _note(self, message: Message, subscription: PushSubscription, *, works: bool, gone: bool = False) -> None:
        async with begin(self.house, message.practice_id, SCHEDULER) as work:
            await note_push(work, subscription.id, works=works, gone=gone)

    def _seconds_left(self, message: Message) -> int:
        """Until it would come too late: the push service drops it then, wherever her phone is."""
        until: str | None = message.facts.get("good_until")
        if until is None:
            return int(LIVES.total_seconds())
        return max(0, int((datetime.fromisoformat(until) - self.house.clock()).total_seconds()))


def topic_of(message: Message) -> str:
    """The same for a prompt and its reminder: what has not reached her phone yet is replaced, never doubled."""
    return base64.urlsafe_b64encode((message.about or message.id).bytes).rstrip(b"=").decode()
