"""The statement of a coach: what she held in a period, what each session brings, and her share of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.orm import aliased, joinedload

from domain import practice
from domain.funding import Booking, Cheque, Draw, Package
from domain.invoicing import Invoice, InvoiceLine, InvoiceState, added, thawed
from domain.kit.calendar import Period
from domain.kit.ids import InvoiceId, SessionId, StaffId
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.subcontracting.model import CoachSettlement, CoachShare
from domain.subcontracting.shares import share_on, shares_of
from domain.trajectories import Session, SessionKind, SessionState

HOUR = 60


class Basis(StrEnum):
    PER_HOUR = "per_hour"
    PERCENT = "percent"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """A session and the share of it; `brings` and `share` are None while they are not known."""

    session_id: SessionId
    day: date
    minutes: int
    basis: Basis
    brings: Money | None
    share: Money | None
    settled: Money
    invoice_id: InvoiceId | None

    @property
    def left(self) -> Money:
        """What of it is known and stands on no invoice of hers."""
        return ZERO if self.share is None else self.share - self.settled


@dataclass(frozen=True, slots=True)
class Settled:
    """What invoices of the coach still ask for a session, and whether some of it was credited."""

    amount: Money
    credited: bool
    invoice_id: InvoiceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    coach_id: StaffId
    period: Period
    lines: Sequence[Earned]

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def share(self) -> Money:
        """Of what is known."""
        return sum((line.share for line in self.lines if line.share is not None), ZERO)

    @property
    def unknown(self) -> int:
        return sum(line.share is None for line in self.lines)


async def read_statement(work: Work, coach_id: StaffId, period: Period) -> Statement:
    """Guidance that she held in the period, by the day: introductions and aftercare are free, and bring nothing."""
    await practice.get_staff(work, coach_id)
    shares = await shares_of(work, coach_id)
    held = (
        select(Session)
        .where(Session.practice_id == work.practice_id, Session.coach_id == coach_id)
        .where(Session.state == SessionState.HELD, Session.kind == SessionKind.GUIDANCE)
        .where(Session.day.between(period.first, period.last))
        .order_by(Session.starts_at, Session.id)
    )
    sessions = (await work.session.scalars(held)).all()
    ids = [session.id for session in sessions]
    brought, settled = await _brought(work, ids), await _settled(work, ids)
    lines = [_line(session, share_on(shares, session.day), brought, settled) for session in sessions]
    return Statement(coach_id=coach_id, period=period, lines=lines)


def _line(
    session: Session,
    share: CoachShare | None,
    brought: dict[SessionId, Money | None],
    settled: dict[SessionId, Settled],
) -> Earned:
    paid, brings = settled.get(session.id), brought.get(session.id)
    basis, amount = earned(share, session.minutes, brings)
    if paid is not None:  # what was settled stays so, unless some of it was credited: then her share is reckoned anew
        amount = max(amount or ZERO, paid.amount) if paid.credited else paid.amount
    return Earned(
        session_id=session.id,
        day=session.day,
        minutes=session.minutes,
        basis=basis,
        brings=brings,
        share=amount,
        settled=ZERO if paid is None else paid.amount,
        invoice_id=None if paid is None else paid.invoice_id,
    )


def earned(share: CoachShare | None, minutes: int, brings: Money | None) -> tuple[Basis, Money | None]:
    """Rounded once a session, half up."""
    if share is not None and share.per_hour is not None:
        return Basis.PER_HOUR, share.per_hour.portion(minutes, HOUR)
    if share is not None and share.percent is not None:
        return Basis.PERCENT, None if brings is None else brings.percent(share.percent)
    return Basis.NONE, ZERO


async def _brought(work: Work, ids: Sequence[SessionId]) -> dict[SessionId, Money | None]:
    """Without VAT: the funder's fee for what stands on a cheque, what was billed, or a part of a package's price."""
    return {**await _from_packages(work, ids), **await _from_cheques(work, ids), **await _from_invoices(work, ids)}


async def _from_cheques(work: Work, ids: Sequence[SessionId]) -> dict[SessionId, Money | None]:
    query = (
        select(Booking, Cheque)
        .join(Cheque, (Cheque.practice_id == Booking.practice_id) & (Cheque.id == Booking.cheque_id))
        .where(Booking.practice_id == work.practice_id, Booking.session_id.in_(ids))
        .options(joinedload(Cheque.scheme))
    )
    rows = (await work.session.execute(query)).all()
    return {booking.session_id: cheque.scheme.fee_for(booking.minutes) for booking, cheque in rows}


async def _from_invoices(work: Work, ids: Sequence[SessionId]) -> dict[SessionId, Money | None]:
    """Once the invoice is issued, for a draft may still change; less what was credited of the line, and less its part
    of a discount on the whole."""
    credited, whole = _credited(InvoiceLine.id), _whole()
    query = (
        select(InvoiceLine.session_id, InvoiceLine.net, credited, whole, InvoiceLine.vat_rate, Invoice.shares)
        .join(Invoice, (Invoice.practice_id == InvoiceLine.practice_id) & (Invoice.id == InvoiceLine.invoice_id))
        .where(InvoiceLine.practice_id == work.practice_id, InvoiceLine.session_id.in_(ids))
        .where(Invoice.state != InvoiceState.DRAFT, ~InvoiceLine.freed)
    )
    brought: dict[SessionId, Money | None] = {}
    for session_id, net, less, of, rate, shares in await work.session.execute(query):
        if session_id is not None:
            off = added(share.discount for share in map(thawed, shares or ()) if share.rate == rate)
            brought[session_id] = Money(net.cents - less).portion(of - off.cents, of) if of else ZERO
    return brought


def _credited(line_id: Any) -> Any:
    """What credit notes took back of a line, before VAT and any discount on the whole."""
    note = aliased(InvoiceLine)
    taken = select(func.coalesce(func.sum(note.net), 0)).where(
        note.practice_id == InvoiceLine.practice_id, note.credits_line_id == line_id
    )
    return cast(taken.scalar_subquery(), BigInteger)


def _whole() -> Any:
    """What all lines of that rate come to, of which a discount on the whole is taken."""
    line = aliased(InvoiceLine)
    together = select(func.sum(line.net)).where(
        line.practice_id == InvoiceLine.practice_id,
        line.invoice_id == InvoiceLine.invoice_id,
        line.vat_rate == InvoiceLine.vat_rate,
        line.deducts_id.is_(None),
    )
    return cast(together.scalar_subquery(), BigInteger)


async def _from_packages(work: Work, ids: Sequence[SessionId]) -> dict[SessionId, Money | None]:
    """One session may use up one package and begin another; of a package without a price nothing is known."""
    query: Select[Draw, Package] = (
        select(Draw, Package)
        .join(Package, (Package.practice_id == Draw.practice_id) & (Package.id == Draw.package_id))
        .where(Draw.practice_id == work.practice_id, Draw.session_id.in_(ids))
    )
    brought: dict[SessionId, Money | None] = {}
    for draw, package in await work.session.execute(query):
        part = None if package.price is None else package.price.portion(draw.amount, package.granted)
        before = brought.get(draw.session_id, ZERO)
        brought[draw.session_id] = None if part is None or before is None else before + part
    return brought


async def _settled(work: Work, ids: Sequence[SessionId]) -> dict[SessionId, Settled]:
    """A line that was credited in whole settles nothing any more, one that was credited in part what is left of it."""
    query = (
        select(CoachSettlement, _credited(InvoiceLine.id), InvoiceLine.freed)
        .join(
            InvoiceLine,
            (InvoiceLine.practice_id == CoachSettlement.practice_id)
            & (InvoiceLine.invoice_id == CoachSettlement.invoice_id)
            & (InvoiceLine.position == CoachSettlement.position),
        )
        .where(CoachSettlement.practice_id == work.practice_id, CoachSettlement.id.in_(ids))
        .order_by(CoachSettlement.settled_at, CoachSettlement.invoice_id)
    )
    rows = (await work.session.execute(query)).all()
    credited, settled = {one.id for one, less, _ in rows if less}, dict[SessionId, Settled]()
    for one, less, freed in rows:
        if not freed:
            before = settled.get(one.id)
            amount = (before.amount if before else ZERO) + Money(one.amount.cents - less)
            settled[one.id] = Settled(amount, one.id in credited, one.invoice_id)
    return settled
