"""What pays for a trajectory, in the order in which it is used, each up to its limit; a session is paid by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import people
from domain.funding.charges import must_leave_to_cheque
from domain.funding.ledger import book_minutes
from domain.funding.model import Channel, Cheque, FundingKind
from domain.funding.one_payer import fund, must_be_unfunded, must_not_be_told_funded
from domain.funding.packages import PackageUnit, draw_on_packages, minutes_or_sessions_left
from domain.funding.refusals import LimitBelowUsed, NoFundingLeft, PriceNeeded, SessionNotHeld, SponsorMismatch
from domain.funding.states import ChequeState
from domain.kit.errors import named_in
from domain.kit.ids import SessionId, SponsorId, TrajectoryId
from domain.kit.money import ZERO, Money
from domain.kit.tables import Table, Tenant, Word, within_practice
from domain.kit.work import Work
from domain.messaging import announce
from domain.trajectories import Session, SessionKind, SessionState, get_session, get_trajectory

HOUR = 60
TO_BOOK = (ChequeState.STARTED, ChequeState.IN_PROGRESS)


class FundingSource(Tenant, Table):
    """One source of a trajectory, at its place in the order, and how much of it is used."""

    __tablename__ = "funding_sources"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("sponsor_id", "sponsors"),
        CheckConstraint("(kind = 'sponsor') = (sponsor_id IS NOT NULL)", name="sponsor_named"),
        CheckConstraint("limit_amount IS NULL OR price_per_hour IS NOT NULL", name="priced_where_limited"),
        CheckConstraint("used_minutes BETWEEN 0 AND COALESCE(limit_minutes, used_minutes)", name="minutes_in_limit"),
        CheckConstraint("used_amount BETWEEN 0 AND COALESCE(limit_amount, used_amount)", name="amount_in_limit"),
    )

    trajectory_id: Mapped[TrajectoryId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[FundingKind] = mapped_column(Word(FundingKind, 16))
    sponsor_id: Mapped[SponsorId | None]
    limit_minutes: Mapped[int | None]
    limit_amount: Mapped[Money | None]
    price_per_hour: Mapped[Money | None]
    used_minutes: Mapped[int] = mapped_column(default=0)
    used_amount: Mapped[Money] = mapped_column(default=ZERO)

    def price_of(self, minutes: int) -> Money:
        return ZERO if self.price_per_hour is None else self.price_per_hour.portion(minutes, HOUR)

    def has_room_for(self, minutes: int) -> bool:
        within = self.limit_minutes is None or self.used_minutes + minutes <= self.limit_minutes
        return within and (self.limit_amount is None or self.used_amount + self.price_of(minutes) <= self.limit_amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    kind: FundingKind
    sponsor_id: SponsorId | None
    limit_minutes: int | None
    limit_amount: Money | None
    price_per_hour: Money | None


async def list_sources(work: Work, trajectory_id: TrajectoryId) -> Sequence[FundingSource]:
    """In their order."""
    await get_trajectory(work, trajectory_id)
    return await sources_of(work, trajectory_id)


async def set_sources(work: Work, trajectory_id: TrajectoryId, wanted: Sequence[NewSource]) -> Sequence[FundingSource]:
    """Put these in the place of all there were. What was used of one stays with it, so that it keeps its place."""
    await get_trajectory(work, trajectory_id, lock=True)
    before = {source.position: source for source in await sources_of(work, trajectory_id)}
    rows = [await _source(work, trajectory_id, place, new, before.get(place)) for place, new in enumerate(wanted)]
    if lost := [place for place, source in before.items() if source.used_minutes and place >= len(wanted)]:
        raise LimitBelowUsed(field="sources", position=lost[0])
    for source in before.values():
        work.session.expunge(source)
    await work.session.execute(
        delete(FundingSource).where(
            FundingSource.practice_id == work.practice_id, FundingSource.trajectory_id == trajectory_id
        )
    )
    await work.store(*rows)
    announce(work, "funding_sources_set", trajectory_id, kinds=",".join(row.kind for row in rows))
    return rows


async def _source(
    work: Work, trajectory_id: TrajectoryId, place: int, new: NewSource, before: FundingSource | None
) -> FundingSource:
    field = f"sources/{place}"
    if (new.kind is FundingKind.SPONSOR) != (new.sponsor_id is not None):
        raise SponsorMismatch(field=f"{field}/sponsor_id", kind=new.kind)
    if new.sponsor_id is not None:
        with named_in(f"{field}/sponsor_id"):
            await people.get_sponsor(work, new.sponsor_id)
    if new.limit_amount is not None and new.price_per_hour is None:
        raise PriceNeeded(field=f"{field}/price_per_hour_cents")
    used = before is not None and before.used_minutes > 0
    source = FundingSource(
        practice_id=work.practice_id,
        trajectory_id=trajectory_id,
        position=place,
        used_minutes=before.used_minutes if before else 0,
        used_amount=before.used_amount if before else ZERO,
        **{name: getattr(new, name) for name in NewSource.__slots__},
    )
    other = before is not None and (before.kind, before.sponsor_id) != (new.kind, new.sponsor_id)
    if used and (other or not source.has_room_for(0)):
        raise LimitBelowUsed(field=field, position=place)
    return source


async def fund_session(work: Work, session_id: SessionId, channel: Channel | None) -> FundingSource:
    """Book a held session on the first source of its trajectory that has room for all of it."""
    session = await get_session(work, session_id)
    if session.state != SessionState.HELD:
        raise SessionNotHeld(state=session.state)
    await get_trajectory(work, session.trajectory_id, lock=True, deputies=True)
    await must_not_be_told_funded(work, session_id)
    for source in await sources_of(work, session.trajectory_id):
        if source.has_room_for(session.minutes) and await _takes(work, source, session, channel):
            source.used_minutes += session.minutes
            source.used_amount += source.price_of(session.minutes)
            await work.session.flush()
            announce(work, "session_funded", session_id, funding=source.kind, position=source.position)
            return source
    raise NoFundingLeft(minutes=session.minutes)


async def _takes(work: Work, source: FundingSource, session: Session, channel: Channel | None) -> bool:
    """Whether it pays for the session, which it then does."""
    if source.kind is FundingKind.CHEQUE:
        return await _cheque_takes(work, session, channel)
    if source.kind is FundingKind.PACKAGE:
        return await _package_takes(work, session)
    await must_leave_to_cheque(work, session, source.sponsor_id, field=None)
    await must_be_unfunded(work, session.id)
    await fund(work, session.id, source.kind, session.minutes, source.sponsor_id)
    return True


async def _cheque_takes(work: Work, session: Session, channel: Channel | None) -> bool:
    query = select(Cheque.id).where(
        Cheque.practice_id == work.practice_id,
        Cheque.trajectory_id == session.trajectory_id,
        Cheque.state.in_(TO_BOOK),
        Cheque.started_on <= session.day,
        or_(Cheque.complete_by.is_(None), Cheque.complete_by >= session.day),
        Cheque.minutes_cap - Cheque.minutes_booked >= session.minutes,
    )
    cheque_id = await work.session.scalar(query.order_by(Cheque.id).limit(1))
    if cheque_id is None or session.kind is not SessionKind.GUIDANCE:
        return False
    await book_minutes(work, cheque_id, session.id, channel=channel)
    return True


async def _package_takes(work: Work, session: Session) -> bool:
    left = await minutes_or_sessions_left(work, session)
    for unit, need in ((PackageUnit.SESSIONS, 1), (PackageUnit.MINUTES, session.minutes)):
        if left[unit] >= need:
            await draw_on_packages(work, session.id, unit)
            return True
    return False


async def sources_of(work: Work, trajectory_id: TrajectoryId) -> Sequence[FundingSource]:
    query = (
        select(FundingSource)
        .where(FundingSource.practice_id == work.practice_id, FundingSource.trajectory_id == trajectory_id)
        .order_by(FundingSource.position)
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(query)).all()
