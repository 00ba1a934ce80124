"""A fee for a session that a coachee missed or cancelled too late; never where a cheque pays."""

from dataclasses import dataclass
from decimal import Decimal

from domain.invoicing import parties
from domain.invoicing.billing import must_be_no_cheques
from domain.invoicing.drafting import NewInvoice, NewLine, draft_invoice
from domain.invoicing.model import Invoice
from domain.invoicing.phrases import phrase
from domain.invoicing.refusals import SessionNotMissed
from domain.kit.ids import SessionId, SponsorId
from domain.kit.money import Money
from domain.kit.work import Work
from domain.messaging import Language
from domain.trajectories import Session, SessionState, get_session


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """The sponsor is the buyer, or the coachee where none is named."""

    price: Money
    sponsor_id: SponsorId | None
    vat_rate: Decimal | None
    language: Language | None


async def charge_missed_session(work: Work, session_id: SessionId, fee: Fee) -> Invoice:
    """Draft an invoice of one line, in neutral words; a session is charged once."""
    session = await get_session(work, session_id)
    coachee_id = None if fee.sponsor_id else session.coachee_id
    buyer = await parties.buyer(work, coachee_id, fee.sponsor_id)
    if not _was_missed(session):
        raise SessionNotMissed(state=session.state)
    await must_be_no_cheques(work, session)
    language = fee.language or buyer.language
    line = NewLine(
        description=phrase(language, "missed", session.day),
        quantity=Decimal(1),
        unit=phrase(language, "session_unit"),
        unit_price=fee.price,
        vat_rate=fee.vat_rate,
        session_id=session.id,
        missed=True,
    )
    return await draft_invoice(
        work,
        NewInvoice(
            coachee_id=coachee_id,
            sponsor_id=fee.sponsor_id,
            trajectory_id=session.trajectory_id,
            language=language,
            lines=[line],
        ),
    )


def _was_missed(session: Session) -> bool:
    return session.state is SessionState.NO_SHOW or (session.state is SessionState.CANCELLED and session.late_cancel)
