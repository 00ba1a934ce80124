"""Packages that coachees bought, and what each session used of them."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from api.fields import LINE, Cents, In, Out, PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import funding
from domain.funding import (
    DayInFuture,
    NewPackage,
    Package,
    PackageEndsBeforeStart,
    PackageNotFound,
    PackageOnChequeTrajectory,
    PackageUnit,
    PackageUsedUp,
    SessionAlreadyBooked,
    SessionAlreadyFunded,
    SessionBilled,
    SessionNotHeld,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, DrawId, PackageId, SessionId
from domain.kit.money import Money
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.people import CoacheeArchived, CoacheeNotFound
from domain.trajectories import SessionNotFound


class PackageIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coachee_id: CoacheeId
    name: Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE)]
    unit: PackageUnit
    granted: Annotated[int, Meta(ge=1, le=60_000, description="How many sessions, or how many minutes")]
    bought_on: date
    expires_on: Annotated[date, Meta(description="The last day of a session that it pays")] | None = None
    price_cents: Cents | None = None

    def value(self) -> NewPackage:
        return NewPackage(
            coachee_id=self.coachee_id,
            name=self.name,
            unit=self.unit,
            granted=self.granted,
            bought_on=self.bought_on,
            expires_on=self.expires_on,
            price=None if self.price_cents is None else Money(self.price_cents),
        )


class PackageOut(msgspec.Struct, frozen=True, kw_only=True):
    id: PackageId
    version: int
    coachee_id: CoacheeId
    name: str
    unit: PackageUnit
    granted: int
    used: int
    left: int
    price_cents: int | None
    bought_on: date
    expires_on: date | None
    created_at: datetime

    @classmethod
    def of(cls, package: Package) -> "PackageOut":
        kept = {name: getattr(package, name) for name in cls.__struct_fields__ if name != "price_cents"}
        return cls(**kept, price_cents=None if package.price is None else package.price.cents)


class PackagePage(msgspec.Struct, frozen=True):
    items: list[PackageOut]
    next_cursor: str | None


class DrawIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    unit: PackageUnit


class DrawOut(Out, frozen=True, kw_only=True):
    id: DrawId
    package_id: PackageId
    session_id: SessionId
    amount: int
    drawn_at: datetime


class Draws(msgspec.Struct, frozen=True):
    items: list[DrawOut]


class DrawPage(msgspec.Struct, frozen=True):
    items: list[DrawOut]
    next_cursor: str | None


@post(
    "/packages",
    scope="invoices:write",
    responses=refuses(CoacheeNotFound, CoacheeArchived, PackageEndsBeforeStart, DayInFuture, DayOutOfRange),
)
async def sell_package(work: NamedDependency[Work], data: JSONBody[PackageIn]) -> PackageOut:
    """Grant a coachee sessions or minutes that she bought."""
    return PackageOut.of(await funding.sell_package(work, data.value()))


@get("/packages/{package_id:uuid}", scope="funding:read", responses=refuses(PackageNotFound))
async def read_package(work: NamedDependency[Work], package_id: FromPath[PackageId]) -> PackageOut:
    """Read one package, and what of it is left."""
    return PackageOut.of(await funding.get_package(work, package_id))


@get("/coachees/{coachee_id:uuid}/packages", scope="funding:read", responses=refuses(CoacheeNotFound, InvalidCursor))
async def list_packages(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], limit: PageLimit = 20, cursor: PageCursor = None
) -> PackagePage:
    """List a coachee's packages in the order in which they were sold, with what of each is left."""
    page = await funding.list_packages(work, coachee_id, page_request(limit, cursor))
    return PackagePage([PackageOut.of(package) for package in page.items], page.next_cursor)


@post(
    "/sessions/{session_id:uuid}/package-draws",
    scope="funding:write",
    responses=refuses(
        SessionNotFound,
        SessionNotHeld,
        SessionAlreadyBooked,
        SessionAlreadyFunded,
        SessionBilled,
        PackageOnChequeTrajectory,
        PackageUsedUp,
    ),
)
async def draw_on_packages(
    work: NamedDependency[Work], session_id: FromPath[SessionId], data: JSONBody[DrawIn]
) -> Draws:
    """Pay a held session from the coachee's packages: the first to expire is used first, an expired one never."""
    return Draws([DrawOut.of(draw) for draw in await funding.draw_on_packages(work, session_id, data.unit)])


@get("/packages/{package_id:uuid}/draws", scope="funding:read", responses=refuses(PackageNotFound, InvalidCursor))
async def list_draws(
    work: NamedDependency[Work], package_id: FromPath[PackageId], limit: PageLimit = 20, cursor: PageCursor = None
) -> DrawPage:
    """List which sessions used how much of a package."""
    page = await funding.list_draws(work, package_id, page_request(limit, cursor))
    return DrawPage([DrawOut.of(draw) for draw in page.items], page.next_cursor)


router = Router(
    "/",
    tags=["funding"],
    route_handlers=[sell_package, read_package, list_packages, draw_on_packages, list_draws],
)
