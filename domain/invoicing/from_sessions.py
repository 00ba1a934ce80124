"""Drafts made of sessions that were held: neutral lines, for an employer reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import exists, or_, select

from domain import people
from domain.funding import FundingKind, SessionFunding
from domain.invoicing import parties
from domain.invoicing.billing import check_session
from domain.invoicing.drafting import NewInvoice, NewLine, draft_invoice
from domain.invoicing.model import Invoice, InvoiceLine
from domain.invoicing.phrases import phrase
from domain.invoicing.refusals import NoSessionsToBill, SessionNotBillable
from domain.kit.errors import named_in
from domain.kit.ids import SessionId, SponsorId, TrajectoryId
from domain.kit.money import Money
from domain.kit.work import Work
from domain.messaging import Language
from domain.people import Sponsor
from domain.trajectories import Session, SessionKind, SessionState, get_session

MOST = 200
HOUR = 60
PAID_BEFOREHAND = (FundingKind.CHEQUE, FundingKind.PACKAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsToBill:
    """Those named, or all guidance of the trajectory that was held and that neither invoice, cheque nor package pays.

    The sponsor is the buyer, or the coachee where none is named; the price is that of an hour or of a session.
    """

    trajectory_id: TrajectoryId
    session_ids: Sequence[SessionId] | None
    sponsor_id: SponsorId | None
    price: Money
    per_hour: bool
    vat_rate: Decimal | None
    language: Language | None


async def bill_sessions(work: Work, wanted: SessionsToBill) -> Invoice:
    """Draft an invoice with a line for each session, none of which any other invoice or draft may bill."""
    trajectory = await parties.check_trajectory(work, wanted.trajectory_id, None)
    coachee_id = None if wanted.sponsor_id else trajectory.coachee_id
    buyer = await parties.buyer(work, coachee_id, wanted.sponsor_id)
    sessions = await _sessions(work, wanted)
    if not sessions:
        raise NoSessionsToBill
    language = wanted.language or buyer.language
    named = isinstance(buyer, Sponsor) and buyer.names_coachees
    name = (await people.get_coachee(work, trajectory.coachee_id)).name if named else None
    return await draft_invoice(
        work,
        NewInvoice(
            coachee_id=coachee_id,
            sponsor_id=wanted.sponsor_id,
            trajectory_id=wanted.trajectory_id,
            language=language,
            lines=[_line(session, wanted, language, name) for session in sessions],
        ),
    )


async def _sessions(work: Work, wanted: SessionsToBill) -> Sequence[Session]:
    if wanted.session_ids is None:
        return await _unbilled(work, wanted)
    sessions: list[Session] = []
    for place, session_id in enumerate(dict.fromkeys(wanted.session_ids)):
        field = f"session_ids/{place}"
        with named_in(field):
            session = await get_session(work, session_id)
        if session.trajectory_id != wanted.trajectory_id:
            raise SessionNotBillable(field=field, trajectory_id=session.trajectory_id)
        await check_session(work, session, wanted.sponsor_id, field=field)
        sessions.append(session)
    return sessions


async def _unbilled(work: Work, wanted: SessionsToBill) -> Sequence[Session]:
    """Introductions and aftercare are free unless they are named one by one."""
    billed = exists().where(
        InvoiceLine.practice_id == Session.practice_id, InvoiceLine.session_id == Session.id, ~InvoiceLine.freed
    )
    paid = exists().where(
        SessionFunding.practice_id == Session.practice_id,
        SessionFunding.id == Session.id,
        or_(SessionFunding.kind.in_(PAID_BEFOREHAND), SessionFunding.sponsor_id.is_distinct_from(wanted.sponsor_id)),
    )
    query = (
        select(Session)
        .where(
            Session.practice_id == work.practice_id,
            Session.trajectory_id == wanted.trajectory_id,
            Session.state == SessionState.HELD,
            Session.kind == SessionKind.GUIDANCE,
            ~billed,
            ~paid,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(MOST)
    )
    return (await work.session.scalars(query)).all()


def _line(session: Session, wanted: SessionsToBill, language: Language, name: str | None) -> NewLine:
    """By the hour where the minutes make hours of two decimals; else as one session, at what its minutes come to."""
    told = phrase(language, "session", session.day)
    by_hour = wanted.per_hour and session.minutes * 100 % HOUR == 0
    price = wanted.price.portion(session.minutes, HOUR) if wanted.per_hour and not by_hour else wanted.price
    return NewLine(
        description=f"{told}, {name}" if name else told,
        quantity=Decimal(session.minutes) / HOUR if by_hour else Decimal(1),
        unit="h" if by_hour else phrase(language, "session_unit"),
        unit_price=price,
        vat_rate=wanted.vat_rate,
        session_id=session.id,
    )
