"""What pays for a trajectory, in its order, and the sessions booked on it."""

from typing import Annotated

import msgspec
from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from api.fields import Cents, In, Minutes
from api.problems import refuses
from domain import funding
from domain.funding import (
    Channel,
    ChannelNeeded,
    ChannelNotAllowed,
    FundingKind,
    FundingSource,
    LimitBelowUsed,
    NewSource,
    NoFundingLeft,
    PackageOnChequeTrajectory,
    PriceNeeded,
    SessionAlreadyBooked,
    SessionAlreadyFunded,
    SessionBilled,
    SessionNotHeld,
    SponsorMismatch,
    SponsorOnCheque,
    SurchargeOnCheque,
)
from domain.kit.ids import SessionId, SponsorId, TrajectoryId
from domain.kit.money import Money
from domain.kit.work import VersionChanged, Work
from domain.people import SponsorNotFound
from domain.trajectories import SessionNotFound, TrajectoryNotFound


class SourceIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: FundingKind
    sponsor_id: SponsorId | None = None
    limit_minutes: Minutes | None = None
    limit_cents: Annotated[Cents, Meta(description="Without VAT; needs `price_per_hour_cents`")] | None = None
    price_per_hour_cents: Cents | None = None

    def value(self) -> NewSource:
        return NewSource(
            kind=self.kind,
            sponsor_id=self.sponsor_id,
            limit_minutes=self.limit_minutes,
            limit_amount=None if self.limit_cents is None else Money(self.limit_cents),
            price_per_hour=None if self.price_per_hour_cents is None else Money(self.price_per_hour_cents),
        )


class SourcesIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    sources: Annotated[list[SourceIn], Meta(max_length=10)]


class SourceOut(msgspec.Struct, frozen=True, kw_only=True):
    trajectory_id: TrajectoryId
    position: int
    kind: FundingKind
    sponsor_id: SponsorId | None
    limit_minutes: int | None
    limit_cents: int | None
    price_per_hour_cents: int | None
    used_minutes: int
    used_cents: int

    @classmethod
    def of(cls, source: FundingSource) -> "SourceOut":
        return cls(
            trajectory_id=source.trajectory_id,
            position=source.position,
            kind=source.kind,
            sponsor_id=source.sponsor_id,
            limit_minutes=source.limit_minutes,
            limit_cents=None if source.limit_amount is None else source.limit_amount.cents,
            price_per_hour_cents=None if source.price_per_hour is None else source.price_per_hour.cents,
            used_minutes=source.used_minutes,
            used_cents=source.used_amount.cents,
        )


class Sources(msgspec.Struct, frozen=True):
    items: list[SourceOut]


class FundIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    channel: Annotated[Channel, Meta(description="Where its location does not tell")] | None = None


@put(
    "/trajectories/{trajectory_id:uuid}/funding-sources",
    scope="funding:write",
    responses=refuses(
        TrajectoryNotFound, SponsorNotFound, SponsorMismatch, PriceNeeded, LimitBelowUsed, VersionChanged
    ),
)
async def set_sources(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[SourcesIn]
) -> Sources:
    """Say what pays for a trajectory, and in which order, each up to its limit. A source that is used keeps its
    place."""
    wanted = [source.value() for source in data.sources]
    return Sources([SourceOut.of(source) for source in await funding.set_sources(work, trajectory_id, wanted)])


@get(
    "/trajectories/{trajectory_id:uuid}/funding-sources",
    scope="funding:read",
    responses=refuses(TrajectoryNotFound),
)
async def list_sources(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> Sources:
    """List what pays for a trajectory, in its order, and how much of each is used."""
    return Sources([SourceOut.of(source) for source in await funding.list_sources(work, trajectory_id)])


@post(
    "/sessions/{session_id:uuid}/funding",
    scope="funding:write",
    responses=refuses(
        SessionNotFound,
        SessionNotHeld,
        SessionAlreadyBooked,
        SessionAlreadyFunded,
        SessionBilled,
        SponsorOnCheque,
        SurchargeOnCheque,
        PackageOnChequeTrajectory,
        ChannelNeeded,
        ChannelNotAllowed,
        NoFundingLeft,
    ),
)
async def fund_session(
    work: NamedDependency[Work], session_id: FromPath[SessionId], data: JSONBody[FundIn]
) -> SourceOut:
    """Book a held session on the first source of its trajectory that has room for the whole of it. What a sponsor or
    the coachee pays for is then invoiced to nobody else."""
    return SourceOut.of(await funding.fund_session(work, session_id, data.channel))


router = Router("/", tags=["funding"], route_handlers=[set_sources, list_sources, fund_session])
