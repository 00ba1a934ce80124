"""What pays for a trajectory: what is used of it, and what it would pay for next of what is planned.

It only looks ahead, through the funding in its order and up to its limits; what is booked, `fund_session` books.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select

from domain.funding.model import Cheque, FundingKind, SessionFunding
from domain.funding.packages import Package, PackageUnit
from domain.funding.sources import HOUR, FundingSource, sources_of
from domain.funding.spent import Key, minutes_used
from domain.funding.states import RUNNING, SPENT
from domain.kit.ids import ChequeId, TrajectoryId
from domain.kit.work import Work
from domain.trajectories import Session, SessionKind, SessionState, Trajectory, get_trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class FundedMinutes:
    """The minutes of one kind of funding, of cheques each by itself: used, and planned on it."""

    kind: FundingKind
    cheque_id: ChequeId | None
    agreed: int | None
    minutes: int
    planned: int


@dataclass(frozen=True, slots=True)
class MinutesAhead:
    """What pays for the minutes of a trajectory, and how many that were planned or held nothing would pay for."""

    by_funding: list[FundedMinutes]
    unfunded: int


@dataclass(slots=True, kw_only=True)
class Pot:
    """What is left of a cheque, of a package, or of what somebody pays: in minutes, in sessions, or without end."""

    key: Key
    left: int | None
    in_sessions: bool = False
    first_day: date = date.min
    last_day: date = date.max
    only: SessionKind | None = None

    def open_to(self, session: Session) -> bool:
        return self.first_day <= session.day <= self.last_day and self.only in {None, session.kind}


@dataclass(slots=True, kw_only=True)
class Source:
    """The pots at one place in the order. A session is paid from one pot, but from several packages together."""

    pots: Sequence[Pot]
    left: int | None = None

    def pay(self, session: Session) -> Key | None:
        if self.left is not None and self.left < session.minutes:
            return None
        for in_sessions in (True, False):
            pots = [pot for pot in self.pots if pot.in_sessions is in_sessions and pot.open_to(session)]
            if (paid := _draw(pots, 1 if in_sessions else session.minutes)) is not None:
                self.left = None if self.left is None else self.left - session.minutes
                return paid
        return None


def _draw(pots: Sequence[Pot], need: int) -> Key | None:
    for pot in pots:
        if pot.left is None or pot.left >= need:
            pot.left = None if pot.left is None else pot.left - need
            return pot.key
    packages = [pot for pot in pots if pot.key.kind is FundingKind.PACKAGE]
    if sum(pot.left or 0 for pot in packages) < need:
        return None
    for pot in packages:
        taken = min(pot.left or 0, need)
        pot.left, need = (pot.left or 0) - taken, need - taken
    return packages[0].key


async def look_ahead(work: Work, trajectory_id: TrajectoryId) -> MinutesAhead:
    """Also to who stands in for its coach. A cheque pays for guidance alone, from its start to its last day."""
    trajectory = await get_trajectory(work, trajectory_id, deputies=True)
    cheques, rows = await _cheques(work, trajectory_id), await sources_of(work, trajectory_id)
    sources = await _sources(work, trajectory, cheques, rows)
    planned, unfunded = Counter[Key](), 0
    for session in await _to_pay_for(work, trajectory_id):
        paid = next((key for source in sources if (key := source.pay(session)) is not None), None)
        if paid is None:
            unfunded += session.minutes
        else:
            planned[paid] += session.minutes
    used = await minutes_used(work, trajectory_id)
    agreed = _agreed(cheques, rows)
    keys = sorted({*used, *planned, *agreed}, key=lambda key: (key.kind, str(key.cheque_id or "")))
    each = [
        FundedMinutes(
            kind=key.kind,
            cheque_id=key.cheque_id,
            agreed=agreed.get(key),
            minutes=used.get(key, 0),
            planned=planned[key],
        )
        for key in keys
    ]
    return MinutesAhead(each, unfunded)


async def _cheques(work: Work, trajectory_id: TrajectoryId) -> Sequence[Cheque]:
    query = select(Cheque).where(Cheque.practice_id == work.practice_id, Cheque.trajectory_id == trajectory_id)
    return (await work.session.scalars(query.where(Cheque.state.in_({*RUNNING, *SPENT})).order_by(Cheque.id))).all()


async def _sources(
    work: Work, trajectory: Trajectory, cheques: Sequence[Cheque], rows: Sequence[FundingSource]
) -> list[Source]:
    """In the order that was set; where none was, what there is of cheques and packages."""
    pots = {
        FundingKind.CHEQUE: [_of_cheque(one) for one in cheques if one.state in RUNNING],
        FundingKind.PACKAGE: await _packages(work, trajectory),
    }
    if not rows:
        return [Source(pots=each) for each in pots.values()]
    return [
        Source(pots=pots.get(row.kind, [Pot(key=Key(row.kind, None), left=None)]), left=minutes_left(row))
        for row in rows
    ]


def _of_cheque(cheque: Cheque) -> Pot:
    return Pot(
        key=Key(FundingKind.CHEQUE, cheque.id),
        left=cheque.minutes_left,
        first_day=cheque.started_on or cheque.issued_on or date.min,
        last_day=cheque.complete_by or date.max,
        only=SessionKind.GUIDANCE,
    )


async def _packages(work: Work, trajectory: Trajectory) -> list[Pot]:
    """The coachee's, in the order in which they are used."""
    query = select(Package).where(
        Package.practice_id == work.practice_id,
        Package.coachee_id == trajectory.coachee_id,
        Package.used < Package.granted,
    )
    ordered = query.order_by(Package.expires_on.asc().nulls_last(), Package.bought_on, Package.id)
    return [
        Pot(
            key=Key(FundingKind.PACKAGE, None),
            left=package.left,
            in_sessions=package.unit is PackageUnit.SESSIONS,
            first_day=package.bought_on,
            last_day=package.expires_on or date.max,
        )
        for package in await work.session.scalars(ordered)
    ]


def minutes_left(source: FundingSource) -> int | None:
    """What its limits, in minutes and in money, still leave."""
    left: list[int] = []
    if source.limit_minutes is not None:
        left.append(source.limit_minutes - source.used_minutes)
    if source.limit_amount is not None and source.price_per_hour is not None and source.price_per_hour.cents:
        cents = source.limit_amount.cents - source.used_amount.cents
        left.append(cents * HOUR // source.price_per_hour.cents)
    return min(left, default=None)


def _agreed(cheques: Sequence[Cheque], rows: Sequence[FundingSource]) -> dict[Key, int | None]:
    """What each has at most: a cheque its minutes, another source its limit, if it has one."""
    agreed: dict[Key, int | None] = {Key(FundingKind.CHEQUE, one.id): one.minutes_cap for one in cheques}
    for kind in {row.kind for row in rows} - {FundingKind.CHEQUE}:
        limits = [row.limit_minutes for row in rows if row.kind is kind]
        agreed[Key(kind, None)] = None if None in limits else sum(limit or 0 for limit in limits)
    return agreed


async def _to_pay_for(work: Work, trajectory_id: TrajectoryId) -> Sequence[Session]:
    """What is planned, and what was held and is not paid for yet, in order of time."""
    paid = exists().where(SessionFunding.practice_id == Session.practice_id, SessionFunding.id == Session.id)
    query = select(Session).where(
        Session.practice_id == work.practice_id,
        Session.trajectory_id == trajectory_id,
        Session.state.in_([SessionState.PLANNED, SessionState.HELD]),
        ~paid,
    )
    return (await work.session.scalars(query.order_by(Session.starts_at, Session.id))).all()
