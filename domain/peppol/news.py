"""What others hear of a dispatch: integrators by an event; the office, and who is not on Peppol, by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain import invoicing, practice
from domain.kit.work import Work
from domain.messaging import Attachment, Recipient, announce, post, post_once
from domain.peppol.model import Dispatch, DispatchState
from domain.practice import Role, Staff

OFFICE = {Role.ADMINISTRATOR, Role.BILLING}

EVENTS = {
    DispatchState.SENT: "invoice_transmitted",
    DispatchState.DELIVERED: "invoice_delivered",
    DispatchState.REJECTED: "invoice_rejected",
    DispatchState.NOT_ON_PEPPOL: "invoice_receiver_not_on_peppol",
}


async def tell(work: Work, dispatch: Dispatch) -> None:
    """An event; where the receiver cannot be reached by Peppol, the PDF by mail; and what needs a person, to one."""
    if dispatch.state is DispatchState.NOT_ON_PEPPOL:
        await _mail(work, dispatch)
    if dispatch.state is DispatchState.REJECTED or (
        dispatch.state is DispatchState.NOT_ON_PEPPOL and dispatch.mailed_at is None
    ):
        await _tell_office(work, dispatch)
    announce(
        work,
        EVENTS[dispatch.state],
        dispatch.invoice_id,
        via=dispatch.via,
        round=dispatch.round,
        mailed=dispatch.mailed_at is not None,
    )


async def tell_given_up(work: Work, dispatch: Dispatch) -> None:
    await _tell_office(work, dispatch)
    announce(work, "invoice_transmission_failed", dispatch.invoice_id, via=dispatch.via, round=dispatch.round)


async def tell_away(work: Work, since: datetime) -> None:
    """Tell the office once that nothing goes out: of an outage, the document that waits longest stays the same."""
    waiting = select(Dispatch).where(Dispatch.practice_id == work.practice_id, Dispatch.state == DispatchState.QUEUED)
    oldest = await work.session.scalar(waiting.order_by(Dispatch.queued_at, Dispatch.invoice_id).limit(1))
    if oldest is None or oldest.queued_at > since:
        return
    for one in await _office(work):
        await post_once(work, f"peppol-away:{oldest.key}:{one.id}", "access_point_away", practice.recipient(one))


async def _tell_office(work: Work, dispatch: Dispatch) -> None:
    """Nobody would pay an invoice that never came."""
    number = (await invoicing.get_invoice(work, dispatch.invoice_id)).label
    for one in await _office(work):
        post(work, "invoice_not_delivered", practice.recipient(one), number=number)


async def _office(work: Work) -> list[Staff]:
    """Who keeps the books; where nobody does, the owners."""
    return await practice.staff_else_owners(work, lambda one: one.role in OFFICE)


async def _mail(work: Work, dispatch: Dispatch) -> None:
    """The law wants the e-invoice made all the same, which it is; who cannot receive it gets it as people read it,
    where there is an address, and a PDF."""
    invoice = await invoicing.get_invoice(work, dispatch.invoice_id)
    party: dict[str, Any] = (invoice.seller if invoice.coach_id else invoice.buyer) or {}
    reader = invoice.sponsor_id or invoice.coach_id or invoice.coachee_id
    if not party.get("email") or reader is None:
        return
    try:
        pdf = await invoicing.print_invoice(work, dispatch.invoice_id)
    except invoicing.PressGaveUp:
        return
    await post_once(
        work,
        f"peppol:{dispatch.key}",
        "invoice_not_on_peppol",
        Recipient(reader, party["email"], invoice.language),
        [Attachment(pdf.name, "application/pdf", pdf.content)],
        number=invoice.label,
    )
    dispatch.mailed_at = work.now
