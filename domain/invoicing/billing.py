"""What may be billed: a held session, once, and never what a cheque pays for; a package that was sold, once."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from domain import funding
from domain.funding import FundingKind
from domain.invoicing.model import Invoice, InvoiceLine
from domain.invoicing.refusals import (
    NoShowFeeOnCheque,
    PackageAlreadyBilled,
    PackageOfAnother,
    SessionAlreadyBilled,
    SessionNotBillable,
    SessionOfAnotherPayer,
    SessionOnCheque,
    SessionOnPackage,
)
from domain.kit.errors import named_in
from domain.kit.ids import CoacheeId, InvoiceId, PackageId, SessionId, SponsorId
from domain.kit.work import Work
from domain.trajectories import Session, SessionState, get_session


async def must_be_billable(work: Work, wanted: Sequence[tuple[int, SessionId]], sponsor_id: SponsorId | None) -> None:
    """Each line's session, by the line's place. That none is billed twice at once, the table's index sees to; and
    that none is billed and paid by a cheque or package at once, the trigger on both tables."""
    for place, session_id in wanted:
        field = f"lines/{place}/session_id"
        with named_in(field):
            session = await get_session(work, session_id)
        await check_session(work, session, sponsor_id, field=field)


async def check_session(work: Work, session: Session, sponsor_id: SponsorId | None, *, field: str) -> None:
    if session.state is not SessionState.HELD:
        raise SessionNotBillable(field=field, state=session.state)
    paid = await funding.funding_of(work, session.id)
    kind = paid and paid.kind
    if kind is FundingKind.CHEQUE:
        raise SessionOnCheque(field=field)
    if kind is FundingKind.PACKAGE:
        raise SessionOnPackage(field=field)
    if paid is not None and paid.sponsor_id != sponsor_id:
        raise SessionOfAnotherPayer(field=field, sponsor_id=paid.sponsor_id)
    await funding.must_leave_to_cheque(work, session, sponsor_id, field=field)
    if (invoice_id := await _billed_on(work, InvoiceLine.session_id == session.id)) is not None:
        raise SessionAlreadyBilled(field=field, invoice_id=invoice_id)


async def must_still_leave_to_cheques(work: Work, invoice: Invoice) -> None:
    """What could be charged when it was drafted, may not any more: a cheque came since."""
    if invoice.coachee_id is not None and invoice.trajectory_id is not None:
        await funding.must_charge_nothing_on_top(work, invoice.trajectory_id, field=None)
    places = {line.session_id: line.position for line in invoice.lines if line.session_id is not None}
    if not places:
        return
    query = select(Session).where(Session.practice_id == work.practice_id, Session.id.in_(list(places)))
    sessions = (await work.session.scalars(query)).all()
    with_cheques = await funding.with_cheques(work, {session.trajectory_id for session in sessions})
    for session in sessions:
        field = f"lines/{places[session.id]}/session_id"
        if session.trajectory_id in with_cheques:
            await _must_leave(work, session, invoice.sponsor_id, field)


async def _must_leave(work: Work, session: Session, sponsor_id: SponsorId | None, field: str) -> None:
    if session.state is SessionState.HELD:
        await funding.must_leave_to_cheque(work, session, sponsor_id, field=field)
    else:
        await must_be_no_cheques(work, session, field=field)


async def must_be_no_cheques(work: Work, session: Session, *, field: str | None = None) -> None:
    """A fee for a session that was missed: never where a cheque pays, or paid when it was to be."""
    if (cheque_id := await funding.cheque_around(work, session)) is not None:
        raise NoShowFeeOnCheque(field=field, cheque_id=cheque_id)


async def must_be_unbilled(work: Work, wanted: Sequence[tuple[int, PackageId]], coachee_id: CoacheeId | None) -> None:
    """Each line's package, by the line's place: of the coachee, where the invoice is about one. That none is billed
    twice at once, the table's index sees to."""
    for place, package_id in wanted:
        field = f"lines/{place}/package_id"
        with named_in(field):
            package = await funding.get_package(work, package_id)
        if coachee_id not in {None, package.coachee_id}:
            raise PackageOfAnother(field=field)
        await check_package(work, package_id, field=field)


async def check_package(work: Work, package_id: PackageId, **where: str) -> None:
    if (invoice_id := await _billed_on(work, InvoiceLine.package_id == package_id)) is not None:
        raise PackageAlreadyBilled(invoice_id=invoice_id, **where)


async def _billed_on(work: Work, what: ColumnElement[bool]) -> InvoiceId | None:
    """The invoice or draft that it stands on; one that was credited in whole gives it back."""
    query = select(InvoiceLine.invoice_id).where(InvoiceLine.practice_id == work.practice_id, what)
    return await work.session.scalar(query.where(~InvoiceLine.freed))
