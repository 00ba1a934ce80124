"""Why reminders wait: a pause up to a day, of an invoice or of a customer, and a dispute until it is settled."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, update

from domain import people
from domain.kit.calendar import sane_day
from domain.kit.errors import named_in
from domain.kit.ids import CoacheeId, InvoiceId, OpenItemId, ReminderPauseId, SponsorId
from domain.kit.money import ZERO
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.payments.ledger import today
from domain.payments.model import OpenItem
from domain.payments.queries import debt_of_invoice
from domain.payments.refusals import NotPayable, OneCustomer
from domain.payments.reminder_model import (
    PauseEndsInPast,
    PauseOver,
    ReminderCase,
    ReminderPause,
    ReminderPauseNotFound,
)
from domain.payments.reminder_plan import REMINDED, of_pause
from domain.payments.reminder_rules import Steps, set_reminder_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPause:
    invoice_id: InvoiceId | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    reason: str
    until: date


async def pause_reminders(work: Work, new: NewPause) -> ReminderPause:
    """Let an invoice, or all of a customer's, wait up to a day; what has not left yet is called off."""
    if sane_day(new.until, field="until") < (now := await today(work)):
        raise PauseEndsInPast(field="until", today=now)
    if sum(one is not None for one in (new.invoice_id, new.coachee_id, new.sponsor_id)) != 1:
        raise OneCustomer(field="invoice_id")
    if new.invoice_id is not None:
        await _must_be_reminded(work, new.invoice_id)
    if new.coachee_id is not None:
        with named_in("coachee_id"):
            await people.get_coachee(work, new.coachee_id)
    if new.sponsor_id is not None:
        with named_in("sponsor_id"):
            await people.get_sponsor(work, new.sponsor_id)
    pause = ReminderPause(
        practice_id=work.practice_id,
        invoice_id=new.invoice_id,
        coachee_id=new.coachee_id,
        sponsor_id=new.sponsor_id,
        disputed=False,
        reason=new.reason,
        until=new.until,
        made_at=work.now,
    )
    return await _begin(work, pause, "reminders_paused")


async def dispute_invoice(work: Work, invoice_id: InvoiceId, reason: str) -> ReminderPause:
    """Say that the customer contests an invoice: no reminder of it goes out until that is settled."""
    await _must_be_reminded(work, invoice_id)
    pause = ReminderPause(
        practice_id=work.practice_id, invoice_id=invoice_id, disputed=True, reason=reason, made_at=work.now
    )
    return await _begin(work, pause, "invoice_disputed")


async def end_pause(work: Work, pause_id: ReminderPauseId) -> ReminderPause:
    """End a pause before its day, or a dispute; what is due by then goes out."""
    pause = await find(work, ReminderPause, pause_id, ReminderPauseNotFound, lock=True)
    if pause.ended_at is not None:
        raise PauseOver(ended_at=pause.ended_at)
    pause.ended_at = work.now
    announce(work, "dispute_settled" if pause.disputed else "pause_ended", pause.id, invoice_id=pause.invoice_id)
    await work.session.flush()
    await look_again(work, of_pause(pause))
    return pause


async def list_pauses(work: Work, page: PageRequest) -> Page[ReminderPause]:
    """The pauses and disputes that nobody has ended."""
    query = select(ReminderPause).where(ReminderPause.practice_id == work.practice_id, ReminderPause.ended_at.is_(None))
    return await fetch_page(work, query, page, list_name="reminder-pauses", keys=[ReminderPause.id])


async def change_reminder_steps(work: Work, wanted: Steps) -> Steps:
    """Set the steps anew; every open invoice is looked at again with them."""
    steps = await set_reminder_steps(work, wanted)
    await look_again(work, OpenItem.id.is_not(None))
    return steps


async def _must_be_reminded(work: Work, invoice_id: InvoiceId) -> None:
    with named_in("invoice_id"):
        debt = await debt_of_invoice(work, invoice_id)
    if not debt.owes or debt.coach_id is not None or debt.due_on is None:
        raise NotPayable(field="invoice_id", kind=debt.kind)


async def _begin(work: Work, pause: ReminderPause, event: str) -> ReminderPause:
    await work.store(pause)
    for item_id in await _hold(work, of_pause(pause)):
        await work.session.execute(select(func.withdraw_reminders(work.practice_id, item_id)))
    await look_again(work, of_pause(pause))
    announce(work, event, pause.id, invoice_id=pause.invoice_id, until=pause.until)
    return pause


async def _hold(work: Work, which: ColumnElement[bool]) -> list[OpenItemId]:
    """Lock open items in the order in which payments lock them, before anything of theirs is changed."""
    query = (
        select(OpenItem.id)
        .where(OpenItem.practice_id == work.practice_id, OpenItem.open > ZERO, REMINDED, which)
        .order_by(OpenItem.id)
        .with_for_update(key_share=True)
    )
    return list(await work.session.scalars(query))


async def look_again(work: Work, which: ColumnElement[bool]) -> None:
    """Let the sweep look at the reminders of those items at once."""
    held = await _hold(work, which)
    case = (ReminderCase.practice_id == work.practice_id) & ReminderCase.invoice_id.in_(held)
    await work.session.execute(update(ReminderCase).where(case).values(due_at=work.now))
