"""How her phone switches its notifications on and off, in JSON under /v1/me, and tries whether they come."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.params import JSONBody
from msgspec import Meta

from api.fields import In
from api.limits import Limiter
from api.options import Options
from api.phone.forms import LARGEST
from api.phone.sessions import acting_in, keep, looking_in, must_be_json
from api.phone.visits import AnyRequest
from domain import people
from domain.kit.ids import CoacheeId
from domain.messaging import Channel, Outcome, Receiver

Key = Annotated[str, Meta(max_length=200)]
tests: Limiter[CoacheeId] = Limiter(5)


class KeyNow(msgspec.Struct, frozen=True, kw_only=True):
    """What her browser subscribes with (`applicationServerKey`)."""

    key: str


class KeysIn(In, frozen=True, forbid_unknown_fields=False):
    p256dh: Key
    auth: Key


class SubscriptionIn(In, frozen=True, forbid_unknown_fields=False):
    """A `PushSubscription` as browsers write it, and the key under which this one subscribed."""

    endpoint: Annotated[str, Meta(max_length=2048)]
    keys: KeysIn
    key: Key | None = None
    confirm: bool = False
    """Her page only found it at its opening: nothing is agreed to by that."""


class EndpointIn(In, frozen=True):
    endpoint: Annotated[str, Meta(max_length=2048)]


class TestIn(In, frozen=True):
    channel: Channel


class ChannelOut(msgspec.Struct, frozen=True, kw_only=True):
    channel: Channel
    in_use: bool
    worked_at: datetime | None
    failed_at: datetime | None
    ails: bool


class AttemptOut(msgspec.Struct, frozen=True, kw_only=True):
    about: UUID | None
    channel: Channel
    at: datetime
    outcome: Outcome


class ChannelsOut(msgspec.Struct, frozen=True, kw_only=True):
    """How she is reached, in her order, when each last worked, and the latest attempts."""

    channels: list[ChannelOut]
    explicit: bool
    browsers: int
    attempts: list[AttemptOut]

    @classmethod
    def of(cls, now: people.Channels) -> "ChannelsOut":
        return cls(
            channels=[
                ChannelOut(
                    channel=one.channel,
                    in_use=one.in_use,
                    worked_at=one.health.worked_at,
                    failed_at=one.health.failed_at,
                    ails=one.health.ails,
                )
                for one in now.channels
            ],
            explicit=now.explicit,
            browsers=now.browsers,
            attempts=[
                AttemptOut(about=one.subject_id, channel=one.channel, at=one.at, outcome=one.outcome)
                for one in now.attempts
            ],
        )


@get("/v1/me/push-key")
async def read_push_key(request: AnyRequest) -> KeyNow:
    """The key to subscribe with."""
    async with looking_in(request) as own:
        return KeyNow(key=(await people.push_key(own.work)).key)


@get("/v1/me/channels")
async def read_channels(request: AnyRequest) -> ChannelsOut:
    """How she is reached, and whether it still works."""
    async with looking_in(request) as own:
        return ChannelsOut.of(await people.channels_of(own.work, own.coachee.id))


@put("/v1/me/push-subscriptions", status_code=200, request_max_body_size=LARGEST)
async def put_push_subscription(request: AnyRequest, data: JSONBody[SubscriptionIn]) -> Response[ChannelsOut]:
    """Notify this browser; sent again, it is confirmed."""
    must_be_json(request)
    options: Options = request.app.state["options"]
    receiver = Receiver.read(data.keys.p256dh, data.keys.auth)
    act = people.confirm_push if data.confirm else people.switch_push_on
    async with acting_in(request) as own:
        await act(
            own.work,
            own.coachee.id,
            address=data.endpoint,
            receiver=receiver,
            key=data.key,
            egress=options.egress,
        )
        now = ChannelsOut.of(await people.channels_of(own.work, own.coachee.id))
    return keep(request, Response(now), own.fresh)


@delete("/v1/me/push-subscriptions", status_code=200, request_max_body_size=LARGEST)
async def delete_push_subscription(request: AnyRequest, data: JSONBody[EndpointIn]) -> Response[ChannelsOut]:
    """Notify this browser no more."""
    must_be_json(request)
    async with acting_in(request) as own:
        await people.switch_push_off(own.work, own.coachee.id, data.endpoint)
        now = ChannelsOut.of(await people.channels_of(own.work, own.coachee.id))
    return keep(request, Response(now), own.fresh)


@post("/v1/me/channel-tests", status_code=200, request_max_body_size=LARGEST)
async def try_channel(request: AnyRequest, data: JSONBody[TestIn]) -> Response[ChannelsOut]:
    """Send a test by one channel."""
    must_be_json(request)
    async with acting_in(request) as own:
        tests.count_once(request.scope, own.coachee.id)
        await people.try_channel(own.work, own.coachee.id, data.channel)
        now = ChannelsOut.of(await people.channels_of(own.work, own.coachee.id))
    return keep(request, Response(now), own.fresh)


router = Router(
    "/",
    route_handlers=[
        read_push_key,
        read_channels,
        put_push_subscription,
        delete_push_subscription,
        try_channel,
    ],
    include_in_schema=False,
    opt={"public": True},
)
