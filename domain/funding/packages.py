"""Packages: sessions or minutes that a coachee bought beforehand, the first to expire used first, each use traced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.funding.charges import free_with_cheque, running_cheque
from domain.funding.model import FundingKind
from domain.funding.one_payer import fund, must_be_unfunded
from domain.funding.refusals import (
    PackageEndsBeforeStart,
    PackageNotFound,
    PackageOnChequeTrajectory,
    PackageUsedUp,
    SessionNotHeld,
)
from domain.funding.rules import past_day
from domain.kit.calendar import local_day, sane_day
from domain.kit.errors import named_in
from domain.kit.ids import CoacheeId, DrawId, PackageId, SessionId, new_id
from domain.kit.money import Money
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.people import CoacheeNotFound, get_coachee, must_be_open
from domain.trajectories import Session, SessionState, get_session


class PackageUnit(StrEnum):
    SESSIONS = "sessions"
    MINUTES = "minutes"


class Package(Tenant, Versioned, Table):
    """What was bought and how much of it is used; never more than was granted."""

    __tablename__ = "packages"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        CheckConstraint("granted > 0", name="granted_positive"),
        CheckConstraint("used BETWEEN 0 AND granted", name="used_within_granted"),
        CheckConstraint("expires_on >= bought_on", name="expires_after_start"),
        Index("packages_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[PackageId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[PackageUnit] = mapped_column(Word(PackageUnit, 16))
    granted: Mapped[int]
    used: Mapped[int]
    price: Mapped[Money | None]
    bought_on: Mapped[date]
    expires_on: Mapped[date | None]
    created_at: Mapped[datetime]

    @property
    def left(self) -> int:
        return self.granted - self.used


class Draw(Tenant, Table):
    """How much of one package one session used. Never changed."""

    __tablename__ = "package_draws"
    __table_args__ = (
        within_practice("package_id", "packages"),
        within_practice("session_id", "session_fundings"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("package_draws_package_idx", "practice_id", "package_id", "id"),
        Index("package_draws_session_idx", "practice_id", "session_id", "id"),
    )

    id: Mapped[DrawId] = mapped_column(primary_key=True, default=new_id)
    package_id: Mapped[PackageId]
    session_id: Mapped[SessionId]
    amount: Mapped[int]
    drawn_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPackage:
    coachee_id: CoacheeId
    name: str
    unit: PackageUnit
    granted: int
    bought_on: date
    price: Money | None = None
    expires_on: date | None = None


async def sell_package(work: Work, new: NewPackage) -> Package:
    """Grant a coachee sessions or minutes; what she pays for it is invoiced apart."""
    with named_in("coachee_id"):
        must_be_open(await get_coachee(work, new.coachee_id))
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    bought_on = past_day(new.bought_on, today, field="bought_on")
    if new.expires_on is not None and sane_day(new.expires_on, field="expires_on") < bought_on:
        raise PackageEndsBeforeStart(field="expires_on", bought_on=bought_on)
    package = Package(
        practice_id=work.practice_id,
        id=PackageId(new_id()),
        coachee_id=new.coachee_id,
        name=new.name,
        unit=new.unit,
        granted=new.granted,
        used=0,
        price=new.price,
        bought_on=bought_on,
        expires_on=new.expires_on,
        created_at=work.now,
    )
    await work.store(package)
    facts = {"coachee_id": package.coachee_id, "unit": package.unit, "granted": package.granted}
    announce(work, "package_sold", package.id, **facts)
    return package


async def draw_on_packages(work: Work, session_id: SessionId, unit: PackageUnit) -> Sequence[Draw]:
    """Pay a held session from the coachee's packages of that unit: the first to expire first, an expired one never."""
    session = await get_session(work, session_id)
    if session.state != SessionState.HELD:
        raise SessionNotHeld(state=session.state)
    running = await running_cheque(work, session.trajectory_id)
    if (cheque_id := running or await free_with_cheque(work, session)) is not None:
        raise PackageOnChequeTrajectory(cheque_id=cheque_id)
    await must_be_unfunded(work, session_id)
    need = 1 if unit is PackageUnit.SESSIONS else session.minutes
    packages = await _open_packages(work, session, unit)
    if (left := sum(package.left for package in packages)) < need:
        raise PackageUsedUp(field="unit", left=left, needed=need)
    await fund(work, session_id, FundingKind.PACKAGE, session.minutes)
    draws = [_draw(work, package, session_id, amount) for package, amount in fifo(packages, need)]
    await work.store(*draws)
    for draw in draws:
        announce(work, "package_drawn", draw.package_id, session_id=session_id, amount=draw.amount)
    return draws


def fifo(packages: Sequence[Package], need: int) -> list[tuple[Package, int]]:
    """How much to take of each, in the order given, until there is enough."""
    taken: list[tuple[Package, int]] = []
    for package in packages:
        amount = min(package.left, need)
        if amount > 0:
            taken.append((package, amount))
            need -= amount
    return taken


def _draw(work: Work, package: Package, session_id: SessionId, amount: int) -> Draw:
    package.used += amount
    return Draw(
        practice_id=work.practice_id,
        id=DrawId(new_id()),
        package_id=package.id,
        session_id=session_id,
        amount=amount,
        drawn_at=work.now,
    )


async def _open_packages(work: Work, session: Session, unit: PackageUnit) -> Sequence[Package]:
    """Held in the order in which they are used, so that two sessions cannot wait for one another."""
    query = (
        select(Package)
        .where(Package.practice_id == work.practice_id, Package.coachee_id == session.coachee_id)
        .where(Package.unit == unit, Package.used < Package.granted)
        .where(Package.bought_on <= session.day)
        .where(or_(Package.expires_on.is_(None), Package.expires_on >= session.day))
        .order_by(Package.expires_on.asc().nulls_last(), Package.bought_on, Package.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(query)).all()


async def minutes_or_sessions_left(work: Work, session: Session) -> dict[PackageUnit, int]:
    """What the packages that may pay for that session have left, by unit."""
    return {unit: sum(package.left for package in await _open_packages(work, session, unit)) for unit in PackageUnit}


async def get_package(work: Work, package_id: PackageId) -> Package:
    """To a coach, the package of a colleague's coachee is not found."""
    package = await find(work, Package, package_id, PackageNotFound)
    try:
        await get_coachee(work, package.coachee_id)
    except CoacheeNotFound as error:
        raise PackageNotFound(id=package_id) from error
    return package


async def list_packages(work: Work, coachee_id: CoacheeId, page: PageRequest) -> Page[Package]:
    """In the order in which they were sold."""
    await get_coachee(work, coachee_id)
    query = select(Package).where(Package.practice_id == work.practice_id, Package.coachee_id == coachee_id)
    return await fetch_page(work, query, page, list_name=f"packages:{coachee_id}", keys=[Package.id])


async def list_draws(work: Work, package_id: PackageId, page: PageRequest) -> Page[Draw]:
    await get_package(work, package_id)
    query = select(Draw).where(Draw.practice_id == work.practice_id, Draw.package_id == package_id)
    return await fetch_page(work, query, page, list_name=f"draws:{package_id}", keys=[Draw.id])
